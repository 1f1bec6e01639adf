/** Maps positions of a bundle to source files. */
import { readFileSync } from "node:fs";
import { SourceMap } from "node:module";
import type { SourceMapPayload } from "node:module";
import { dirname, relative, resolve } from "node:path";
import { ROOT } from "../test/rig/bundles.ts";
import type { Bundle } from "../test/rig/bundles.ts";
import type { SourceOf } from "./attribution.ts";

/** Reads the bundle's source map. */
export function sourcesOf(bundle: Bundle): SourceOf {
  const map = new SourceMap(JSON.parse(readFileSync(`${bundle.module}.map`, "utf8")) as SourceMapPayload);
  const folder = dirname(bundle.module);
  const known = new Map<string, string>();
  return ({ url, lineNumber, columnNumber }) => {
    if (url === "") return "";
    const place = `${lineNumber}:${columnNumber}`;
    let source = known.get(place);
    if (source === undefined) {
      const entry = map.findEntry(lineNumber, columnNumber);
      source = "originalSource" in entry ? relative(ROOT, resolve(folder, entry.originalSource)) : "";
      known.set(place, source);
    }
    return source;
  };
}
