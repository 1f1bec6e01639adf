import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { buildBundles } from "../rig/bundles.ts";

test("DV-27: no bundle gives a closure its name by a call, and classes that libraries compare by name keep it", async () => {
  const bundles = new Map((await buildBundles()).map(({ name, module }) => [name, readFileSync(module, "utf8")]));
  expect([...bundles.keys()].sort()).toEqual(["exchange-core", "exchange-gateway", "exchange-quotes"]);
  for (const text of bundles.values()) expect(text).not.toContain("__name(");
  // The reader of passkeys' ASN.1 asks whether the name of an element's class is "Sequence".
  const core = bundles.get("exchange-core") ?? "";
  expect(core).toContain('.constructor.name === "Sequence"');
  expect(core).toContain("Sequence = class extends Constructed");
});
