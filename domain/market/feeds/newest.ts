/** What a feed knows of a symbol: the newest quote and status, and the trades since they were last taken. */
import type { FeedItem, FeedQuote, FeedStatus, FeedTrade } from "./feed.ts";

/** Trades that wait to be taken; older ones are dropped, and counted. */
export const TRADES_WAITING_MAX = 1_000;

/** What is new of a symbol. */
export interface FeedNews {
  readonly quote: FeedQuote | null;
  readonly status: FeedStatus | null;
  readonly trades: readonly FeedTrade[];
}

/** Trades that are remembered, so that none is taken twice. */
const TRADES_KNOWN_MAX = 256;

export class NewestOfSymbol {
  #quote: FeedQuote | null = null;
  #status: FeedStatus | null = null;
  #trade: FeedTrade | null = null;
  #waiting: FeedTrade[] = [];
  readonly #known = new Set<string>();
  #quoteIsNew = false;
  #statusIsNew = false;
  #dropped = 0;

  get quote(): FeedQuote | null {
    return this.#quote;
  }

  get trade(): FeedTrade | null {
    return this.#trade;
  }

  get status(): FeedStatus | null {
    return this.#status;
  }

  /** Trades that were not taken in time. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Takes what follows; an older quote or status, and a trade that is known, change nothing. A late trade counts. */
  add(item: FeedItem): boolean {
    switch (item.kind) {
      case "quote":
        if (this.#quote !== null && item.at < this.#quote.at) return false;
        this.#quote = item;
        return (this.#quoteIsNew = true);
      case "status":
        if (this.#status !== null && item.at < this.#status.at) return false;
        this.#status = item;
        return (this.#statusIsNew = true);
      case "trade":
        return this.#addTrade(item);
    }
  }

  /** The connection is lost: whether a halt has ended is not known. */
  forgetStatus(): void {
    this.#status = null;
    this.#statusIsNew = false;
  }

  /** What is new since the last call. */
  take(): FeedNews {
    const news = {
      quote: this.#quoteIsNew ? this.#quote : null,
      status: this.#statusIsNew ? this.#status : null,
      trades: this.#waiting,
    };
    this.#quoteIsNew = this.#statusIsNew = false;
    this.#waiting = [];
    return news;
  }

  /** Everything that is known, without what was sent before. */
  all(): FeedNews {
    return { quote: this.#quote, status: this.#status, trades: this.#trade === null ? [] : [this.#trade] };
  }

  #addTrade(trade: FeedTrade): boolean {
    // What is read again after a reconnect is the newest trade, mostly a known one.
    const key = `${trade.at} ${trade.tradeId}`;
    if (trade.tradeId > 0 && this.#known.has(key)) return false;
    this.#known.add(key);
    for (const oldest of this.#known) {
      if (this.#known.size <= TRADES_KNOWN_MAX) break;
      this.#known.delete(oldest);
    }
    if (this.#trade === null || trade.at >= this.#trade.at) this.#trade = trade;
    this.#waiting.push(trade);
    if (this.#waiting.length > TRADES_WAITING_MAX) {
      this.#waiting.shift();
      this.#dropped++;
    }
    return true;
  }
}
