/**
 * The previous release, packed: its three bundles, configurations and migrations. The upgrade test starts it, trades on it
 * and continues on the same state with this release.
 */
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync, gzipSync } from "node:zlib";

export const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const FIXTURE = fileURLToPath(new URL("release.json.gz", import.meta.url));

/** The module of a packed worker, beside its configuration. */
export const BUNDLE = "bundle.js";

/** A configuration of this checkout for a worker whose bundle is made: nothing is built when it starts. */
export function packedConfig(config: string): string {
  return readFileSync(join(ROOT, config), "utf8")
    .replace(/^main = .*$/m, `main = "${BUNDLE}"\nno_bundle = true`)
    .replace(/^\[build\]\n(?:.+\n)+/m, "");
}

export interface Release {
  /** The commit that was packed. */
  readonly commit: string;
  /** Text of each file by its path from the project's folder. */
  readonly files: Readonly<Record<string, string>>;
}

export function writeRelease(release: Release): void {
  writeFileSync(FIXTURE, gzipSync(JSON.stringify(release), { level: 9 }));
}

/** Unpacks the previous release into a folder, from which `wrangler dev` starts as from a checkout. */
export function unpackRelease(folder: string): Release {
  const release = JSON.parse(gunzipSync(readFileSync(FIXTURE)).toString("utf8")) as Release;
  for (const [path, text] of Object.entries(release.files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"));
  return release;
}
