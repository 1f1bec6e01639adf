import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { INDICATORS } from "../domain/indicators/catalogue.ts";
import { indicatorsPage } from "./indicatorsPage.ts";
import { ROOT } from "./workers.ts";

test("MD-84: docs/indicators.md is what `npm run docs:indicators` writes, with every parameter", () => {
  const page = readFileSync(join(ROOT, "docs", "indicators.md"), "utf8");
  expect(page).toBe(indicatorsPage());
  const words = INDICATORS.flatMap(({ name, parameters }) => [name, ...Object.keys(parameters)]);
  expect(words.filter((word) => !page.includes(`\`${word}\``))).toEqual([]);
});
