/** Tidy is a test: what neither the compiler nor the linter sees. */
import { readFileSync } from "node:fs";
import { join, posix } from "node:path";
import { describe, expect, test } from "vitest";
import {
  ROOT,
  citedRules,
  countLines,
  emptyForAbsent,
  definedRules,
  importsDynamically,
  importsWholeZod,
  isTest,
  leftoverMarker,
  packedLiteral,
  readsBodyOfRequest,
  readSources,
  takesPathOfFileUrl,
  unreachable,
} from "./sources.ts";

const LINES_MAX = 400;
/** Product code is cut smaller, so that a file holds one idea. */
const PRODUCT_LINES_MAX = 350;

const sources = readSources();
const paths = (which: (source: (typeof sources)[number]) => boolean): string[] =>
  sources.filter(which).map(({ path }) => path);

/** Files that something outside TypeScript starts: npm scripts, wrangler, vitest. Declarations need no one. */
function entryPoints(): string[] {
  const scripts = Object.values((JSON.parse(read("package.json")) as { scripts: Record<string, string> }).scripts);
  const exchange = ["wrangler.toml", "workers/quotes/wrangler.toml", "durable-objects/wrangler.toml"];
  const configs = [...exchange, "test/crash/seals/wrangler.toml"];
  const benches = ["accounts", "book", "audit", "fanout", "fanout/bare", "floor", "gateway", "matching/durable"].map(
    (bench) => `bench/${bench}/wrangler.toml`,
  );
  const workers = [...configs, ...benches].map((config) => {
    const main = /^main = "(.*)"$/m.exec(read(config))?.[1];
    if (main === undefined) throw new Error(`${config} has no main`);
    return posix.join(posix.dirname(config), main);
  });
  return [
    ...scripts.join(" ").split(/\s+/),
    ...workers,
    ...(/^command = "(.*)"$/m.exec(read("wrangler.toml"))?.[1] ?? "").split(" "),
    "vitest.config.ts",
    // Named by web/index.html.
    "web/src/main.tsx",
    "web/src/theme.ts",
    // Built as a file of its own (web/vite.config.ts).
    "web/src/sw.ts",
    ...paths(({ path }) => path.endsWith(".d.ts")),
  ];
}

function read(path: string): string {
  return readFileSync(join(ROOT, path), "utf8");
}

describe("the sources", () => {
  test(`no file is longer than ${LINES_MAX} lines`, () => {
    expect(paths(({ text }) => countLines(text) > LINES_MAX)).toEqual([]);
  });

  test("the gateway reads bodies from their streams", () => {
    const gateway = sources.filter((source) => source.path.startsWith("workers/gateway/") && !isTest(source));
    expect(gateway.length).toBeGreaterThan(50);
    expect(gateway.filter(({ text }) => readsBodyOfRequest(text) !== null).map(({ path }) => path)).toEqual([]);
  });

  test("no literal is spread into another to pack lines", () => {
    const packed = sources.flatMap(({ path, text }) => {
      const found = path.startsWith("test/tidy/") ? null : packedLiteral(text);
      return found === null ? [] : [`${path}: ${found}`];
    });
    expect(packed).toEqual([]);
  });

  test(`no file of product code is longer than ${PRODUCT_LINES_MAX} lines`, () => {
    const product = /^(domain|protocol|db|durable-objects|workers|ops|dev|web)\//;
    const tooLong = paths(
      (source) => product.test(source.path) && !isTest(source) && countLines(source.text) > PRODUCT_LINES_MAX,
    );
    expect(tooLong).toEqual([]);
  });

  test("no leftover marker is left", () => {
    expect(paths(({ text }) => leftoverMarker(text) !== null)).toEqual([]);
  });

  test("zod is imported in the form that can be tree-shaken", () => {
    expect(paths(({ path, text }) => !path.startsWith("test/tidy/") && importsWholeZod(text))).toEqual([]);
  });

  test("OA-18: where keys are used, nothing absent is taken for an empty text", () => {
    const found = sources
      .filter((source) => /^(protocol|db|durable-objects|workers)\//.test(source.path) && !isTest(source))
      .flatMap(({ path, text }) => {
        const empty = emptyForAbsent(text);
        return empty === null ? [] : [`${path}: ${empty}`];
      });
    expect(found).toEqual([]);
  });

  test("DV-6: no layer goes around its wall by a dynamic import", () => {
    const layer = /^(domain|protocol|db|durable-objects|workers)\//;
    expect(paths((source) => layer.test(source.path) && !isTest(source) && importsDynamically(source.text))).toEqual(
      [],
    );
  });

  test("DV-9: no path is taken out of a file's URL, where a space is %20", () => {
    expect(paths(({ path, text }) => !path.startsWith("test/tidy/") && takesPathOfFileUrl(text))).toEqual([]);
  });

  test("every file is used, and product code by more than its tests", () => {
    const entries = entryPoints();
    const tests = paths(({ path }) => path.endsWith(".test.ts"));
    expect(unreachable(sources, [...entries, ...tests])).toEqual([]);
    // Rooms that are built before the account uses them.
    const ahead = /^domain\/portfolio\/(performance\/splits|lotSplit|lotValues)/;
    const support = (path: string) => path.endsWith("/testing.ts") || path.startsWith("test/") || ahead.test(path);
    const testedOnly = unreachable(sources, entries).filter((path) => !path.endsWith(".test.ts") && !support(path));
    expect(testedOnly).toEqual([]);
  });
});

describe("docs/SPEC.md", () => {
  const { ids, twice } = definedRules(read("docs/SPEC.md"));
  const areas = [...new Set([...ids].map((id) => id.slice(0, 2)))];
  const cited = new Map(sources.filter(isTest).map(({ path, text }) => [path, citedRules(text, areas)]));

  test("has rules, each id once", () => {
    expect(ids.size).toBeGreaterThan(20);
    expect(twice).toEqual([]);
  });

  test("has every rule that a test cites", () => {
    const unknown = [...cited].flatMap(([path, rules]) =>
      [...rules].filter((id) => !ids.has(id)).map((id) => `${path}: ${id}`),
    );
    expect(unknown).toEqual([]);
  });

  test("has no rule without a test", () => {
    const tested = new Set([...cited.values()].flatMap((rules) => [...rules]));
    expect([...ids].filter((id) => !tested.has(id))).toEqual([]);
  });
});

describe("the checks themselves", () => {
  test("an empty text in place of an absent one is found where keys are used", () => {
    const use = 'import { createHmac } from "node:crypto";\n';
    for (const empty of ['keys.get(kid) ?? ""', "secret || ''", 'salt = ""', "key ?? new Uint8Array()"]) {
      expect(emptyForAbsent(`${use}mark(${empty})`), empty).not.toBeNull();
      expect(emptyForAbsent(`mark(${empty})`), empty).toBeNull();
    }
    expect(emptyForAbsent(`${use}if (secret === "" || key !== "") mark(key)`)).toBeNull();
    expect(emptyForAbsent(`${use}let text = "";`)).toBeNull();
  });

  test("a body that is read by a method of its request is seen, and one of a response is not", () => {
    const wrong = ["await request.text()", "c.req.raw.arrayBuffer()", "c.req.json()", "c.req.parseBody()"];
    expect(wrong.filter((text) => readsBodyOfRequest(text) === null)).toEqual([]);
    const fine = ["response.json()", "request.body?.getReader()", "readText(request)", "answer.text()"];
    expect(fine.filter((text) => readsBodyOfRequest(text) !== null)).toEqual([]);
  });

  test("lines are counted as an editor does", () => {
    expect([countLines("a\nb\n"), countLines("a\nb"), countLines("\n")]).toEqual([2, 2, 1]);
  });

  test("a literal that is spread into another is seen, and a spread of anything else is not", () => {
    for (const packed of ["{ ...{ a, b }, c }", '[...["a", "b"], c]', '[c, ...["a", "b"]]']) {
      expect(packedLiteral(packed), packed).not.toBeNull();
    }
    const fine = ["{ ...a, b }", "[...a, b]", "[...[1, 2].map(double), c]", "{ ...(a === null ? {} : { a }) }"];
    expect(fine.filter((text) => packedLiteral(text) !== null)).toEqual([]);
  });

  test("a marker is a whole word in a comment", () => {
    expect(leftoverMarker("// TO" + "DO: later")).toBe("TO" + "DO");
    expect(leftoverMarker("/**\n * FIX" + "ME */")).toBe("FIX" + "ME");
    expect(leftoverMarker("// auto" + "TO" + "DOS")).toBeNull();
    expect(leftoverMarker('const symbol = "X' + 'XX";')).toBeNull();
  });

  test("the wrong forms of the zod import are seen", () => {
    const wrong = ['import { z } from "zod"', 'import { ZodError, z } from "zod"', 'import z from "zod"'];
    expect(wrong.filter(importsWholeZod)).toEqual(wrong);
    expect(['import * as z from "zod"', 'import { ZodError } from "zod"'].filter(importsWholeZod)).toEqual([]);
  });

  test("a path out of a file's URL is seen", () => {
    const wrong = [
      'new URL("../..", import.meta.url).pathname',
      "new URL(import.meta.url).pathname",
      "pathToFileURL(x).pathname",
    ];
    expect(wrong.filter(takesPathOfFileUrl)).toEqual(wrong);
    expect(takesPathOfFileUrl("fileURLToPath(new URL(file, import.meta.url)); new URL(request.url).pathname")).toBe(
      false,
    );
  });

  test("a dynamic import of our own is seen", () => {
    expect(importsDynamically('await import("../db/schema.ts")')).toBe(true);
    expect(importsDynamically('import { x } from "../db/schema.ts"')).toBe(false);
  });

  test("rules are read from the specification, and citations from strings only", () => {
    expect(definedRules("- **ZZ-1** One.\n- **ZZ-1** Again.\n* **ZZ-2** No.\n")).toEqual({
      ids: new Set(["ZZ-1"]),
      twice: ["ZZ-1"],
    });
    const file = 'test("ZZ-7: that", () => {});\n// ZZ-8\nmust(ok, "ZZ-2 to ZZ-4, ZZ-6: these");\n';
    expect([...citedRules(file, ["ZZ"])].sort()).toEqual(["ZZ-2", "ZZ-3", "ZZ-4", "ZZ-6", "ZZ-7"]);
  });

  test("a file that only an unused file uses is unused", () => {
    const files = [
      { path: "a/main.ts", text: 'import "./used.ts";' },
      { path: "a/used.ts", text: 'new URL("thread.ts", import.meta.url)' },
      { path: "a/thread.ts", text: "" },
      { path: "a/dead.ts", text: 'import "./deader.ts";' },
      { path: "a/deader.ts", text: "" },
    ];
    expect(unreachable(files, ["a/main.ts"])).toEqual(["a/dead.ts", "a/deader.ts"]);
  });
});
