import { ACCEPTED, CANCELED, EventBuffer, PRICE, QTY, REPLACED, SUBJECT, TAKER, TRADED, WHAT, what } from "./events.ts";
import { EVENT_SHIFT, EVENT_SHIFT_F64 } from "./events.ts";
import { COUNT, HEAD, HIDDEN_QUEUE, Ladder, LEVEL_SHIFT, TAIL, TOTAL_F64 } from "./ladder.ts";
import {
  ASK,
  HIDDEN,
  LEAVES,
  LEVEL,
  LIVE,
  META,
  NEXT,
  ORDER_SHIFT,
  ORDER_SHIFT_F64,
  OrderPool,
  PREV,
  REF,
  COMPLEX,
} from "./orderPool.ts";
import { NONE } from "./priceIndex.ts";

/**
 * The limit order book in numbers: price-time priority, prices as integers in 1 to 2^31 - 2, quantities as integers below
 * 2^53. Nothing is allocated per message; the results are in `events`. An order has a slot, which the caller releases when
 * the order is gone, and a `ref`, which the caller chooses and every event has.
 */

export const BUY = 0;
export const SELL = 1;
export type SideNumber = 0 | 1;

const FIRST_CAPACITY = 256;
/** Shift of the side to its bit in META. */
const ASK_SHIFT = 4;

export class Engine {
  readonly orders: OrderPool;
  readonly bids: Ladder;
  readonly asks: Ladder;
  readonly events = new EventBuffer();

  /** `capacity`: number of orders to allocate at first; it grows as needed. */
  constructor(capacity = FIRST_CAPACITY) {
    this.orders = new OrderPool(capacity);
    this.bids = new Ladder(this.orders, true);
    this.asks = new Ladder(this.orders, false);
  }

  /**
   * Enters a limit order: it trades as far as its price allows, and the quantity left rests or, when `ioc`, is dropped.
   * Returns the slot of the resting order; NONE when nothing rests.
   */
  add(ref: number, side: SideNumber, price: number, qty: number, ioc: boolean, owner = 0): number {
    this.events.add(what(ACCEPTED, side, 0), price, qty, ref, 0);
    return this.#enter(ref, side, price, qty, ioc, owner);
  }

  /** Removes a resting order from the book. */
  cancel(slot: number): void {
    const { i32, f64 } = this.orders;
    const ladder = this.#ladderOf(slot);
    const f = slot << ORDER_SHIFT_F64;
    const price = ladder.price(i32[(slot << ORDER_SHIFT) + LEVEL]);
    this.events.add(what(CANCELED, ladder === this.bids ? BUY : SELL, slot), price, f64[f + LEAVES], f64[f + REF], 0);
    ladder.unlink(slot);
    this.orders.release(slot);
  }

  /** Reduces a resting order to `leaves`. It keeps its queue position. */
  reduce(slot: number, leaves: number): void {
    const ladder = this.#ladderOf(slot);
    const side = ladder === this.bids ? BUY : SELL;
    const ref = this.orders.f64[(slot << ORDER_SHIFT_F64) + REF];
    this.events.add(what(REPLACED, side, slot), ladder.priceOf(slot), leaves, ref, 0);
    ladder.resize(slot, leaves);
  }

  /**
   * Removes a resting order and enters it again with the same ref at the end of the queue. It may trade. Returns its slot
   * like `add`.
   */
  replace(slot: number, price: number, qty: number): number {
    const { f64, owners } = this.orders;
    const ladder = this.#ladderOf(slot);
    const side = ladder === this.bids ? BUY : SELL;
    const ref = f64[(slot << ORDER_SHIFT_F64) + REF];
    const owner = owners[slot];
    this.events.add(what(REPLACED, side, slot), price, qty, ref, 0);
    ladder.unlink(slot);
    this.orders.release(slot);
    return this.#enter(ref, side, price, qty, false, owner);
  }

  #enter(ref: number, side: SideNumber, price: number, qty: number, ioc: boolean, owner: number): number {
    const left = this.take(side, price, qty, ref);
    if (left === 0) return NONE;
    if (ioc) {
      this.events.add(what(CANCELED, side, 0), price, left, ref, 0);
      return NONE;
    }
    return this.rest(ref, side, price, left, owner, false);
  }

  /** Adds an order at the end of its queue and returns its slot. It must not cross, unless the book is gathering. */
  rest(ref: number, side: SideNumber, price: number, qty: number, owner: number, hidden: boolean): number {
    const slot = this.orders.take(ref, qty, owner, LIVE | (side << ASK_SHIFT) | (hidden ? HIDDEN : 0));
    (side === BUY ? this.bids : this.asks).push(slot, price);
    return slot;
  }

  /**
   * Trades up to `qty` of an incoming order with the other side, no further than `limit`, and returns the quantity left. Stops at
   * a COMPLEX order: the caller continues order by order.
   */
  take(side: SideNumber, limit: number, qty: number, ref: number): number {
    const ladder = side === BUY ? this.asks : this.bids;
    const limitKey = limit ^ ladder.flip;
    let left = qty;
    while (ladder.bestKey <= limitKey) {
      const level = ladder.best;
      const base = level << LEVEL_SHIFT;
      const price = ladder.bestKey ^ ladder.flip;
      const before = left;
      if (ladder.i32[base + COUNT] !== 0) left = this.#eat(ladder, base, price, left, ref, side);
      if (left !== 0 && ladder.i32[base + COUNT] === 0 && ladder.i32[base + HIDDEN_QUEUE + COUNT] !== 0) {
        left = this.#eat(ladder, base + HIDDEN_QUEUE, price, left, ref, side);
      }
      if (ladder.i32[base + COUNT] + ladder.i32[base + HIDDEN_QUEUE + COUNT] === 0) ladder.close(level);
      else if (left === before) break;
      if (left === 0) break;
    }
    return left;
  }

  /** Trades with one queue of a level from its head; returns the quantity left. */
  #eat(ladder: Ladder, queue: number, price: number, qty: number, ref: number, side: SideNumber): number {
    const { orders, events } = this;
    const { i32, f64 } = orders;
    const levels = ladder.i32;
    const makerSide = side ^ 1;
    const head = levels[queue + HEAD];
    let slot = head;
    let left = qty;
    let gone = 0;
    let free = orders.free;
    do {
      const o = slot << ORDER_SHIFT;
      const f = slot << ORDER_SHIFT_F64;
      if ((i32[o + META] & COMPLEX) !== 0) break;
      const leaves = f64[f + LEAVES];
      const traded = leaves < left ? leaves : left;
      if (events.count === events.capacity) events.grow();
      const e = events.count++;
      events.i32[(e << EVENT_SHIFT) + WHAT] = what(TRADED, makerSide, slot);
      events.i32[(e << EVENT_SHIFT) + PRICE] = price;
      const ef = e << EVENT_SHIFT_F64;
      events.f64[ef + QTY] = traded;
      events.f64[ef + SUBJECT] = f64[f + REF];
      events.f64[ef + TAKER] = ref;
      left -= traded;
      if (leaves > traded) {
        f64[f + LEAVES] = leaves - traded;
        break;
      }
      const next = i32[o + NEXT];
      i32[o + META] = 0;
      i32[o + NEXT] = free;
      free = slot;
      gone++;
      slot = next;
    } while (left !== 0 && slot !== NONE);
    orders.free = free;
    if (gone !== 0) {
      levels[queue + HEAD] = slot;
      levels[queue + COUNT] -= gone;
      ladder.size -= gone;
      if ((queue & HIDDEN_QUEUE) !== 0) ladder.hidden -= gone;
      if (slot === NONE) levels[queue + TAIL] = NONE;
      else i32[(slot << ORDER_SHIFT) + PREV] = NONE;
    }
    ladder.f64[(queue >> 1) + TOTAL_F64] -= qty - left;
    return left;
  }

  #ladderOf(slot: number): Ladder {
    return (this.orders.i32[(slot << ORDER_SHIFT) + META] & ASK) === 0 ? this.bids : this.asks;
  }
}
