import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { barOf as tapeBarOf, withTrade as tapeWithTrade, type Bar } from "../../../../../domain/market/bars/bar.ts";
import type { TapeTrade } from "../../../../../domain/market/bars/tapeTrade.ts";
import { barOfTrade, type ChartBar, withTrade } from "./bars.ts";
import { LiveBars } from "./liveBars.ts";
import { barKey, calendarOf, chartTimeframe, type ChartTimeframe, type ChartTrade } from "./timeframes.ts";

const BEGIN = Date.parse("2026-11-20T14:00:00Z");
const timeframe = (id: string): ChartTimeframe => chartTimeframe(id) as ChartTimeframe;

/** Trades that are numbered from 1 on, with times that never go back. */
const someTrades = fc
  .array(
    fc.record({
      wait: fc.nat({ max: 90_000 }),
      cents: fc.integer({ min: 9_000, max: 11_000 }),
      size: fc.integer({ min: 1, max: 500 }),
    }),
    {
      minLength: 1,
      maxLength: 60,
    },
  )
  .map((rows) => {
    let at = BEGIN;
    return rows.map(({ wait, cents, size }, nth): ChartTrade => {
      at += wait;
      return { id: nth + 1, at, price: cents / 100, size, extended: false };
    });
  });

/** The bars as the exchange makes them of its tape. */
function exchangeBars(trades: readonly ChartTrade[], keyOf: (trade: ChartTrade) => number | null): Bar[] {
  const bars: Bar[] = [];
  for (const trade of trades) {
    const tape: TapeTrade = {
      tradeId: trade.id,
      sequence: trade.id,
      at: trade.at,
      price: Math.round(trade.price * 10_000),
      qty: trade.size * 1_000_000,
      takerSide: null,
      auction: false,
      regular: true,
    };
    const key = keyOf(trade) ?? 0;
    const last = bars.at(-1);
    if (last?.at === key) bars[bars.length - 1] = tapeWithTrade(last, tape);
    else bars.push(tapeBarOf(key, tape));
  }
  return bars;
}

const told = ({ at, open, high, low, close, volume, count }: ChartBar) => ({
  at,
  open,
  high,
  low,
  close,
  volume,
  count,
});
const toldByExchange = ({ at, open, high, low, close, volume, count }: Bar) => ({
  at,
  open: open / 10_000,
  high: high / 10_000,
  low: low / 10_000,
  close: close / 10_000,
  volume: Number(volume) / 1_000_000,
  count,
});

/** What REST would give after the first trades: bars whose last trade's time is not known. */
function readBars(trades: readonly ChartTrade[], keyOf: (trade: ChartTrade) => number | null): ChartBar[] {
  const bars: ChartBar[] = [];
  for (const trade of trades) {
    const key = keyOf(trade) ?? 0;
    const last = bars.at(-1);
    if (last?.key === key) bars[bars.length - 1] = withTrade(last, trade);
    else bars.push(barOfTrade(key, key, trade));
  }
  return bars.map((bar) => ({ ...bar, lastAt: bar.at }));
}

describe("UI-30: bars that trades keep current are those of the exchange", () => {
  for (const id of ["1Min", "5Min", "1Hour", "1Day", "5Sec"]) {
    test(`${id}: whatever was read before, streamed before it was read, or streamed twice`, () => {
      const keyOf = barKey(timeframe(id), calendarOf("AAPL"));
      fc.assert(
        fc.property(someTrades, fc.nat(), fc.nat(), fc.nat(), (trades, a, b, c) => {
          const read = a % (trades.length + 1);
          const from = b % (read + 1);
          const repeated = c % (trades.length + 1);
          const live = new LiveBars(keyOf, true);
          // The stream begins at `from`; the read, which has the first ones, comes while it runs.
          const middle = Math.floor((from + trades.length) / 2);
          live.stream(trades.slice(from, middle));
          live.read(readBars(trades.slice(0, read), keyOf), read);
          live.stream(trades.slice(Math.min(repeated, middle)));
          expect(live.isComplete).toBe(true);
          expect(live.bars.map(told)).toEqual(exchangeBars(trades, keyOf).map(toldByExchange));
        }),
      );
    });
  }

  test("a missing trade is noticed, and what is read again mends it", () => {
    const keyOf = barKey(timeframe("1Min"), calendarOf("AAPL"));
    fc.assert(
      fc.property(someTrades, fc.nat(), (trades, a) => {
        fc.pre(trades.length >= 3);
        const missing = 1 + (a % (trades.length - 2));
        const live = new LiveBars(keyOf, true);
        live.read(readBars(trades.slice(0, missing), keyOf), missing);
        live.stream(trades.slice(missing + 1));
        expect(live.isComplete).toBe(false);
        const safe = live.bars[0]?.key ?? 0;
        live.read(
          readBars(trades.slice(0, missing + 2), keyOf).filter(({ key }) => key >= safe),
          missing + 2,
        );
        expect(live.isComplete).toBe(true);
        expect(live.bars.map(told)).toEqual(exchangeBars(trades, keyOf).map(toldByExchange));
      }),
    );
  });
});

describe("UI-30: a bar of the stream", () => {
  const keyOf = barKey(timeframe("1Min"), calendarOf("AAPL"));
  const trade = (id: number, price: number): ChartTrade => ({ id, at: BEGIN + id, price, size: 1, extended: false });
  const bar = (count: number, close: number): ChartBar => ({
    ...barOfTrade(BEGIN, BEGIN, trade(1, 100)),
    close,
    count,
    volume: count,
  });

  test("takes the place of one that has as many trades, and not of one that has more", () => {
    const live = new LiveBars(keyOf, true);
    live.read([], 0);
    live.stream([trade(1, 100), trade(2, 101)]);
    expect(live.correct(bar(1, 99))).toBeNull();
    expect(live.correct(bar(2, 99))).toBe(0);
    expect([live.bars[0]?.close, live.isComplete]).toEqual([99, true]);
  });

  test("with trades that the stream has not brought has bars read again", () => {
    const live = new LiveBars(keyOf, true);
    live.read([], 0);
    live.stream([trade(1, 100)]);
    live.correct(bar(3, 98));
    expect([live.bars[0]?.count, live.isComplete]).toEqual([3, false]);
  });
});

test("UI-30: bars of trades have as many each, and times that ascend", () => {
  const live = new LiveBars(barKey(timeframe("10Tick"), calendarOf("AAPL")), false);
  const trades = Array.from({ length: 35 }, (_, nth) => ({
    id: nth + 1,
    at: BEGIN,
    price: 100 + nth,
    size: 1,
    extended: false,
  }));
  live.readTrades(trades.slice(0, 12), 12);
  live.stream(trades.slice(12));
  expect(live.bars.map(({ count, open }) => [count, open])).toEqual([
    [10, 100],
    [10, 110],
    [10, 120],
    [5, 130],
  ]);
  expect(live.bars.map(({ at }) => at - BEGIN)).toEqual([0, 1, 2, 3]);
});

test("UI-30: bars of days of a share have regular hours only", () => {
  const keyOf = barKey(timeframe("1Day"), calendarOf("AAPL"));
  expect(keyOf({ id: 1, at: BEGIN, price: 1, size: 1, extended: true })).toBeNull();
  expect(keyOf({ id: 1, at: BEGIN, price: 1, size: 1, extended: false })).toBe(Date.parse("2026-11-20T05:00:00Z"));
});
