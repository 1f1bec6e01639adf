/** Reads of the past of symbols, from their tapes. */
import { tapeIndexObject, tapeObject } from "../../../durable-objects/actor/namespaces.ts";
import type { Bar } from "../../../domain/market/bars/bar.ts";
import { BarCalendar } from "../../../domain/market/bars/barCalendar.ts";
import type { TapeQuote } from "../../../domain/market/bars/tapeQuote.ts";
import type { TapeTrade } from "../../../domain/market/bars/tapeTrade.ts";
import { isOfDays, type Timeframe } from "../../../domain/market/bars/timeframe.ts";
import { assetOf } from "../../../domain/market/asset.ts";
import { DAY, MINUTE } from "../../../domain/market/newYork.ts";
import { ask } from "../../../protocol/http/apiFault.ts";
import type { HistoryRange } from "../../../protocol/mapping/marketHistory.ts";
import type { QuotesContext } from "../context.ts";
import { LatestReads } from "../latest/latestReads.ts";
import { type HistoryPage, type Part, readPage } from "./pageReader.ts";

/** Symbols whose months are looked up at the same time. */
const SYMBOLS_AT_ONCE = 16;

/** A page of the bars of symbols. */
export function readBars(
  c: QuotesContext,
  symbols: readonly string[],
  timeframe: Timeframe,
  range: HistoryRange,
): Promise<HistoryPage<Bar>> {
  const { descending } = range;
  const ofDays = isOfDays(timeframe);
  const all = ofDays ? throughToday(range, Date.now()) : range;
  const read = ({ symbol, month }: Part, next: number | null, limit: number) => {
    const query = { timeframe, ...barsFrom(all, next), limit, descending };
    return ofDays ? tapeIndexObject(c.env, symbol).bars(query) : tapeObject(c.env, symbol, month).bars(query);
  };
  const parts = ofDays ? wholes(after(symbols, range)) : monthParts(c, symbols, range);
  const { limit, after: place } = range;
  return ask(() => readPage(parts, place, limit, { read, placeOf: ({ at }) => at }));
}

/**
 * A range of bars of days that ends now, with the bar of the trading day of now: from 20:00 in New York on it is
 * stamped with the midnight to come.
 */
export function throughToday<T extends { readonly to: number }>(range: T, now: number): T {
  return range.to > now - MINUTE ? { ...range, to: range.to + DAY } : range;
}

/** What of a range is left from a place on: the beginning of a bar. A token of another query does not widen the range. */
export function barsFrom(
  { from, to, descending }: Pick<HistoryRange, "from" | "to" | "descending">,
  next: number | null,
): Pick<HistoryRange, "from" | "to"> {
  if (next === null) return { from, to };
  return descending ? { from, to: Math.min(to, next) } : { from: Math.max(from, next), to };
}

/** A page of the trades of symbols. */
export function readTrades(
  c: QuotesContext,
  symbols: readonly string[],
  range: HistoryRange,
): Promise<HistoryPage<TapeTrade>> {
  const { from, to, limit, descending, after: place } = range;
  const read = ({ symbol, month }: Part, cursor: number | null, most: number) =>
    tapeObject(c.env, symbol, month).trades({ from, to, limit: most, descending, cursor });
  const parts = monthParts(c, symbols, range);
  return ask(() => readPage(parts, place, limit, { read, placeOf: ({ tradeId }) => tradeId }));
}

/** A page of the quotes of symbols. */
export function readQuotes(
  c: QuotesContext,
  symbols: readonly string[],
  range: HistoryRange,
): Promise<HistoryPage<TapeQuote>> {
  const { from, to, limit, descending, after: place } = range;
  const read = ({ symbol, month }: Part, cursor: number | null, most: number) =>
    tapeObject(c.env, symbol, month).quotes({ from, to, limit: most, descending, cursor });
  const parts = monthParts(c, symbols, range);
  return ask(() => readPage(parts, place, limit, { read, placeOf: ({ sequence }) => sequence }));
}

/** The symbols in order, from that of the page before on. */
function after(symbols: readonly string[], { after: place }: HistoryRange): string[] {
  const sorted = symbols.toSorted();
  return place === null ? sorted : sorted.filter((symbol) => symbol >= place.symbol);
}

async function* wholes(symbols: readonly string[]): AsyncGenerator<Part, void> {
  for (const symbol of symbols) yield await Promise.resolve({ symbol, month: "" });
}

/** The months of each symbol that are in the range, in its order, from the place of the page before on. */
export async function* monthParts(
  c: QuotesContext,
  symbols: readonly string[],
  range: HistoryRange,
): AsyncGenerator<Part, void> {
  const { from, to, descending, after: place } = range;
  const sorted = after(symbols, range);
  const reads = new LatestReads(c);
  for (let begin = 0; begin < sorted.length; begin += SYMBOLS_AT_ONCE) {
    const some = sorted.slice(begin, begin + SYMBOLS_AT_ONCE);
    for (const { symbol, months: known } of await reads.of("months", some)) {
      const calendar = new BarCalendar(assetOf(symbol));
      const [first, last] = [calendar.monthOf(from), calendar.monthOf(to)];
      const within = known.filter((month) => month >= first && month <= last);
      if (descending) within.reverse();
      for (const month of within) if (!isPast(place, symbol, month, descending)) yield { symbol, month };
    }
  }
}

function isPast(place: HistoryRange["after"], symbol: string, month: string, descending: boolean): boolean {
  if (place === null || place.symbol !== symbol) return false;
  return descending ? month > place.month : month < place.month;
}
