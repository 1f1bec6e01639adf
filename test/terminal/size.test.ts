/** How much code a browser loads before it shows the first page, from the files that the build has written. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { ROOT } from "../../ops/workers.ts";
import { WITHOUT_BROWSER } from "./browser.ts";

const SITE = join(ROOT, "workers/gateway/site/app");
const CEILING = 200 * 1024;

/** What the workspace shows at first; the chart's library is loaded after it. */
const PANELS = ["watchlist/Watchlist", "chart/Chart", "ladder/Ladder", "ticket/Ticket", "blotter/Blotter", "tape/Tape"];
const LATER = /lightweight-charts/;

const Manifest = z.record(
  z.string(),
  z.object({
    file: z.string(),
    name: z.string().optional(),
    imports: z.array(z.string()).default([]),
    dynamicImports: z.array(z.string()).default([]),
  }),
);

/** The scripts of some entries with all that they import. */
function scriptsOf(manifest: z.output<typeof Manifest>, entries: readonly string[]): ReadonlySet<string> {
  const found = new Set<string>();
  const add = (key: string): void => {
    const one = manifest[key];
    if (one === undefined) throw new Error(`${key} is not in the manifest`);
    if (found.has(one.file) || LATER.test(one.file)) return;
    found.add(one.file);
    one.imports.forEach(add);
  };
  entries.forEach(add);
  return found;
}

const gzipped = (files: Iterable<string>): number =>
  [...files].reduce((sum, file) => sum + gzipSync(readFileSync(join(SITE, file)), { level: 6 }).length, 0);

describe.skipIf(WITHOUT_BROWSER)("the size of the terminal", () => {
  test("UI-16: the first page, and the workspace with its first panels, load at most 200 KB of compressed scripts", () => {
    const manifest = Manifest.parse(JSON.parse(readFileSync(join(SITE, ".vite/manifest.json"), "utf8")));
    // The feed worker is a script of its own, which the page starts.
    const workers = readdirSync(join(SITE, "assets")).filter((name) => /^worker-.*\.js$/.test(name));
    const common = ["index.html"];
    const landing = scriptsOf(manifest, [...common, "src/pages/home/Home.tsx"]);
    const trade = scriptsOf(manifest, [
      ...common,
      "src/workspace/Workspace.tsx",
      ...PANELS.map((panel) => `src/panels/${panel}.tsx`),
    ]);
    const feed = workers.map((name) => `assets/${name}`);
    const sizes = { "/": gzipped(landing), "/trade": gzipped([...trade, ...feed]) };
    console.log(`initial scripts, gzip: ${JSON.stringify(sizes)}`);
    expect(Math.max(...Object.values(sizes))).toBeLessThanOrEqual(CEILING);
  });

  test("UI-120: every file that the service worker keeps is there: without one of them it would not be installed", () => {
    const worker = readFileSync(join(SITE, "sw.js"), "utf8");
    const kept = worker.match(/\/app\/assets\/[\w.-]+\.\w+/g) ?? [];
    expect(kept.length).toBeGreaterThan(20);
    expect(kept.filter((file) => !existsSync(join(SITE, "..", file)))).toEqual([]);
  });
});
