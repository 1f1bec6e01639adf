/** Prices of many symbols, from their books. */
import { orderBookObject } from "../../../durable-objects/actor/namespaces.ts";
import { instrumentsHaving } from "../../../durable-objects/instrumentCache/cachedInstruments.ts";
import { tradingDayOf } from "../../../domain/market/session.ts";
import type { SymbolPrices } from "../../../domain/portfolio/history/equity.ts";
import { PriceCursor, type PriceSeries } from "../../../domain/portfolio/history/priceSeries.ts";
import { ApiFault, ask } from "../../../protocol/http/apiFault.ts";
import { marketPrice } from "../../../protocol/mapping/accounts.ts";
import type { OrderBookRpc } from "../../../protocol/rpc/orderBook.ts";
import type { Bindings } from "../context.ts";
import { KnownCloses } from "./knownCloses.ts";

/** Books asked at once: enough to hide the time of a call, few enough that their answers fit into memory. */
const BOOKS_AT_ONCE = 64;

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
  return ofEachBook(env, symbols, async (book, present, reference, symbol) => {
    const read = (from: number, through: number) => book.closes(from, through);
    const last = Math.min(toDay, today - 1);
    // The clock of the book may be behind: a day that has just ended may not be over there.
    const past = last < settled ? known.of(symbol, fromDay, last, read) : read(fromDay, last);
    const [series, price] = await Promise.all([past, toDay < today ? null : present()]);
    return { series: price === null ? series : withPrice(series, today, price), before: reference };
  });
}

/** The price of each symbol at the end of each step from a time to another, at most until now. */
export async function stepPricesOf(
  env: Bindings,
  symbols: readonly string[],
  closes: ReadonlyMap<string, SymbolPrices>,
  { from, to, stepMinutes, nowMs }: { from: number; to: number; stepMinutes: number; nowMs: number },
): Promise<Map<string, SymbolPrices>> {
  return ofEachBook(env, symbols, async (book, present, reference, symbol) => {
    const [series, price] = await Promise.all([book.prices(from, to, stepMinutes), to < nowMs ? null : present()]);
    const close = closes.get(symbol);
    // Without a trade in the weeks that a book keeps, the close before is the price.
    const before =
      close === undefined ? reference : new PriceCursor(close.series, close.before).at(tradingDayOf(from - 1));
    return { series: price === null ? series : withPrice(series, nowMs, price), before };
  });
}

/** By the books: each isolate has one set of them. */
const CLOSES = new WeakMap<object, KnownCloses>();

function knownCloses({ ORDER_BOOK }: Bindings): KnownCloses {
  let known = CLOSES.get(ORDER_BOOK);
  if (known === undefined) CLOSES.set(ORDER_BOOK, (known = new KnownCloses()));
  return known;
}

type Ask = (
  book: Pick<OrderBookRpc, "closes" | "prices">,
  present: () => Promise<number>,
  reference: number,
  symbol: string,
) => Promise<SymbolPrices>;

async function ofEachBook(env: Bindings, symbols: readonly string[], call: Ask): Promise<Map<string, SymbolPrices>> {
  const instruments = await instrumentsHaving(env, "gateway", symbols);
  const found = new Map<string, SymbolPrices>();
  for (let from = 0; from < symbols.length; from += BOOKS_AT_ONCE) {
    const asked = symbols.slice(from, from + BOOKS_AT_ONCE).map(async (symbol) => {
      const instrument = instruments.find(symbol);
      // Listed since the registry was reached last.
      if (instrument === undefined) throw new ApiFault({ reason: "unavailable" });
      const book = orderBookObject(env, symbol);
      const present = async () => marketPrice(instrument, await book.top());
      return [symbol, await ask(() => call(book, present, instrument.referencePrice, symbol))] as const;
    });
    for (const [symbol, prices] of await Promise.all(asked)) found.set(symbol, prices);
  }
  return found;
}

function withPrice({ at, price }: PriceSeries, time: number, newest: number): PriceSeries {
  return { at: Float64Array.of(...at, time), price: Float64Array.of(...price, newest) };
}
