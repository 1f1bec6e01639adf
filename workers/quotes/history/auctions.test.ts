import { describe, expect, test } from "vitest";
import type { TapeTrade } from "../../../domain/market/bars/tapeTrade.ts";
import { isoDate } from "../../../domain/market/newYork.ts";
import type { TradeQuery } from "../../../protocol/rpc/tape.ts";
import { auctionFrom, tradingDays } from "./auctions.ts";

const OPEN = Date.parse("2026-11-20T09:30:00-05:00");

/** Trades `[seconds after the opening, price, quantity, of an auction]`, and a tape that gives two at a time. */
function tapeOf(...rows: readonly (readonly [number, number, number, boolean])[]) {
  const all = rows.map(([seconds, price, qty, auction], nth): TapeTrade => ({
    tradeId: nth + 1,
    sequence: nth,
    at: OPEN + seconds * 1_000,
    price,
    qty,
    takerSide: null,
    auction,
    regular: true,
  }));
  return {
    trades: ({ from, to, cursor }: TradeQuery) => {
      const left = all.filter(({ at, tradeId }) => at >= from && at <= to && tradeId >= (cursor ?? 0));
      return Promise.resolve({ items: left.slice(0, 2), next: left[2]?.tradeId ?? null });
    },
  };
}

describe("MD-63: the auctions of a day", () => {
  test("are the trades of the first uncross, whatever comes after them", async () => {
    const tape = tapeOf([-5, 90, 1, true], [2, 100, 3, true], [2, 100, 4, true], [2, 100, 5, true], [3, 101, 9, false]);
    expect(await auctionFrom(tape, OPEN)).toEqual({ at: OPEN + 2_000, price: 100, qty: 12 });
    const halted = tapeOf([0, 100, 1, true], [200, 120, 9, true]);
    expect(await auctionFrom(halted, OPEN)).toEqual({ at: OPEN, price: 100, qty: 1 });
  });

  test("are none when nothing traded in them, or too late", async () => {
    expect(await auctionFrom(tapeOf([1, 100, 1, false], [2, 100, 1, false], [3, 100, 1, false]), OPEN)).toBeNull();
    expect(await auctionFrom(tapeOf([601, 100, 1, true]), OPEN)).toBeNull();
  });

  test("are looked for on trading days of which the range has a moment", () => {
    const days = (from: string, to: string, descending = false) =>
      tradingDays("2026-11", { from: Date.parse(from), to: Date.parse(to), descending }).map((day) => isoDate(day));
    // Thanksgiving, and the half day after it.
    expect(days("2026-11-25T16:00:00-05:00", "2026-11-27T12:59:00-05:00")).toEqual(["2026-11-25", "2026-11-27"]);
    expect(days("2026-11-27T13:01:00-05:00", "2026-12-02T00:00:00Z")).toEqual(["2026-11-30"]);
    expect(days("2026-11-19T12:00:00Z", "2026-11-20T22:00:00Z", true)).toEqual(["2026-11-20", "2026-11-19"]);
  });
});
