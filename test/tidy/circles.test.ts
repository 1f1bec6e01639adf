import { describe, expect, test } from "vitest";
import { circles, importGraph, importsOf } from "./circles.ts";
import { isTest, readSources } from "./sources.ts";

const PRODUCT = /^(domain|protocol|db|durable-objects|workers|ops|dev)\//;

test("DV-31: product files import one another in no circle, neither values nor types", () => {
  const product = readSources().filter((source) => PRODUCT.test(source.path) && !isTest(source));
  expect(circles(importGraph(product)).map((files) => files.join(" "))).toEqual([]);
});

describe("the check itself", () => {
  test("sees imports and re-exports of values and types, on one line and on several", () => {
    const text = [
      'import { a } from "./a.ts";',
      'import type { B } from "../b.ts";',
      "import {\n  c,\n  type D,\n} from './c.ts';",
      'export { e } from "./e.ts";',
      'export type * from "./f.ts";',
      'import "./g.ts";',
      'type H = import("./h.ts").H;',
      'import { join } from "node:path";',
      'const text = "import { x } from ./x.ts";',
    ].join("\n");
    const expected = ["./a.ts", "../b.ts", "./c.ts", "./e.ts", "./f.ts", "./g.ts", "./h.ts"];
    expect(importsOf(text)).toEqual(expected);
  });

  test("finds a circle of two files and one of three, and a file that imports itself", () => {
    const file = (path: string, ...targets: string[]) => ({
      path: `domain/${path}.ts`,
      text: targets.map((target) => `import type { T } from "./${target}.ts";\n`).join(""),
    });
    const files = [file("a", "b"), file("b", "a", "c"), file("c", "d"), file("d", "e"), file("e", "c"), file("f", "f")];
    const inDomain = (names: string) => names.split("").map((name) => `domain/${name}.ts`);
    expect(circles(importGraph(files))).toEqual([inDomain("ab"), inDomain("cde"), inDomain("f")]);
    expect(circles(importGraph([file("a", "b", "c"), file("b", "c"), file("c")]))).toEqual([]);
  });
});
