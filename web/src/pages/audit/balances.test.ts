import { expect, test } from "vitest";
import { compareBalances, isEqual } from "./balances.ts";
import type { Audited, TrailEvent } from "./trail.ts";

const ACCOUNT: Audited = {
  account_id: "a",
  events: 3,
  cash: "90",
  cash_held: "10",
  positions: [
    { symbol: "F", qty: "5", qty_held: "0", cost_basis: "60" },
    { symbol: "AAPL", qty: "1", qty_held: "0", cost_basis: "200" },
  ],
  open_orders: [],
};

const after = (balances: Record<string, string> | null): TrailEvent => ({ after: balances }) as unknown as TrailEvent;

test("UI-165: the newest balances of the trail are compared with the running account", () => {
  const rows = compareBalances(ACCOUNT, [
    after(null),
    after({ cash: "90.00", cash_held: "10", symbol: "F", qty: "4", qty_held: "1" }),
    after({ cash: "150", cash_held: "0", symbol: "F", qty: "0", qty_held: "0" }),
  ]);
  expect(rows.map(({ item, symbol, trail }) => [item, symbol, trail])).toEqual([
    ["cash", "", "90.00"],
    ["cash_held", "", "10"],
    ["qty", "F", "4"],
    ["qty_held", "F", "1"],
    ["qty", "AAPL", null],
    ["qty_held", "AAPL", null],
  ]);
  expect(rows.map(isEqual)).toEqual([true, true, false, false, true, true]);
});
