/**
 * What the engine has done, as numbers in one buffer: 32 bytes an event, nothing allocated. Whoever calls the engine reads
 * the events and sets `count` back to 0.
 */

export const EVENT_SHIFT = 3;
export const EVENT_SHIFT_F64 = 2;
/** Words in `i32`: kind, side and slot together; the price. */
export const WHAT = 0;
export const PRICE = 1;
/** Places in `f64`: quantity; the order concerned (of a trade, the resting one); of a trade, the incoming order. */
export const QTY = 1;
export const SUBJECT = 2;
export const TAKER = 3;

export const ACCEPTED = 0;
/** One match: `qty` of the resting order at its price. */
export const TRADED = 1;
/** An order is gone: cancelled, or what was left of one that does not rest. */
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
  capacity = 1024;
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

  /** Makes room for as many again. */
  grow(): void {
    const i32 = new Int32Array((2 * this.capacity) << EVENT_SHIFT);
    i32.set(this.i32);
    this.capacity *= 2;
    this.i32 = i32;
    this.f64 = new Float64Array(i32.buffer);
  }
}
