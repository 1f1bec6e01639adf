import { DETACHED, HIDDEN, LEAVES, LEVEL, META, NEXT, ORDER_SHIFT, ORDER_SHIFT_F64, PREV } from "./orderPool.ts";
import type { OrderPool } from "./orderPool.ts";
import { KEY_END, NONE, PriceIndex } from "./priceIndex.ts";

/**
 * One side of a book: price levels, best first, each a queue of displayed orders and one of hidden orders in order of arrival.
 * Keys grow from best to worst on either side (a bid's key is its price counted down from the largest), so that
 * both sides share one code.
 */

/** Words of a level in `i32`. The hidden queue has the same shape as the displayed one, HIDDEN_QUEUE words further. */
export const LEVEL_SHIFT = 4;
export const HEAD = 0;
export const TAIL = 1;
export const COUNT = 2;
/** Word of a queue's total, which is an index into `f64`, at half the offset. */
export const TOTAL_F64 = 2;
export const HIDDEN_QUEUE = 8;
export const LEVEL_SHIFT_F64 = 3;
const HIDDEN_QUEUE_F64 = 4;
export const KEY = 6;

const FIRST_LEVELS = 8;
/** An index may grow to 4 MB before it is rebuilt. */
const INDEX_WORDS_MAX = 1 << 20;

export class Ladder {
  readonly #orders: OrderPool;
  #index = new PriceIndex();
  /** Number of words at which the index is rebuilt. */
  #indexMax = INDEX_WORDS_MAX;
  /** Key from price and price from key: 0 for asks, KEY_END for bids, whose keys are `price ^ flip`. */
  readonly flip: number;
  i32 = new Int32Array(FIRST_LEVELS << LEVEL_SHIFT);
  f64 = new Float64Array(this.i32.buffer);
  #capacity = FIRST_LEVELS;
  #fresh = 0;
  #free = NONE;
  /** The best key and its level; KEY_END and NONE when the side is empty. */
  bestKey = KEY_END;
  best = NONE;
  /** Orders on this side, and how many of them are hidden. */
  size = 0;
  hidden = 0;

  constructor(orders: OrderPool, bids: boolean) {
    this.#orders = orders;
    this.flip = bids ? KEY_END : 0;
  }

  /** Adds an order at the end of a queue of its price. Its META selects the queue. */
  push(slot: number, price: number): void {
    const key = price ^ this.flip;
    let level = key === this.bestKey ? this.best : this.#index.claim(key);
    if (level === NONE) level = this.#open(key);
    const orders = this.#orders.i32;
    const o = slot << ORDER_SHIFT;
    const hidden = (orders[o + META] & HIDDEN) !== 0;
    const q = (level << LEVEL_SHIFT) + (hidden ? HIDDEN_QUEUE : 0);
    const levels = this.i32;
    const tail = levels[q + TAIL];
    orders[o + NEXT] = NONE;
    orders[o + PREV] = tail;
    orders[o + LEVEL] = level;
    if (tail === NONE) levels[q + HEAD] = slot;
    else orders[(tail << ORDER_SHIFT) + NEXT] = slot;
    levels[q + TAIL] = slot;
    levels[q + COUNT]++;
    this.f64[(q >> 1) + TOTAL_F64] += this.#orders.f64[(slot << ORDER_SHIFT_F64) + LEAVES];
    this.size++;
    if (hidden) this.hidden++;
  }

  /** Removes an order from its queue, without releasing its slot. */
  unlink(slot: number): void {
    const orders = this.#orders.i32;
    const o = slot << ORDER_SHIFT;
    const level = orders[o + LEVEL];
    const hidden = (orders[o + META] & HIDDEN) !== 0;
    const base = level << LEVEL_SHIFT;
    const q = base + (hidden ? HIDDEN_QUEUE : 0);
    const levels = this.i32;
    const next = orders[o + NEXT];
    const prev = orders[o + PREV];
    if (prev === NONE) levels[q + HEAD] = next;
    else orders[(prev << ORDER_SHIFT) + NEXT] = next;
    if (next === NONE) levels[q + TAIL] = prev;
    else orders[(next << ORDER_SHIFT) + PREV] = prev;
    levels[q + COUNT]--;
    this.f64[(q >> 1) + TOTAL_F64] -= this.#orders.f64[(slot << ORDER_SHIFT_F64) + LEAVES];
    this.size--;
    if (hidden) this.hidden--;
    if (levels[base + COUNT] + levels[base + HIDDEN_QUEUE + COUNT] === 0) this.close(level);
  }

  /** Changes the quantity left of an order without moving it. */
  resize(slot: number, leaves: number): void {
    const { i32, f64 } = this.#orders;
    const o = slot << ORDER_SHIFT;
    const place = (slot << ORDER_SHIFT_F64) + LEAVES;
    if ((i32[o + META] & DETACHED) === 0) {
      const q = (i32[o + LEVEL] << LEVEL_SHIFT) + ((i32[o + META] & HIDDEN) !== 0 ? HIDDEN_QUEUE : 0);
      this.f64[(q >> 1) + TOTAL_F64] += leaves - f64[place];
    }
    f64[place] = leaves;
  }

  /** Removes a level that has become empty. */
  close(level: number): void {
    const base = level << LEVEL_SHIFT;
    const key = this.i32[base + KEY];
    this.i32[base + HEAD] = this.#free;
    this.#free = level;
    if (level !== this.best) return this.#index.delete(key);
    this.best = this.#index.deleteLeast(key);
    this.bestKey = this.#index.leastKey;
  }

  /** The price of a level. */
  price(level: number): number {
    return this.i32[(level << LEVEL_SHIFT) + KEY] ^ this.flip;
  }

  /** The level at a price; NONE when there is none. */
  at(price: number): number {
    return this.#index.get(price ^ this.flip);
  }

  /** The next worse level; NONE after the last. */
  worse(level: number): number {
    const key = this.#index.after(this.i32[(level << LEVEL_SHIFT) + KEY]);
    return key === KEY_END ? NONE : this.#index.get(key);
  }

  /** First order of a level's displayed queue, or of its hidden one; NONE when it is empty. */
  head(level: number, hidden: boolean): number {
    return this.i32[(level << LEVEL_SHIFT) + (hidden ? HIDDEN_QUEUE : 0) + HEAD];
  }

  /** The first order of a level: displayed before hidden. */
  first(level: number): number {
    const displayed = this.head(level, false);
    return displayed === NONE ? this.head(level, true) : displayed;
  }

  /** Total quantity left of a level's displayed orders, or of its hidden ones. */
  total(level: number, hidden: boolean): number {
    return this.f64[(level << LEVEL_SHIFT_F64) + (hidden ? HIDDEN_QUEUE_F64 : 0) + TOTAL_F64];
  }

  /** Number of orders in a level's displayed or hidden queue. */
  count(level: number, hidden: boolean): number {
    return this.i32[(level << LEVEL_SHIFT) + (hidden ? HIDDEN_QUEUE : 0) + COUNT];
  }

  /** The best level with a displayed order; NONE when nothing is displayed. */
  bestDisplayed(): number {
    let level = this.best;
    if (this.hidden === 0) return level;
    while (level !== NONE && this.count(level, false) === 0) level = this.worse(level);
    return level;
  }

  /** The order after this one in its queue; NONE after the last. */
  next(slot: number): number {
    return this.#orders.i32[(slot << ORDER_SHIFT) + NEXT];
  }

  /** The price of an order of this ladder. */
  priceOf(slot: number): number {
    return this.price(this.#orders.i32[(slot << ORDER_SHIFT) + LEVEL]);
  }

  #open(key: number): number {
    let level = this.#free;
    if (level === NONE) {
      level = this.#fresh++;
      if (level === this.#capacity) this.#grow();
      this.#clear(level << LEVEL_SHIFT);
      this.#clear((level << LEVEL_SHIFT) + HIDDEN_QUEUE);
    } else {
      // A level that was closed has both queues empty; HEAD was its link.
      const head = (level << LEVEL_SHIFT) + HEAD;
      this.#free = this.i32[head];
      this.i32[head] = NONE;
    }
    this.i32[(level << LEVEL_SHIFT) + KEY] = key;
    this.#index.fill(level);
    if (this.#index.words > this.#indexMax) this.#reindex();
    if (key < this.bestKey) {
      this.bestKey = key;
      this.best = level;
    }
    return level;
  }

  /** Rebuilds the index with only the current levels. */
  #reindex(): void {
    const index = new PriceIndex();
    for (let key = this.#index.least(); key !== KEY_END; key = this.#index.after(key)) {
      index.set(key, this.#index.get(key));
    }
    this.#index = index;
    this.#indexMax = Math.max(INDEX_WORDS_MAX, 2 * index.words);
  }

  #clear(q: number): void {
    this.i32[q + HEAD] = NONE;
    this.i32[q + TAIL] = NONE;
    this.i32[q + COUNT] = 0;
    this.f64[(q >> 1) + TOTAL_F64] = 0;
  }

  #grow(): void {
    this.#capacity *= 2;
    const i32 = new Int32Array(this.#capacity << LEVEL_SHIFT);
    i32.set(this.i32);
    this.i32 = i32;
    this.f64 = new Float64Array(i32.buffer);
  }
}
