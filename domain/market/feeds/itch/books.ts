/** Builds the displayed books of an ITCH 5.0 feed, and gives what a feed gives: best bid and ask, trades, halts. */
import { lotsPerShare } from "../../instrument.ts";
import type { Instrument } from "../../instrument.ts";
import type { FeedItem, FeedLevel } from "../feed.ts";
import type { ItchMessage, ItchMessageOf } from "./layout.ts";

const NANOSECONDS = 1_000_000;

interface RestingOrder {
  readonly book: Book;
  readonly side: "B" | "S";
  readonly price: number;
  shares: number;
}

/** The shares of each price of a side, and its best price. */
class SideLevels {
  readonly #levels = new Map<number, number>();
  readonly #sign: 1 | -1;
  #best: number | null = null;

  constructor(side: "B" | "S") {
    this.#sign = side === "B" ? 1 : -1;
  }

  change(price: number, shares: number): void {
    const now = (this.#levels.get(price) ?? 0) + shares;
    if (now > 0) {
      this.#levels.set(price, now);
      if (this.#best === null || (price - this.#best) * this.#sign > 0) this.#best = price;
      return;
    }
    this.#levels.delete(price);
    if (price !== this.#best) return;
    this.#best = null;
    for (const each of this.#levels.keys()) {
      if (this.#best === null || (each - this.#best) * this.#sign > 0) this.#best = each;
    }
  }

  best(lots: number): FeedLevel | null {
    return this.#best === null ? null : { price: this.#best, qty: (this.#levels.get(this.#best) ?? 0) * lots };
  }
}

class Book {
  readonly instrument: Instrument;
  readonly lots: number;
  readonly sides = { B: new SideLevels("B"), S: new SideLevels("S") };
  /** The best prices that were published last. */
  published = "null null";

  constructor(instrument: Instrument) {
    this.instrument = instrument;
    this.lots = lotsPerShare(instrument);
  }
}

/** What is left out of a feed: messages about unlisted stocks, and orders that are not known. */
export interface ItchCounts {
  readonly unlisted: number;
  readonly unknownOrders: number;
}

/**
 * The books of a day. `midnight` is the beginning of the day in New York. Prices of ITCH have the four decimals of this
 * exchange, so none is rounded.
 */
export class ItchBooks {
  readonly #find: (symbol: string) => Instrument | undefined;
  readonly #midnight: number;
  readonly #books = new Map<string, Book | null>();
  readonly #orders = new Map<bigint, RestingOrder>();
  #unlisted = 0;
  #unknownOrders = 0;

  constructor(find: (symbol: string) => Instrument | undefined, midnight: number) {
    this.#find = find;
    this.#midnight = midnight;
  }

  get counts(): ItchCounts {
    return { unlisted: this.#unlisted, unknownOrders: this.#unknownOrders };
  }

  /** How many orders rest. */
  get resting(): number {
    return this.#orders.size;
  }

  /** What a message changes for who sees the best prices and the trades. */
  apply(message: ItchMessage): FeedItem[] {
    const at = this.#midnight + Math.floor(message.timestamp / NANOSECONDS);
    switch (message.type) {
      case "A":
      case "F":
        return this.#rest(message.ref, message.side, message.shares, message.stock, message.price, at);
      case "E":
        return this.#execute(message, null, at);
      case "C":
        return this.#execute(message, message, at);
      case "X":
        return this.#reduce(message.ref, message.shares, at);
      case "D":
        return this.#reduce(message.ref, Number.POSITIVE_INFINITY, at);
      case "U":
        return this.#replace(message, at);
      case "P":
        return this.#trade(this.#book(message.stock), message.price, message.shares, message.match, at);
      case "Q":
        // A cross without a trade is reported with price 0.
        if (message.shares === 0n || message.price === 0) return [];
        return this.#trade(this.#book(message.stock), message.price, Number(message.shares), message.match, at);
      case "H":
        return this.#status(message, at);
      default:
        return [];
    }
  }

  #book(stock: string): Book | null {
    let book = this.#books.get(stock);
    if (book === undefined) {
      const instrument = this.#find(stock);
      book = instrument === undefined ? null : new Book(instrument);
      this.#books.set(stock, book);
    }
    if (book === null) this.#unlisted++;
    return book;
  }

  #order(ref: bigint): RestingOrder | undefined {
    const order = this.#orders.get(ref);
    if (order === undefined) this.#unknownOrders++;
    return order;
  }

  #rest(ref: bigint, side: string, shares: number, stock: string, price: number, at: number): FeedItem[] {
    const book = this.#book(stock);
    if (book === null) return [];
    const order = { book, side: side === "B" ? "B" : "S", price, shares } as const;
    this.#orders.set(ref, order);
    book.sides[order.side].change(price, shares);
    return this.#quote(book, at);
  }

  #execute(
    { ref, shares, match }: ItchMessageOf<"E"> | ItchMessageOf<"C">,
    at2: ItchMessageOf<"C"> | null,
    at: number,
  ): FeedItem[] {
    const order = this.#order(ref);
    if (order === undefined) return [];
    const { book, price } = order;
    // Executions of a cross are not printed: the cross itself is.
    const printed = at2 === null || at2.printable === "Y";
    const trades = printed ? this.#trade(book, at2?.price ?? price, shares, match, at) : [];
    return [...trades, ...this.#reduce(ref, shares, at)];
  }

  #reduce(ref: bigint, shares: number, at: number): FeedItem[] {
    const order = this.#order(ref);
    if (order === undefined) return [];
    const gone = Math.min(shares, order.shares);
    order.shares -= gone;
    if (order.shares === 0) this.#orders.delete(ref);
    order.book.sides[order.side].change(order.price, -gone);
    return this.#quote(order.book, at);
  }

  #replace({ ref, newRef, shares, price }: ItchMessageOf<"U">, at: number): FeedItem[] {
    const order = this.#order(ref);
    if (order === undefined) return [];
    const { book, side } = order;
    this.#orders.delete(ref);
    book.sides[side].change(order.price, -order.shares);
    this.#orders.set(newRef, { book, side, price, shares });
    book.sides[side].change(price, shares);
    return this.#quote(book, at);
  }

  #trade(book: Book | null, price: number, shares: number, match: bigint, at: number): FeedItem[] {
    if (book === null) return [];
    const { symbol } = book.instrument;
    const sequence = Number(match);
    return [{ kind: "trade", symbol, price, qty: shares * book.lots, at, tradeId: sequence, sequence }];
  }

  /** The best prices, when they differ from those that were published. Crossed ones, before an opening cross, are no quote. */
  #quote(book: Book, at: number): FeedItem[] {
    const { symbol } = book.instrument;
    const [bid, ask] = [book.sides.B.best(book.lots), book.sides.S.best(book.lots)];
    if (bid !== null && ask !== null && bid.price >= ask.price) return [];
    const key = [bid, ask].map((level) => (level === null ? "null" : `${level.price}:${level.qty}`)).join(" ");
    if (key === book.published) return [];
    book.published = key;
    return [{ kind: "quote", symbol, bid, ask, at, sequence: null }];
  }

  #status({ stock, state, reason }: ItchMessageOf<"H">, at: number): FeedItem[] {
    const book = this.#book(stock);
    return book === null ? [] : [{ kind: "status", symbol: book.instrument.symbol, code: state, reason, at }];
  }
}
