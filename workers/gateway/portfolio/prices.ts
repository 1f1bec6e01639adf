/** Prices of many symbols, from their books. */
import { tradingDayOf } from "../../../domain/market/session.ts";
import type { SymbolPrices } from "../../../domain/portfolio/history/equity.ts";
import { PriceCursor, type PriceSeries } from "../../../domain/portfolio/history/priceSeries.ts";
import { marketPrice } from "../../../protocol/mapping/accounts.ts";
import type { Bindings } from "../context.ts";
import { ofEachBook } from "./eachBook.ts";
import { KnownCloses } from "./knownCloses.ts";
import { keepTop, lastValues } from "./lastValues.ts";

/** A close is kept when its day is over for so long. */
const CLOCK_SKEW_MS = 60_000;

/**
 * The closes of each symbol from a day to another, and for today, which is not over, the present price. Before its first
 * close a symbol has its reference price, as `last_equity` has it.
 */
export async function closesOf(
  env: Bindings,
  symbols: readonly string[],
  fromDay: number,
  toDay: number,
  nowMs: number,
): Promise<Map<string, SymbolPrices>> {
  const today = tradingDayOf(nowMs);
  const settled = tradingDayOf(nowMs - CLOCK_SKEW_MS);
  const known = knownCloses(env);
  const last = Math.min(toDay, today - 1);
  const lacks = (symbol: string): boolean => last >= settled || !known.has(symbol, fromDay, last);
  const closes = fromDay > last ? null : { days: { from: fromDay, to: last }, lacks };
  const values = await lastValues(env, symbols, nowMs, closes);
  return ofEachBook(env, symbols, async (book, instrument): Promise<SymbolPrices> => {
    const { symbol, referencePrice: before } = instrument;
    let top = toDay < today ? null : values.top(symbol);
    const read = async (from: number, through: number): Promise<PriceSeries> => {
      const told = values.closes(symbol);
      if (told !== undefined) return told;
      if (top !== undefined) return book.closes(from, through);
      const both = await book.topWithCloses(from, through);
      keepTop(env, symbol, (top = both.top));
      return both.closes;
    };
    // The clock of the object may be behind: a day that has just ended may not be over there.
    const past = () => (last < settled ? known.of(symbol, fromDay, last, read) : read(fromDay, last));
    const series = fromDay > last ? NO_PRICES : await past();
    if (top === undefined) keepTop(env, symbol, (top = await book.top()));
    return { series: top === null ? series : withPrice(series, today, marketPrice(instrument, top)), before };
  });
}

/**
 * The price of each symbol at the end of each step from a time to another, at most until now. `closes` has the closes of
 * the same days, and the present price if they end today.
 */
export async function stepPricesOf(
  env: Bindings,
  symbols: readonly string[],
  closes: ReadonlyMap<string, SymbolPrices>,
  { from, to, stepMinutes, nowMs }: { from: number; to: number; stepMinutes: number; nowMs: number },
): Promise<Map<string, SymbolPrices>> {
  return ofEachBook(env, symbols, async (book, { symbol, referencePrice }): Promise<SymbolPrices> => {
    const series = await book.prices(from, to, stepMinutes);
    const close = closes.get(symbol);
    if (close === undefined) return { series, before: referencePrice };
    const cursor = new PriceCursor(close.series, close.before);
    // Without a trade in the weeks that a book keeps, the close before is the price.
    const before = cursor.at(tradingDayOf(from - 1));
    return { series: to < nowMs ? series : withPrice(series, nowMs, cursor.at(tradingDayOf(nowMs))), before };
  });
}

const NO_PRICES: PriceSeries = { at: new Float64Array(0), price: new Float64Array(0) };

/** By the books: each isolate has one set of them. */
const CLOSES = new WeakMap<object, KnownCloses>();

function knownCloses({ ORDER_BOOK }: Bindings): KnownCloses {
  let known = CLOSES.get(ORDER_BOOK);
  if (known === undefined) CLOSES.set(ORDER_BOOK, (known = new KnownCloses()));
  return known;
}

function withPrice({ at, price }: PriceSeries, time: number, newest: number): PriceSeries {
  return { at: Float64Array.of(...at, time), price: Float64Array.of(...price, newest) };
}
