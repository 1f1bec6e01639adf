import { keepNewest } from "../../../domain/keepNewest.ts";
import { tradingDayOf } from "../../../domain/market/session.ts";
import type { BookTop } from "../../../protocol/rpc/orderBook.ts";

/** How old the prices of many positions may be. */
export const TOP_AGE_MS = 1_000;
/** So many symbols of one request are priced as of the request: the calls are few. */
export const FRESH_SYMBOLS_MAX = 20;
/** Symbols that are kept, some 300 bytes each. */
const SYMBOLS_MAX = 5_000;

interface Known {
  readonly at: number;
  readonly top: BookTop;
}

/** The tops of books that an isolate has read in the last second, for requests about many symbols. */
export class KnownTops {
  readonly #bySymbol = new Map<string, Known>();

  /** The top of the book, if it is recent and of the present trading day, at whose end the previous close changes. */
  recent(symbol: string, nowMs: number): BookTop | undefined {
    const known = this.#bySymbol.get(symbol);
    if (known === undefined) return undefined;
    const age = nowMs - known.at;
    return age >= 0 && age < TOP_AGE_MS && tradingDayOf(nowMs) === tradingDayOf(known.at) ? known.top : undefined;
  }

  put(symbol: string, top: BookTop, nowMs: number): void {
    keepNewest(this.#bySymbol, symbol, { at: nowMs, top }, SYMBOLS_MAX);
  }
}
