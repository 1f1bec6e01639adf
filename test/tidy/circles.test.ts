import { describe, expect, test } from "vitest";
import { circles, importGraph, importsOf, importsOfOtherObjects } from "./circles.ts";
import { isTest, readSources } from "./sources.ts";

const PRODUCT = /^(domain|protocol|db|durable-objects|workers|ops|dev)\//;

test("DV-31: product files import one another in no circle, neither values nor types", () => {
  const product = readSources().filter((source) => PRODUCT.test(source.path) && !isTest(source));
  expect(circles(importGraph(product)).map((files) => files.join(" "))).toEqual([]);
});

test("DV-6: objects know one another only by protocol/rpc/, and what they share knows no object", () => {
  expect(importsOfOtherObjects(readSources().filter((source) => !isTest(source)))).toEqual([]);
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

  test.each([
    ["durable-objects/identity/passwords/neighbour.ts", "../../account/object.ts"],
    ["durable-objects/identity/apps/neighbour.ts", "../../oauth/appRecord.ts"],
    ["durable-objects/oauth/neighbour.ts", "../identity/apps/providerCall.ts"],
    ["durable-objects/account/neighbour.ts", "../orderbook/object.ts"],
    ["durable-objects/actor/trading.ts", "../account/machine.ts"],
  ])("sees that %s imports %s", (path, specifier) => {
    const objects = ["account", "identity", "oauth", "orderbook"].map((name) => `durable-objects/${name}/object.ts`);
    const parts = ["account/machine.ts", "actor/actor.ts", "identity/apps/providerCall.ts", "oauth/appRecord.ts"];
    const files = [...objects, ...parts.map((part) => `durable-objects/${part}`)];
    const sources = files.map((file) => ({ path: file, text: 'import { Actor } from "../actor/actor.ts";\n' }));
    expect(importsOfOtherObjects(sources)).toEqual([]);
    const neighbour = { path, text: `import type { T } from "${specifier}";\n` };
    expect(importsOfOtherObjects([...sources, neighbour])).toHaveLength(1);
  });
});
