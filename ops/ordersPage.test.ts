import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ordersPage } from "./ordersPage.ts";
import { ROOT } from "./workers.ts";

test("AC-21: docs/orders.md is what `npm run docs:orders` writes", () => {
  expect(readFileSync(join(ROOT, "docs", "orders.md"), "utf8")).toBe(ordersPage());
});

test("AC-21: the page names every type, time in force, session and condition", () => {
  const words = ["trailing_stop", "market_if_touched", "cls", "overnight", "closing", "peg", "self_trade_prevention"];
  expect(words.filter((word) => !ordersPage().includes(`\`${word}\``))).toEqual([]);
});
