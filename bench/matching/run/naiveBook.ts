/** A simple book, which computes the expected final state of a stream. */
import {
  CANCEL,
  HASH_START,
  IOC,
  MESSAGE_ID,
  MESSAGE_PRICE,
  MESSAGE_QTY,
  MESSAGE_WORDS,
  NEW,
  SELLS,
} from "./stream.ts";
import { hashTrade } from "./stream.ts";
import type { Expected } from "./stream.ts";

export interface NaiveOrder {
  readonly id: number;
  readonly sells: boolean;
  readonly price: number;
  left: number;
}

export class NaiveBook {
  readonly orders = new Map<number, NaiveOrder>();
  /** Orders by price, in order of arrival. Closed ones have quantity 0 and are dropped at the front. */
  readonly #levels: NaiveOrder[][];
  /** Best bid and ask; 0 and one past the last price for an empty side. */
  #bid = 0;
  #ask: number;
  #trades = 0;
  #tradeHash = HASH_START | 0;
  #tradedQty = 0;
  #notional = 0;
  #restingQty = 0;

  /** `prices`: the largest price. */
  constructor(prices: number) {
    this.#levels = Array.from({ length: prices + 1 }, () => []);
    this.#ask = prices + 1;
  }

  /** Best prices; 0 for none. */
  get bid(): number {
    while (this.#bid > 0 && this.front(this.#bid) === undefined) this.#bid--;
    return this.#bid;
  }

  get ask(): number {
    while (this.#ask < this.#levels.length && this.front(this.#ask) === undefined) this.#ask++;
    return this.#ask < this.#levels.length ? this.#ask : 0;
  }

  /** Matches an order and returns the quantity that rests. */
  add(id: number, sells: boolean, price: number, qty: number, ioc = false): number {
    const order = { id, sells, price, left: qty };
    for (let best = sells ? this.bid : this.ask; order.left > 0 && best !== 0; best = sells ? this.bid : this.ask) {
      if (sells ? best < price : best > price) break;
      this.#trade(order, best);
    }
    if (order.left === 0 || ioc) return 0;
    this.orders.set(id, order);
    this.#levels[price].push(order);
    this.#restingQty += order.left;
    if (sells) this.#ask = Math.min(this.#ask, price);
    else this.#bid = Math.max(this.#bid, price);
    return order.left;
  }

  cancel(id: number): boolean {
    const order = this.orders.get(id);
    if (order === undefined) return false;
    this.#restingQty -= order.left;
    order.left = 0;
    return this.orders.delete(id);
  }

  /** Cancels an order and enters it again. */
  modify(id: number, price: number, qty: number): void {
    const order = this.orders.get(id);
    if (order !== undefined && this.cancel(id)) this.add(id, order.sells, price, qty);
  }

  /** The first open order at a price. */
  front(price: number): NaiveOrder | undefined {
    const level = this.#levels[price];
    while (level.length > 0 && level[0].left === 0) level.shift();
    return level[0];
  }

  /** Orders at a price in time priority. */
  queue(price: number): readonly NaiveOrder[] {
    return this.#levels[price].filter(({ left }) => left > 0);
  }

  result(): Expected {
    return {
      trades: this.#trades,
      tradeHash: this.#tradeHash,
      tradedQty: this.#tradedQty,
      notional: this.#notional,
      resting: this.orders.size,
      bestBid: this.bid,
      bestAsk: this.ask,
      restingQty: this.#restingQty % 2 ** 32,
    };
  }

  #trade(taker: NaiveOrder, price: number): void {
    const maker = this.front(price);
    if (maker === undefined) return;
    const qty = Math.min(maker.left, taker.left);
    maker.left -= qty;
    taker.left -= qty;
    this.#restingQty -= qty;
    this.#trades++;
    this.#tradedQty += qty;
    this.#notional += price * qty;
    this.#tradeHash = hashTrade(this.#tradeHash, maker.id, taker.id, price, qty);
    if (maker.left === 0) this.orders.delete(maker.id);
  }
}

/** The expected state after the first `count` messages. Prices must not exceed a few million. */
export function expectedAfter(messages: Int32Array, count: number): Expected {
  let prices = 1;
  for (let nth = 0; nth < count; nth++) prices = Math.max(prices, messages[nth * MESSAGE_WORDS + MESSAGE_PRICE]);
  const book = new NaiveBook(prices);
  for (let nth = 0; nth < count; nth++) {
    const at = nth * MESSAGE_WORDS;
    const id = messages[at + MESSAGE_ID];
    const type = messages[at] & 0xff;
    const price = messages[at + MESSAGE_PRICE];
    const qty = messages[at + MESSAGE_QTY] >>> 0;
    if (type === NEW) book.add(id, (messages[at] & SELLS) !== 0, price, qty, (messages[at] & IOC) !== 0);
    else if (type === CANCEL) book.cancel(id);
    else book.modify(id, price, qty);
  }
  return book.result();
}
