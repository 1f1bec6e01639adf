import fc from "fast-check";
import { expect, test } from "vitest";
import type { Trade } from "../feed/messages.ts";
import { buyShare, paceOf, totalOf, TradeLog } from "./tradeLog.ts";

const trade = (id: number, part: Partial<Trade> = {}): Trade => ({
  symbol: "AAPL",
  id,
  price: 10,
  size: 1,
  at: id * 1_000,
  side: "buy",
  conditions: [],
  seq: id,
  ...part,
});

test("UI-58: volume at price has every trade once, whatever was read and whatever came by itself", () => {
  const all = Array.from({ length: 30 }, (_, nth) =>
    trade(nth + 1, { price: 10 + (nth % 3) / 100, size: nth + 1, side: nth % 2 === 0 ? "buy" : "sell" }),
  );
  const whole = new TradeLog();
  whole.fill(all);
  fc.assert(
    fc.property(fc.nat(29), fc.nat(29), fc.nat(29), (readUntil, liveFrom, cut) => {
      const log = new TradeLog();
      log.add(all.slice(liveFrom, Math.max(liveFrom, cut)));
      log.fill(all.slice(0, Math.max(readUntil, Math.max(liveFrom, cut))));
      const isWhole = log.add(all);
      if (!isWhole) log.fill(all);
      expect(log.trades.map(({ id }) => id)).toEqual(all.map(({ id }) => id));
      expect(log.volumes).toEqual(whole.volumes);
    }),
  );
  expect(totalOf(whole.volumes.get(100_000) ?? { buy: 0, sell: 0, none: 0 })).toBe(145);
});

test("UI-58: a missing number is noticed, and what was sent twice counts once", () => {
  const log = new TradeLog();
  expect(log.add([trade(1), trade(2)])).toBe(true);
  expect(log.add([trade(2), trade(3)])).toBe(true);
  expect(log.add([trade(5)])).toBe(false);
  expect(log.volumes.get(100_000)).toEqual({ buy: 4, sell: 0, none: 0 });
});

test("UI-58: a new trading day begins without the volume of the one before", () => {
  const log = new TradeLog();
  log.fill([trade(1), trade(2), trade(3)]);
  log.begin(3_000);
  expect(log.trades.map(({ id }) => id)).toEqual([3]);
  expect(log.busiest).toBe(1);
});

test("UI-59: the pace counts the last minute, and the balance the volume that has a side", () => {
  const trades = [
    trade(1, { at: 0, size: 100 }),
    trade(2, { at: 30_000, size: 3 }),
    trade(3, { at: 40_000, size: 1, side: "sell" }),
    trade(4, { at: 50_000, size: 9, side: null }),
  ];
  const { trades: count, volume } = paceOf(trades, 60_000, 60_000);
  expect([count, volume]).toEqual([3, { buy: 3, sell: 1, none: 9 }]);
  expect(buyShare(volume)).toBe(0.75);
  expect(buyShare({ buy: 0, sell: 0, none: 4 })).toBe(null);
});
