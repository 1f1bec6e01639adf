/**
 * A symbol's trading day: what a watchlist shows beside the last price. Read from a snapshot, then kept by trades and by
 * the daily bar that comes each minute.
 */
import { BarCalendar } from "../../../domain/market/bars/barCalendar.ts";
import type { Bar, Trade } from "./messages.ts";

export interface Day {
  /** Price of the last trade. */
  readonly last: number;
  /** Close of the trading day before; null for a symbol that has no day before. */
  readonly prevClose: number | null;
  /** Difference of the last price to that close, and as a share of one. */
  readonly change: number | null;
  readonly changeShare: number | null;
  /** Of this day's regular hours (coins: of the whole day); null before the first trade in them. */
  readonly open: number | null;
  readonly high: number | null;
  readonly low: number | null;
  readonly close: number | null;
  readonly volume: number;
  /** The trading day, numbered from 1970-01-01, and the number of the last trade that is in these values. */
  readonly day: number;
  readonly tradeId: number;
}

type LastTrade = Pick<Trade, "id" | "price" | "size" | "at" | "conditions">;
type DailyBar = Pick<Bar, "at" | "open" | "high" | "low" | "close" | "volume">;

const calendars = {
  us_equity: new BarCalendar({ assetClass: "us_equity" }),
  crypto: new BarCalendar({ assetClass: "crypto" }),
};
/** The trading days of a symbol. */
export const calendarOf = (symbol: string): BarCalendar => calendars[symbol.includes("/") ? "crypto" : "us_equity"];

const EXTENDED_HOURS = "T";

const without = (price: number | null): Pick<Day, "open" | "high" | "low" | "close" | "volume" | "prevClose"> => ({
  open: null,
  high: null,
  low: null,
  close: null,
  volume: 0,
  prevClose: price,
});

/** The day of a snapshot: its newest trade and its last two daily bars. */
export function dayOf(symbol: string, trade: LastTrade, daily: DailyBar | null, before: DailyBar | null): Day {
  const calendar = calendarOf(symbol);
  const day = calendar.dayOf(trade.at);
  const head = { last: trade.price, day, tradeId: trade.id };
  if (daily === null) return withChange({ ...head, ...without(null) });
  // Before the day's first trade in regular hours the newest daily bar is that of the day before.
  if (calendar.dayOf(daily.at) < day) return withChange({ ...head, ...without(daily.close) });
  return withChange({ ...head, ...valuesOf(daily), prevClose: before?.close ?? null });
}

/** The day after a trade; an older trade changes nothing. */
export function dayAfterTrade(symbol: string, before: Day, trade: LastTrade): Day {
  if (trade.id <= before.tradeId) return before;
  const day = calendarOf(symbol).dayOf(trade.at);
  const head = { last: trade.price, day: Math.max(day, before.day), tradeId: trade.id };
  const values = day > before.day ? without(before.close ?? before.prevClose) : before;
  if (trade.conditions.includes(EXTENDED_HOURS)) return withChange({ ...values, ...head });
  return withChange({
    ...head,
    prevClose: values.prevClose,
    open: values.open ?? trade.price,
    high: Math.max(values.high ?? trade.price, trade.price),
    low: Math.min(values.low ?? trade.price, trade.price),
    close: trade.price,
    volume: values.volume + trade.size,
  });
}

/** The day after its daily bar, which lacks the trades of the last moment. */
export function dayAfterBar(symbol: string, before: Day, bar: DailyBar): Day {
  const day = calendarOf(symbol).dayOf(bar.at);
  if (day < before.day) return before;
  if (day > before.day)
    return withChange({ ...before, ...without(before.close ?? before.prevClose), ...valuesOf(bar), day });
  return {
    ...before,
    open: bar.open,
    high: Math.max(before.high ?? bar.high, bar.high),
    low: Math.min(before.low ?? bar.low, bar.low),
    close: bar.volume > before.volume ? bar.close : before.close,
    volume: Math.max(before.volume, bar.volume),
  };
}

function valuesOf({ open, high, low, close, volume }: DailyBar): Omit<DailyBar, "at"> {
  return { open, high, low, close, volume };
}

function withChange(of: Omit<Day, "change" | "changeShare">): Day {
  const change = of.prevClose === null ? null : of.last - of.prevClose;
  const changeShare = change === null || of.prevClose === null || of.prevClose === 0 ? null : change / of.prevClose;
  return {
    last: of.last,
    prevClose: of.prevClose,
    change,
    changeShare,
    open: of.open,
    high: of.high,
    low: of.low,
    close: of.close,
    volume: of.volume,
    day: of.day,
    tradeId: of.tradeId,
  };
}
