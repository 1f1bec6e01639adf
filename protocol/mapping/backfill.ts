/** Bars of the past, from and to what is sent. */
import { assetOf } from "../../domain/market/asset.ts";
import { type Backfill, backfillFault, type StoredPeriod, timesOf } from "../../domain/market/bars/backfill.ts";
import type { Bar } from "../../domain/market/bars/bar.ts";
import { BarCalendar } from "../../domain/market/bars/barCalendar.ts";
import { lotsPerShare } from "../../domain/market/instrument.ts";
import { isoDate } from "../../domain/market/newYork.ts";
import { type Read, readBody } from "../http/readRequest.ts";
import type { Backfilled, TapeGap } from "../rpc/tape.ts";
import { barsOfPast, type WireHistory } from "../wire/backfill.ts";

const PRICE_UNITS = 10_000;
const VWAP_UNITS = 1_000_000;
/** What a number in dollars or shares may differ from a whole number of units, because it is binary. */
const INEXACT = 1e-3;
const PERIODS = { "1Min": "minute", "1Day": "day" } as const;

/** The bars of a body. Refused, with the place of the first one, when one of them cannot be. */
export function readBackfill(symbol: string, body: unknown, now: number): Read<Backfill> {
  const read = readBody(barsOfPast, body);
  if (!read.ok) return read;
  const { timeframe, source, bars: rows } = read.value;
  const period = PERIODS[timeframe];
  const asset = assetOf(symbol);
  const calendar = new BarCalendar(asset);
  const bars: Bar[] = [];
  for (const [nth, row] of rows.entries()) {
    const bar = barOfRow(calendar, period, lotsPerShare(asset), row);
    if (typeof bar === "string") return refused(nth, bar);
    bars.push(bar);
  }
  const fault = backfillFault(calendar, { period, bars }, now);
  return fault === null ? { ok: true, value: { period, source, bars } } : refused(fault.nth, fault.expected);
}

const refused = (nth: number, expected: string): Read<never> => {
  return { ok: false, error: { reason: "body_field", field: `bars.${nth}`, expected } };
};

/** A bar, or what was expected of it. */
function barOfRow(calendar: BarCalendar, period: StoredPeriod, lots: number, row: readonly number[]): Bar | string {
  const [at = 0, o = 0, h = 0, l = 0, c = 0, v = 0, n = 1, vw] = row;
  const [open = 0, high = 0, low = 0, close = 0] = [o, h, l, c].map((price) => units(price, PRICE_UNITS));
  const volume = units(v, lots);
  if ([open, high, low, close].some(Number.isNaN)) return "prices with at most four decimals";
  if (Number.isNaN(volume)) return `a volume in units of 1/${lots}`;
  if (!Number.isSafeInteger(at) || at < 0 || !Number.isSafeInteger(n) || n < 1)
    return "whole numbers for time and count";
  const average =
    vw === undefined ? Math.round(((high + low + close) * VWAP_UNITS) / PRICE_UNITS / 3) : vw * VWAP_UNITS;
  if (!Number.isSafeInteger(Math.round(average))) return "a vwap from low to high";
  const turnover = (BigInt(Math.round(average)) * BigInt(volume) + 50n) / 100n;
  const prices = { open, high, low, close };
  return { at, ...prices, volume: BigInt(volume), turnover, count: n, ...timesOf(calendar, period, at) };
}

/** A number in whole units; NaN when it is none. */
function units(value: number, each: number): number {
  const scaled = value * each;
  const rounded = Math.round(scaled);
  return Number.isSafeInteger(rounded) && Math.abs(scaled - rounded) <= INEXACT ? rounded : Number.NaN;
}

/** What is known of the past of a symbol. */
export function historyToWire(
  symbol: string,
  backfilled: readonly Backfilled[],
  gaps: readonly TapeGap[],
): WireHistory {
  const backfill = backfilled.map(({ period, source, firstDay, lastDay, days }) => ({
    timeframe: period === "day" ? ("1Day" as const) : ("1Min" as const),
    source,
    start: isoDate(firstDay),
    end: isoDate(lastDay),
    days,
  }));
  return { symbol, backfill, gaps: gaps.map(({ after, before }) => ({ after, before })) };
}
