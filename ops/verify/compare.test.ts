import { expect, test } from "vitest";
import { bookMismatches } from "./compare.ts";
import type { RunningAccount } from "./exchange.ts";

type Open = RunningAccount["open_orders"][number];

const ORDER: Open = {
  order_id: "o",
  symbol: "AAPL",
  side: "buy",
  qty: "2",
  filled_qty: "0.5",
  limit_price: "100",
  held: "150",
  shown: true,
};
const account = (...open: Partial<Open>[]): RunningAccount => ({
  account_id: "a",
  events: 1,
  cash: "0",
  cash_held: "0",
  positions: [],
  open_orders: open.map((changes) => ({ ...ORDER, ...changes })),
});
const book = (...bids: [string, string][]) => ({
  bids: bids.map(([price, qty], nth): [number, string, string] => [nth, price, qty]),
  asks: [],
});
const differs = (bids: [string, string][], open: Partial<Open>[], sessions = false): string | null =>
  bookMismatches("AAPL", book(...bids), [account(...open)], sessions)[0]?.text ?? null;

test("AU-23: a book shows exactly the orders that accounts have open, as often as they have them", () => {
  expect(differs([["100", "1.5"]], [{}])).toBeNull();
  expect(differs([], [{ symbol: "MSFT" }])).toBeNull();
  expect(differs([["100", "1.5"]], [])).toContain("in the book, and no account has it open");
  expect(
    differs(
      [
        ["100", "1.5"],
        ["100", "1.5"],
      ],
      [{}],
    ),
  ).toContain("in the book");
  expect(differs([["100", "1.5"]], [{}, {}])).toContain("buy 1.5 at 100: open in an account, and not in the book");
  expect(differs([["100", "1.4"]], [{}])).toContain("buy 1.4 at 100: in the book");
});

test("AU-23: a book shows no more of a reserve or an elected stop than its remaining quantity", () => {
  const some = { shown: false };
  expect(differs([], [some])).toBeNull();
  expect(differs([["100", "0.3"]], [some])).toBeNull();
  expect(differs([["100", "1.6"]], [some])).toContain("in the book");
  expect(differs([["100.01", "0.3"]], [some])).toContain("in the book");
  expect(
    differs(
      [
        ["100", "0.3"],
        ["100", "0.3"],
      ],
      [some],
    ),
  ).toContain("in the book");
  expect(differs([["90", "1"]], [{ ...some, limit_price: null }])).toBeNull();
});

test("AU-23: a market with sessions may hide open orders, but must not show orders that no account has", () => {
  expect(differs([], [{}], true)).toBeNull();
  expect(differs([["99", "1.5"]], [{}], true)).toBeNull();
  expect(differs([["101", "1.5"]], [{}], true)).toContain("in the book");
});
