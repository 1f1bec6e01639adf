import type { BookState, NumberedTrade } from "../../domain/matching/bookState.ts";
import { bookTop } from "../../durable-objects/orderbook/feed.ts";
import { decodeSegment } from "../../protocol/stream/segment.ts";
import { encodeQuote } from "../../protocol/mapping/tradesAndQuotes.ts";
import { type Level, levels, resting } from "../../domain/matching/views.ts";
import { DEPTH_ROWS_MAX } from "../../durable-objects/orderbook/depth/views.ts";
import { DepthCopy, type DepthFrameElement } from "../../protocol/mapping/testing.ts";
import { priceNumber, sizeNumber } from "../../protocol/mapping/tradesAndQuotes.ts";
import type { BookSubscribed, DepthChanges, DepthPart, MarketSegment } from "../../protocol/rpc/orderBook.ts";
import { assert, assertEqual } from "../model/assert.ts";
import type { ReplayedBook } from "./replay.ts";
import type { World } from "./world.ts";

/** How often a client renews its subscription. */
const KEEPALIVE_MS = 2_000;

/** The compared fields of a trade on the stream. */
interface SeenTrade {
  readonly i: number;
  readonly seq: number;
}

const DEPTH: readonly DepthPart[] = ["depth", "orders"];

/** How a client comes and goes: one in so many times when it looks after its subscription. */
const GOES = 5;
const COMES = 3;

/** A socket of a client. */
export interface Visit {
  readonly number: number;
  /** The depth channels that it subscribes to. */
  readonly parts: readonly DepthPart[];
  /** It begins without a cursor. */
  readonly isNew: boolean;
}

/**
 * A market-data client of one book: it stores the trades, the newest quote, and the book by both depth channels, and
 * resumes from its cursor. A visitor comes and goes, with depth and without, and sometimes begins anew.
 */
export class MarketDataClient {
  readonly symbol: string;
  readonly relay: string;
  /** Sequence through which market data was received. */
  position = 0;
  /** The client is disconnected. */
  away = false;
  readonly #trades: SeenTrade[] = [];
  /** Ranges of sequences whose trades were no longer stored. */
  readonly #skipped: (readonly [after: number, through: number])[] = [];
  #quote: Record<string, unknown> | null = null;
  /** What it has of the book by each depth channel. */
  #books: Readonly<Record<DepthPart, DepthCopy>>;
  /** The newest one, which may be over. */
  visit: Visit = { number: 0, parts: DEPTH, isNew: false };
  readonly #world: World;
  readonly #visits: boolean;
  #epoch = 0;

  constructor(world: World, symbol: string, visits = false) {
    this.#world = world;
    this.symbol = symbol;
    this.relay = visits ? `visitor of ${symbol}` : `of ${symbol}`;
    this.#visits = visits;
    this.#books = this.#newBooks(0);
  }

  /** Begins anew, with the answer to its subscription. */
  begin(subscribed: BookSubscribed): void {
    this.visit = { ...this.visit, isNew: false };
    this.skip(subscribed.through);
    this.#quote = null;
    this.#books = this.#newBooks(-1);
    this.#takeDepth(subscribed);
  }

  take(segment: MarketSegment): void {
    const { previous, sequence, trades, quote } = segment;
    if (previous !== this.position) this.#world.broken(`MD-21: ${this.symbol}: ${previous} after ${this.position}`);
    this.position = sequence;
    this.#trades.push(...(decodeSegment(trades) as SeenTrade[]));
    if (quote !== null) this.#quote = decodeSegment(quote)[0] as Record<string, unknown>;
    this.#takeDepth(segment);
    this.#world.totals.streamEvents++;
  }

  /** A copy as of a sequence: of an empty book at 0, or -1 before its snapshot. */
  #newBooks(seq: number): Readonly<Record<DepthPart, DepthCopy>> {
    const made = () => Object.assign(new DepthCopy(this.symbol.includes("/") ? 8 : 6), { seq });
    return { depth: made(), orders: made() };
  }

  #takeDepth(from: Partial<Record<DepthPart, DepthChanges>>): void {
    for (const part of DEPTH) {
      const changes = from[part];
      if (changes === undefined || this.visit.parts.length === 0) continue;
      try {
        for (const element of decodeSegment(changes.bytes)) this.#books[part].take(element as DepthFrameElement);
      } catch (error) {
        this.#world.broken(`MD-100: ${part} of ${this.symbol} for ${this.relay}: ${String(error)}`);
      }
    }
  }

  /** Trades through `to` are no longer stored. */
  skip(to: number): void {
    this.#skipped.push([this.position, to]);
    this.position = to;
  }

  /** Stays connected as long as the simulation runs; a visitor only at times. */
  async live(): Promise<never> {
    const { time, faults } = this.#world;
    let isHere = !this.#visits;
    for (;;) {
      try {
        if (this.away) continue;
        if (this.#visits) {
          const chance = faults.delay(`visits ${this.symbol}`, 60);
          if (isHere && chance % GOES === 0) {
            isHere = false;
            await this.#call("leave", [this.symbol]);
          } else if (!isHere && chance % COMES === 0) {
            isHere = true;
            this.#come(chance % 4 === 0 ? [] : DEPTH, chance < 30);
          }
        }
        if (!isHere) continue;
        await this.#call("watch", [this.symbol, ++this.#epoch, this.visit]);
      } catch {
        // The next keepalive retries.
      } finally {
        await time.sleep(KEEPALIVE_MS / 2 + faults.delay(`viewer ${this.relay}`, KEEPALIVE_MS));
      }
    }
  }

  /**
   * Who has not followed the book to its cursor, because its last visit was without depth, or ended before it had begun
   * or before its snapshot came, cannot resume it, and begins anew.
   */
  #come(parts: readonly DepthPart[], isNew: boolean): void {
    const { number, parts: before, isNew: hasNotBegun } = this.visit;
    const lacks = before.length === 0 || DEPTH.some((part) => this.#books[part].seq < 0);
    this.visit = { number: number + 1, parts, isNew: isNew || hasNotBegun || (parts.length > 0 && lacks) };
  }

  #call(method: string, args: unknown[]): Promise<unknown> {
    return this.#world.call(null, `relay/${this.relay}`, method, args);
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
    if (!all || this.#visits) return;
    const { bid, ask, at, symbol, sequence } = bookTop(state);
    const missed = made.some((trade) => trade.sequence > this.position);
    assert(!missed, rule);
    const nothing = JSON.stringify([0, 0, 0, 0]);
    const [expectedQuote] = decodeSegment(encodeQuote({ symbol, bid, ask, at, sequence })) as Record<string, unknown>[];
    const top = ({ bp, bs, ap, as }: Record<string, unknown>) => JSON.stringify([bp, bs, ap, as]);
    const told = this.#quote === null ? nothing : top(this.#quote);
    assertEqual(told, top(expectedQuote ?? {}), "MD-21: the last received quote is the top of the book");
    this.#checkBooks(state);
  }

  /** Both copies are the displayed book. */
  #checkBooks(state: BookState): void {
    const rows = (part: DepthPart) => JSON.stringify([this.#books[part].rows("b"), this.#books[part].rows("a")]);
    const shown = ({ price, qty }: Level) => ({ p: priceNumber(price), s: sizeNumber(this.symbol, qty) });
    const sides = ["buy", "sell"] as const;
    const byPrice = sides.map((side) => levels(state, side, DEPTH_ROWS_MAX).map(shown));
    const byOrder = sides.map((side) =>
      [...resting(state, side)].slice(0, DEPTH_ROWS_MAX).map((order) => ({ ...shown(order), id: order.ref })),
    );
    assertEqual(rows("depth"), JSON.stringify(byPrice), `MD-100: the levels of ${this.symbol} are the displayed ones`);
    assertEqual(rows("orders"), JSON.stringify(byOrder), `MD-100: so are its orders`);
  }
}

/** What the clients of a book have received; `all`: they have caught up. */
export function checkMarketData({ marketDataClients }: World, { events, state }: ReplayedBook, all: boolean): void {
  for (const client of marketDataClients.values()) {
    if (client.symbol === state.symbol) client.check(events, state, all);
  }
}
