import { NONE } from "./priceIndex.ts";

/**
 * Orders as numbers, 32 bytes each and all in one buffer, so that touching an order loads half a cache line. An order is identified
 * by its slot. Fields that are rarely read are in separate arrays under the same slot.
 */

/** Words of an order in `i32`; LEAVES and REF are indexes into `f64`, which is the same memory. */
export const ORDER_SHIFT = 3;
export const NEXT = 0;
export const PREV = 1;
/** Half as many doubles as words. */
export const ORDER_SHIFT_F64 = 2;
export const LEAVES = 1;
export const REF = 2;
export const LEVEL = 6;
export const META = 7;

/** Bits of META. A free slot has none. */
export const LIVE = 1;
/** Is in the hidden queue of its level. */
export const HIDDEN = 2;
/** Needs more work when it trades or is removed: the fast path leaves it to the caller. */
export const COMPLEX = 4;
/** Is in no queue at present. */
export const DETACHED = 8;
/** Sells. */
export const ASK = 16;

/** Largest number of slots: a slot shares a word of an event with the kind. */
const SLOTS_MAX = 1 << 26;

export class OrderPool {
  i32: Int32Array;
  f64: Float64Array;
  /** Number of the account in the caller's intern table. */
  owners: Int32Array;
  /** Number of the expiry in the caller's intern table. */
  expiries: Int32Array;
  capacity: number;
  /** First free slot, the others chained through NEXT. */
  free = NONE;
  /** Slots from here on have never been used. */
  fresh = 0;

  constructor(capacity: number) {
    this.capacity = capacity;
    this.i32 = new Int32Array(capacity << ORDER_SHIFT);
    this.f64 = new Float64Array(this.i32.buffer);
    this.owners = new Int32Array(capacity);
    this.expiries = new Int32Array(capacity);
  }

  /** A slot for an order that is in no queue yet. Grows by doubling; throws RangeError at 2^26 orders. */
  take(ref: number, leaves: number, owner: number, meta: number): number {
    let slot = this.free;
    if (slot === NONE) {
      slot = this.fresh++;
      if (slot === this.capacity) this.#grow();
    } else {
      this.free = this.i32[(slot << ORDER_SHIFT) + NEXT];
    }
    const f = slot << ORDER_SHIFT_F64;
    this.f64[f + LEAVES] = leaves;
    this.f64[f + REF] = ref;
    this.i32[(slot << ORDER_SHIFT) + META] = meta;
    this.owners[slot] = owner;
    return slot;
  }

  /** Releases a slot. */
  release(slot: number): void {
    const o = slot << ORDER_SHIFT;
    this.i32[o + META] = 0;
    this.i32[o + NEXT] = this.free;
    this.free = slot;
  }

  isLive(slot: number): boolean {
    return (this.i32[(slot << ORDER_SHIFT) + META] & LIVE) !== 0;
  }

  leaves(slot: number): number {
    return this.f64[(slot << ORDER_SHIFT_F64) + LEAVES];
  }

  ref(slot: number): number {
    return this.f64[(slot << ORDER_SHIFT_F64) + REF];
  }

  #grow(): void {
    const capacity = 2 * this.capacity;
    if (capacity > SLOTS_MAX) throw new RangeError("too many orders for one book");
    const i32 = new Int32Array(capacity << ORDER_SHIFT);
    i32.set(this.i32);
    this.i32 = i32;
    this.f64 = new Float64Array(i32.buffer);
    this.owners = grown(this.owners, capacity);
    this.expiries = grown(this.expiries, capacity);
    this.capacity = capacity;
  }
}

function grown(array: Int32Array, length: number): Int32Array {
  const longer = new Int32Array(length);
  longer.set(array);
  return longer;
}
