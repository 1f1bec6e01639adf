/**
 * Events of the engine as numbers in one buffer: 32 bytes per event, without allocation. The caller reads the events and
 * resets `count` to 0.
 */

export const EVENT_SHIFT = 3;
export const EVENT_SHIFT_F64 = 2;
/** Words in `i32`: kind, side and slot together; the price. */
export const WHAT = 0;
export const PRICE = 1;
/** Indexes in `f64`: quantity; ref of the order (for a trade: of the resting order); for a trade, ref of the incoming order. */
export const QTY = 1;
export const SUBJECT = 2;
export const TAKER = 3;

export const ACCEPTED = 0;
/** One match: `qty` of the resting order at its price. */
export const TRADED = 1;
/** An order was cancelled, or the quantity left of an IOC order was dropped. */
export const CANCELED = 2;
export const REPLACED = 3;
export const CANCEL_REJECTED = 4;
export const REPLACE_REJECTED = 5;

const KIND_BITS = 3;
const SLOT_SHIFT = KIND_BITS + 1;

/** The first word of an event. */
export function what(kind: number, side: number, slot: number): number {
  return (slot << SLOT_SHIFT) | (side << KIND_BITS) | kind;
}
export function kindOf(word: number): number {
  return word & 7;
}
export function sideOf(word: number): number {
  return (word >>> KIND_BITS) & 1;
}
export function slotOf(word: number): number {
  return word >>> SLOT_SHIFT;
}

export class EventBuffer {
  count = 0;
  capacity = 64;
  i32 = new Int32Array(this.capacity << EVENT_SHIFT);
  f64 = new Float64Array(this.i32.buffer);

  add(word: number, price: number, qty: number, subject: number, taker: number): void {
    if (this.count === this.capacity) this.grow();
    const e = this.count << EVENT_SHIFT;
    const f = this.count++ << EVENT_SHIFT_F64;
    this.i32[e + WHAT] = word;
    this.i32[e + PRICE] = price;
    this.f64[f + QTY] = qty;
    this.f64[f + SUBJECT] = subject;
    this.f64[f + TAKER] = taker;
  }

  /** Doubles the capacity. */
  grow(): void {
    const i32 = new Int32Array((2 * this.capacity) << EVENT_SHIFT);
    i32.set(this.i32);
    this.capacity *= 2;
    this.i32 = i32;
    this.f64 = new Float64Array(i32.buffer);
  }
}
