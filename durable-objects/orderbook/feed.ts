import type { LastTrade, MarketState } from "../../domain/matching/venue.ts";
import { concatBytes } from "../../protocol/bytes.ts";
import { encodeQuote, encodeTrade } from "../../protocol/marketData.ts";
import type { BookTop, MarketSegment, PriceLevel } from "../../protocol/rpc.ts";

/** At most ten publications a second: the first change goes at once, the rest of the window is merged. */
export const WINDOW_MS = 100;

/** What the feed needs: who listens, where a segment goes, and a timer. */
export interface FeedPorts {
  hasListeners(): boolean;
  publish(segment: MarketSegment): void;
  after(ms: number, run: () => void): void;
}

/** Collects a book's changes and publishes one encoded segment per window. The timer runs only while something waits. */
export class MarketFeed {
  readonly #state: () => Readonly<MarketState>;
  readonly #ports: FeedPorts;
  #trades: Uint8Array[] = [];
  #publishedTop = "";
  #windowOpen = false;
  #dirty = false;

  constructor(state: () => Readonly<MarketState>, ports: FeedPorts) {
    this.#state = state;
    this.#ports = ports;
  }

  /** The book has changed; `trades` are those of this commit. */
  changed(trades: readonly LastTrade[]): void {
    if (!this.#ports.hasListeners()) return;
    const { symbol } = this.#state();
    for (const trade of trades) this.#trades.push(encodeTrade({ symbol, ...trade }));
    this.#dirty = true;
    if (!this.#windowOpen) this.#flush();
  }

  #flush(): void {
    this.#dirty = false;
    const state = this.#state();
    const top = bookTop(state);
    const topKey = JSON.stringify([top.bid, top.ask]);
    const quoteChanged = topKey !== this.#publishedTop;
    if (!quoteChanged && this.#trades.length === 0) return;
    const { symbol, bid, ask, at } = top;
    const segment: MarketSegment = {
      symbol,
      sequence: state.sequence,
      trades: concatBytes(this.#trades),
      tradeCount: this.#trades.length,
      quote: quoteChanged ? encodeQuote({ symbol, bid, ask, at }) : null,
    };
    this.#trades = [];
    this.#publishedTop = topKey;
    this.#ports.publish(segment);
    this.#windowOpen = true;
    this.#ports.after(WINDOW_MS, () => {
      this.#windowOpen = false;
      if (this.#dirty) this.#flush();
    });
  }
}

/** Several segments of one symbol, oldest first, as one: every trade, the newest quote. */
export function mergeSegments(segments: readonly MarketSegment[]): MarketSegment {
  const last = segments.at(-1);
  if (last === undefined) throw new Error("nothing to merge");
  if (segments.length === 1) return last;
  return {
    symbol: last.symbol,
    sequence: last.sequence,
    trades: concatBytes(segments.map((segment) => segment.trades)),
    tradeCount: segments.reduce((sum, segment) => sum + segment.tradeCount, 0),
    quote: segments.findLast((segment) => segment.quote !== null)?.quote ?? null,
  };
}

/** Best bid and ask, last trade and sequence of a market. */
export function bookTop(state: Readonly<MarketState>): BookTop {
  const { symbol, book, last, sequence, changedAt } = state;
  return { symbol, bid: level(book.best("buy")), ask: level(book.best("sell")), last, sequence, at: changedAt };
}

function level(of: PriceLevel | null): PriceLevel | null {
  return of === null ? null : { price: of.price, qty: of.qty };
}
