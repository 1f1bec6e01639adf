import { expect, test } from "vitest";
import { conditionsText, newestFirst, ofSize, sideText, windowAt } from "./rows.ts";

const trades = Array.from({ length: 100 }, (_, nth) => ({
  symbol: "AAPL",
  id: nth + 1,
  price: 10,
  size: nth + 1,
  at: 0,
  side: null,
  conditions: [],
  seq: 0,
}));

test("UI-59: of the tape, the newest trades that are seen are in the document", () => {
  expect(windowAt(0, 240, 24, 100)).toEqual({ first: 0, count: 22 });
  expect(windowAt(2_400, 240, 24, 100)).toEqual({ first: 94, count: 6 });
  expect(newestFirst(trades, { first: 0, count: 3 }).map(({ id }) => id)).toEqual([100, 99, 98]);
  expect(newestFirst(trades, { first: 98, count: 5 }).map(({ id }) => id)).toEqual([2, 1]);
  expect(ofSize(trades, 99).map(({ id }) => id)).toEqual([99, 100]);
});

test("UI-59: sides and conditions are words", () => {
  expect(sideText({ side: "buy", conditions: ["@"] })).toBe("▲ Buy");
  expect(sideText({ side: null, conditions: ["@", "O"] })).toBe("Auction");
  expect(conditionsText({ conditions: ["@", "6", "T", "I"] })).toBe("Closing auction, Extended hours, Odd lot");
});
