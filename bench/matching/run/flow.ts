/**
 * Seeded streams with the mix of public benchmarks, in the format of `order-flow.mjs`, for machines without that
 * program. The header has the expected final state, computed by a naive book.
 */
import { seededRandom } from "../../../test/rig/random.ts";
import { NaiveBook } from "./naiveBook.ts";

export type FlowKind = "feed" | "deep" | "sweep";
export const FLOW_KINDS: readonly FlowKind[] = ["feed", "deep", "sweep"];

const HEADER_BYTES = 64;
const RECORD_BYTES = 16;
const NEW = 1;
const CANCEL = 2;
const REPLACE = 3;
const MARKETABLE = 4;

const MIDDLE = 20_000;
const PRICES = 2 * MIDDLE;
const QTY_MAX = 100;

interface Shape {
  readonly resting: number;
  readonly timed: number;
  /** Largest distance of resting orders from the midpoint, in ticks. */
  readonly reach: number;
  /** Mean distance from the touch of the orders that fill the book, in ticks. */
  readonly spread: number;
}

const SHAPES: Readonly<Record<"feed" | "deep", Shape>> = {
  feed: { resting: 5_000, timed: 1_000_000, reach: 100, spread: 14 },
  deep: { resting: 1_000_000, timed: 1_000_000, reach: 10_000, spread: 2_000 },
};
/** Mean distance from the touch of orders that come later. */
const NEAR = 14;
const SWEEP = { resting: 1_000_000, prices: 500, buys: 49_000, makers: 39 };

/** The bytes of a stream. `scale` divides its size, for tests. */
export function makeFlow(kind: FlowKind, seed: number, scale = 1): Uint8Array {
  const flow = new Flow(seed);
  return kind === "sweep" ? flow.sweep(scale) : flow.mixed(SHAPES[kind], scale);
}

class Flow {
  readonly #random: () => number;
  readonly #book = new NaiveBook(PRICES);
  /** Ids of resting orders, and of some closed ones, which are dropped when they are drawn. */
  readonly #ids: number[] = [];
  readonly #records: number[] = [];
  #lastId = 0;
  #setUp = 0;

  constructor(seed: number) {
    this.#random = seededRandom(seed);
  }

  mixed(shape: Shape, scale: number): Uint8Array {
    const resting = shape.resting / scale;
    for (let nth = 0; nth < resting; nth++) {
      const sells = this.#below(2) === 1;
      const away = 1 + Math.min(shape.reach - 2, this.#geometric(shape.spread));
      this.#enter(NEW, sells, MIDDLE + (sells ? away : -away), 1 + this.#below(QTY_MAX));
    }
    this.#setUp = this.#records.length / 5;
    for (let nth = 0; nth < shape.timed / scale; nth++) this.#next(shape, resting);
    return this.#bytes();
  }

  sweep(scale: number): Uint8Array {
    for (let nth = 0; nth < SWEEP.resting / scale; nth++) {
      this.#enter(NEW, true, MIDDLE + 1 + this.#below(SWEEP.prices), 1 + this.#below(QTY_MAX));
    }
    this.#setUp = this.#records.length / 5;
    for (let nth = 0; nth < SWEEP.buys / scale; nth++) this.#take(false, 1 + this.#below(SWEEP.makers), 1);
    return this.#bytes();
  }

  /** One in twenty trades, one in twenty is a replace; the others are new orders and cancels in equal number. */
  #next(shape: Shape, resting: number): void {
    const draw = this.#random();
    const missing = Math.max(-0.08, Math.min(0.08, (resting - this.#book.orders.size) / resting));
    if (draw < 0.05) {
      // Mean-reverting, so that prices stay in their range.
      const lean = ((this.#book.bid || MIDDLE) + (this.#book.ask || MIDDLE)) / 2 - MIDDLE;
      const sells = this.#random() < 0.5 + Math.max(-0.25, Math.min(0.25, lean / shape.reach));
      const makers = this.#below(3) === 0 ? 1 + this.#below(4) : 1;
      const part = this.#below(2) === 0 ? 0.3 + 0.7 * this.#random() : 1;
      if (this.#take(sells, makers, part)) return;
    }
    const order = draw < 0.55 - missing ? this.#draw() : undefined;
    if (order === undefined) {
      const sells = this.#below(2) === 1;
      this.#enter(NEW, sells, this.#passive(sells, shape), 1 + this.#below(QTY_MAX));
    } else if (draw < 0.1) {
      const price = this.#below(5) === 0 ? order.price : this.#passive(order.sells, shape);
      const qty = 1 + this.#below(QTY_MAX);
      this.#records.push(REPLACE, order.sells ? 1 : 0, order.id, price, qty);
      this.#book.modify(order.id, price, qty);
      this.#ids.push(order.id);
    } else {
      this.#records.push(CANCEL, order.sells ? 1 : 0, order.id, order.price, order.left);
      this.#book.cancel(order.id);
    }
  }

  #enter(op: number, sells: boolean, price: number, qty: number): void {
    const id = ++this.#lastId;
    this.#records.push(op, sells ? 1 : 0, id, price, qty);
    if (this.#book.add(id, sells, price, qty) > 0) this.#ids.push(id);
  }

  /** Trades with this many resting orders, the last one possibly in part. Returns whether there were any. */
  #take(sells: boolean, makers: number, part: number): boolean {
    const { bid, ask } = this.#book;
    const first = sells ? bid : ask;
    if (first === 0) return false;
    let qty = 0;
    let found = 0;
    let limit = first;
    for (let price = first; price > 0 && price <= PRICES && found < makers; price += sells ? -1 : 1) {
      if (this.#book.front(price) === undefined) continue;
      limit = price;
      for (const { left } of this.#book.queue(price).slice(0, makers - found)) {
        qty += left;
        found++;
      }
    }
    this.#enter(MARKETABLE, sells, limit, Math.max(1, Math.floor(qty * part)));
    return true;
  }

  /** A price at or behind the touch, or in one of twelve cases better than it. It never trades. */
  #passive(sells: boolean, { reach }: Shape): number {
    const { bid, ask } = this.#book;
    const touch = sells ? ask || MIDDLE + 1 : bid || MIDDLE - 1;
    const away = this.#below(12) === 0 ? -1 : Math.min(reach - 1, this.#geometric(NEAR));
    const wanted = sells ? touch + away : touch - away;
    const near = Math.max(MIDDLE - reach, Math.min(MIDDLE + reach - 1, wanted));
    if (sells) return Math.max(near, bid + 1);
    return ask === 0 ? near : Math.min(near, ask - 1);
  }

  /** Draws a resting order and removes it. */
  #draw() {
    const ids = this.#ids;
    while (ids.length > 0) {
      const place = this.#below(ids.length);
      const order = this.#book.orders.get(ids[place]);
      ids[place] = ids[ids.length - 1];
      ids.pop();
      if (order !== undefined) return order;
    }
    return undefined;
  }

  #below(count: number): number {
    return Math.floor(this.#random() * count);
  }

  #geometric(mean: number): number {
    return Math.floor(Math.log(1 - this.#random()) / Math.log(mean / (mean + 1)));
  }

  #bytes(): Uint8Array {
    const count = this.#records.length / 5;
    const bytes = new Uint8Array(HEADER_BYTES + count * RECORD_BYTES);
    const view = new DataView(bytes.buffer);
    const result = this.#book.result();
    bytes.set(new TextEncoder().encode("OBS1"));
    view.setUint32(4, 1, true);
    view.setUint32(8, this.#setUp, true);
    view.setUint32(12, count - this.#setUp, true);
    view.setUint32(16, result.trades, true);
    view.setInt32(20, result.tradeHash, true);
    view.setFloat64(24, result.tradedQty, true);
    view.setFloat64(32, result.notional, true);
    view.setUint32(40, result.resting, true);
    view.setInt32(44, result.bestBid, true);
    view.setInt32(48, result.bestAsk, true);
    view.setUint32(52, result.restingQty, true);
    const records = this.#records;
    for (let nth = 0, at = HEADER_BYTES; nth < records.length; nth += 5, at += RECORD_BYTES) {
      bytes[at] = records[nth];
      bytes[at + 1] = records[nth + 1];
      view.setUint32(at + 4, records[nth + 2], true);
      view.setInt32(at + 8, records[nth + 3], true);
      view.setUint32(at + 12, records[nth + 4], true);
    }
    return bytes;
  }
}
