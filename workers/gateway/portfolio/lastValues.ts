/** What a request about many symbols need not ask their books. */
import { priceBoardObject } from "../../../durable-objects/actor/namespaces.ts";
import { listedInstruments } from "../../../durable-objects/instrumentCache/cachedInstruments.ts";
import type { PriceSeries } from "../../../domain/portfolio/history/priceSeries.ts";
import type { BookTop } from "../../../protocol/rpc/orderBook.ts";
import { type DayRange, readBoards, topOf } from "../../../protocol/rpc/priceBoard.ts";
import type { Bindings } from "../context.ts";
import { FRESH_SYMBOLS_MAX, KnownTops } from "./knownTops.ts";

export interface LastValues {
  top(symbol: string): BookTop | undefined;
  /** The closes of the days that were asked for. */
  closes(symbol: string): PriceSeries | undefined;
}

const NOTHING: LastValues = { top: () => undefined, closes: () => undefined };

/**
 * The tops of the last second, and what boards have: of a sleeping book its present values, of another one those of a
 * second ago. A request about few symbols has nothing of it and asks the books. `closes`: days whose closes some lack.
 */
export async function lastValues(
  env: Bindings,
  symbols: readonly string[],
  nowMs: number,
  closes: { readonly days: DayRange; lacks(symbol: string): boolean } | null = null,
): Promise<LastValues> {
  if (new Set(symbols).size <= FRESH_SYMBOLS_MAX) return NOTHING;
  const known = knownTops(env);
  const instruments = await listedInstruments(env, "gateway");
  const lacking = symbols.filter((symbol) => {
    // A board has what the own book shows: an externally priced symbol shows its feed.
    if (instruments.find(symbol)?.priceSource === "feed") return false;
    return known.recent(symbol, nowMs) === undefined || closes?.lacks(symbol);
  });
  const values = await readBoards((nth) => priceBoardObject(env, nth), lacking, closes?.days ?? null);
  for (const [symbol, value] of values) known.put(symbol, topOf(value, nowMs), nowMs);
  return {
    top: (symbol) => known.recent(symbol, nowMs),
    closes: (symbol) => values.get(symbol)?.closes ?? undefined,
  };
}

/** Keeps a top that was read, for the requests of the next second. */
export function keepTop(env: Bindings, symbol: string, top: BookTop): void {
  knownTops(env).put(symbol, top, Date.now());
}

/** By the books: each isolate has one set of them. */
const TOPS = new WeakMap<object, KnownTops>();

function knownTops({ ORDER_BOOK }: Bindings): KnownTops {
  let known = TOPS.get(ORDER_BOOK);
  if (known === undefined) TOPS.set(ORDER_BOOK, (known = new KnownTops()));
  return known;
}
