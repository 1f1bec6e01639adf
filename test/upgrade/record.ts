/**
 * `npm run release:record` packs this checkout as the previous release of the upgrade test (test/system/upgrade.test.ts).
 * Run it in the last commit of a release.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BUNDLE, packedConfig, ROOT, writeRelease } from "./release.ts";

const CONFIGS = ["wrangler.toml", "workers/quotes/wrangler.toml", "durable-objects/wrangler.toml"];
const MIGRATIONS = "db/migrations";

const folder = mkdtempSync(join(tmpdir(), "exchange-release-"));
const files: Record<string, string> = { "workers/gateway/site/favicon.svg": "<svg/>" };
for (const config of CONFIGS) {
  const dryRun = ["deploy", "--dry-run", "--minify", "--outdir", folder, "-c", join(ROOT, config)];
  execFileSync(process.execPath, [join(ROOT, "node_modules/wrangler/bin/wrangler.js"), ...dryRun], { cwd: ROOT });
  files[config] = packedConfig(config);
  files[config.replace("wrangler.toml", BUNDLE)] = readFileSync(join(folder, "index.js"), "utf8");
}
rmSync(folder, { recursive: true });
for (const path of readdirSync(join(ROOT, MIGRATIONS), { recursive: true, encoding: "utf8" })) {
  const isNeeded = path.endsWith(".sql") || path.endsWith("_journal.json");
  if (isNeeded) files[join(MIGRATIONS, path)] = readFileSync(join(ROOT, MIGRATIONS, path), "utf8");
}
const commit = execFileSync("git", ["rev-parse", "--short", "HEAD"], { cwd: ROOT, encoding: "utf8" }).trim();
writeRelease({ commit, files });
console.log(`packed ${commit}`);
