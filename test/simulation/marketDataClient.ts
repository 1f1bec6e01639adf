import type { BookState, NumberedTrade } from "../../domain/matching/bookState.ts";
import { bookTop } from "../../durable-objects/orderbook/feed.ts";
import { decodeSegment } from "../../protocol/stream/segment.ts";
import { encodeQuote } from "../../protocol/mapping/tradesAndQuotes.ts";
import type { MarketSegment } from "../../protocol/rpc/orderBook.ts";
import { assert, assertEqual } from "../model/assert.ts";
import type { World } from "./world.ts";

/** How often a client renews its subscription. */
const KEEPALIVE_MS = 2_000;

/** The compared fields of a trade on the stream. */
interface SeenTrade {
  readonly i: number;
  readonly seq: number;
}

/** A market-data client of one book: it stores the trades and the newest quote, and resumes from its cursor. */
export class MarketDataClient {
  readonly symbol: string;
  /** Sequence through which market data was received. */
  position = 0;
  /** The client is disconnected. */
  away = false;
  readonly #trades: SeenTrade[] = [];
  /** Ranges of sequences whose trades were no longer stored. */
  readonly #skipped: (readonly [after: number, through: number])[] = [];
  #quote: Record<string, unknown> | null = null;
  readonly #world: World;
  #epoch = 0;

  constructor(world: World, symbol: string) {
    this.#world = world;
    this.symbol = symbol;
  }

  take({ previous, sequence, trades, quote }: MarketSegment): void {
    if (previous !== this.position) this.#world.broken(`MD-21: ${this.symbol}: ${previous} after ${this.position}`);
    this.position = sequence;
    this.#trades.push(...(decodeSegment(trades) as SeenTrade[]));
    if (quote !== null) this.#quote = decodeSegment(quote)[0] as Record<string, unknown>;
    this.#world.totals.streamEvents++;
  }

  /** Trades through `to` are no longer stored. */
  skip(to: number): void {
    this.#skipped.push([this.position, to]);
    this.position = to;
  }

  /** Stays connected as long as the simulation runs. */
  async live(): Promise<never> {
    const { time, faults } = this.#world;
    for (;;) {
      try {
        if (this.away) continue;
        await this.#world.call(null, `relay/of ${this.symbol}`, "watch", [this.symbol, ++this.#epoch]);
      } catch {
        // The next keepalive retries.
      } finally {
        await time.sleep(KEEPALIVE_MS / 2 + faults.delay(`viewer ${this.symbol}`, KEEPALIVE_MS));
      }
    }
  }

  /** The received trades are those of the journal, once and in order; at the end all of them, and the last quote. */
  check(made: readonly NumberedTrade[], state: BookState, all: boolean): void {
    const rule = `MD-21: every trade of ${this.symbol} is received once and in order`;
    const gone = (sequence: number) =>
      this.#skipped.some(([after, through]) => sequence > after && sequence <= through);
    const expected = made.filter(({ sequence }) => sequence <= this.position && !gone(sequence));
    const inWords = (trades: readonly (readonly [number, number])[]) => JSON.stringify(trades);
    const seen = this.#trades.map(({ i, seq }) => [i, seq] as const);
    assertEqual(inWords(seen), inWords(expected.map(({ tradeId, sequence }) => [tradeId, sequence] as const)), rule);
    assert(this.position <= state.sequence, "MD-21: nothing is published before its commit");
    if (!all) return;
    const { bid, ask, at, symbol, sequence } = bookTop(state);
    const missed = made.some((trade) => trade.sequence > this.position);
    assert(!missed, rule);
    const nothing = JSON.stringify([0, 0, 0, 0]);
    const [expectedQuote] = decodeSegment(encodeQuote({ symbol, bid, ask, at, sequence })) as Record<string, unknown>[];
    const top = ({ bp, bs, ap, as }: Record<string, unknown>) => JSON.stringify([bp, bs, ap, as]);
    const told = this.#quote === null ? nothing : top(this.#quote);
    assertEqual(told, top(expectedQuote ?? {}), "MD-21: the last received quote is the top of the book");
  }
}
