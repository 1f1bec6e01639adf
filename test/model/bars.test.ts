/** Bars of random trades, stored and read as the tape does it, against bars that are made by hand. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { assetOf } from "../../domain/market/asset.ts";
import type { Bar } from "../../domain/market/bars/bar.ts";
import { vwapOf } from "../../domain/market/bars/bar.ts";
import { BarCalendar } from "../../domain/market/bars/barCalendar.ts";
import { packTrades } from "../../domain/market/bars/packedTrades.ts";
import { TapeStore } from "../../durable-objects/tape/tapeStore.ts";
import { storage } from "../objectStorage.ts";
import { naiveBars } from "./naiveBars.ts";
import { randomTrades } from "./randomTrades.ts";
import { EVER, history, TIMEFRAMES } from "./tapeHistory.ts";

const MINUTE = 60_000;

test("MD-51, MD-53: bars of every timeframe equal those made by hand, over months, clock changes and gaps", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.record({
        symbol: fc.constantFrom("AAPL", "BTC/USD"),
        seed: fc.integer({ min: 1, max: 1_000_000_000 }),
        startAt: fc.constantFrom(Date.UTC(2026, 9, 30, 12), Date.UTC(2027, 2, 13, 3), Date.UTC(2026, 11, 30)),
        stepMs: fc.constantFrom(500, 4 * MINUTE, 300 * MINUTE, 5_000 * MINUTE),
        atOnce: fc.integer({ min: 1, max: 60 }),
      }),
      async ({ symbol, seed, startAt, stepMs, atOnce }) => {
        const trades = randomTrades(seed, 150, startAt, stepMs);
        const { write, bars, index } = history(symbol);
        await write(trades, atOnce);
        const minutes = naiveBars(symbol, trades, { unit: "minute", count: 1 });
        const days = naiveBars(symbol, trades, { unit: "day", count: 1 });
        expect(await index.latest()).toEqual({
          through: trades.length,
          trade: trades.at(-1),
          minuteBar: minutes.at(-1) ?? null,
          dailyBar: days.at(-1) ?? null,
          previousDailyBar: days.at(-2) ?? null,
        });
        for (const timeframe of TIMEFRAMES) {
          const expected = naiveBars(symbol, trades, timeframe);
          expect(await bars(timeframe, EVER), `${timeframe.count} ${timeframe.unit}`).toEqual(expected);
          expect(await bars(timeframe, EVER, true)).toEqual([...expected].reverse());
          const [from, to] = [trades[40]?.at ?? 0, trades[110]?.at ?? 0];
          const within = expected.filter(({ at }) => at >= from && at <= to);
          const range = { from, to, limit: 1_000 };
          expect(await bars(timeframe, range)).toEqual(within);
          expect(await bars(timeframe, range, true)).toEqual(within.reverse());
        }
      },
    ),
    { numRuns: 40 },
  );
});

test("MD-51: a late trade changes the bar of its time, and repeated trades change nothing", () => {
  const trades = randomTrades(7, 300, Date.UTC(2026, 10, 5, 15), 20_000);
  // Every tenth trade is reported a while after it was made.
  const late = trades.map((trade, nth) => (nth % 10 === 9 ? { ...trade, at: trade.at - (nth % 7) * MINUTE } : trade));
  const store = new TapeStore(storage(), new BarCalendar(assetOf("AAPL")));
  for (let first = 0; first < late.length; first += 25) {
    const trades = packTrades(late.slice(Math.max(0, first - 10), first + 25));
    store.append({ trades, acceptGap: false });
  }
  for (const timeframe of TIMEFRAMES.filter(({ unit }) => unit !== "week" && unit !== "month")) {
    const { items } = store.bars({ timeframe, descending: false, ...EVER });
    expect(items).toEqual(naiveBars("AAPL", late, timeframe));
  }
});

test("MD-51: the volume-weighted average price is the exact quotient, rounded once", () => {
  const bar = (turnover: bigint, volume: bigint): Pick<Bar, "turnover" | "volume"> => ({ turnover, volume });
  // In 1/10,000 dollar 2 and 1/3 of one; millionths are hundredths of those.
  expect(vwapOf(bar(7n, 3n))).toBe(233);
  expect(vwapOf(bar(1n, 200n))).toBe(1);
  expect(vwapOf(bar(1n, 201n))).toBe(0);
  const [price, qty] = [9_999_999_999n, 123_456_789_012_345n];
  expect(vwapOf(bar(price * qty, qty))).toBe(999_999_999_900);
});
