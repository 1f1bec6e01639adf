import type { BookState } from "../../domain/matching/bookState.ts";
import { levels as levelsOf } from "../../domain/matching/views.ts";
import type { BookTop, OrderBookRpc } from "../../protocol/rpc/orderBook.ts";
import { topOf } from "../../protocol/rpc/priceBoard.ts";
import { bookTop } from "./feed.ts";
import type { FeedPrices } from "./feedPrices.ts";
import type { LastQuoteStore } from "./lastQuote.ts";
import type { LastTradeRecord } from "./lastTradeRecord.ts";
import { restingViews } from "./views.ts";

interface Parts {
  readonly state: () => Readonly<BookState>;
  readonly feedPrices: FeedPrices;
  readonly quotes: LastQuoteStore;
  readonly lastTrade: LastTradeRecord;
}

/** What readers get of a book: its orders, and the prices of its own market or of its feed. */
export class BookReads implements Pick<OrderBookRpc, "top" | "depth" | "resting"> {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** The own top without the previous close, which depends on the time of the question. */
  ownTop(): BookTop {
    const { quotes, lastTrade, feedPrices } = this.#parts;
    const state = this.#parts.state();
    const { lastQuote } = quotes;
    const quoted = lastQuote === null ? {} : { lastQuote };
    return { ...bookTop(state), ...lastTrade.of(state.last), ...quoted, ...feedPrices.mark };
  }

  async top(): Promise<BookTop> {
    const { feedPrices, state } = this.#parts;
    await feedPrices.current?.asked();
    const top = feedPrices.current?.top() ?? this.ownTop();
    return topOf({ top, close: state().close }, Date.now());
  }

  async depth(count: number): ReturnType<OrderBookRpc["depth"]> {
    const { feedPrices } = this.#parts;
    await feedPrices.current?.asked();
    const state = this.#parts.state();
    const [bids, asks] = [levelsOf(state, "buy", count), levelsOf(state, "sell", count)];
    return { top: feedPrices.current?.top() ?? bookTop(state), bids, asks };
  }

  async resting(): ReturnType<OrderBookRpc["resting"]> {
    const { feedPrices, state } = this.#parts;
    const { sequence } = feedPrices.current ?? state();
    return { ...restingViews(state()), sequence };
  }
}
