import type { OrderPool } from "./engine/orderPool.ts";
import type { InternTable } from "./internTable.ts";

const FIRST_CAPACITY = 64;

/**
 * The orders that expire, as a binary heap of slots with the place of each slot: 8 bytes an order. An order of the same
 * expiry as the others is added and removed in constant time, any other in logarithmic time.
 */
export class ExpiryQueue {
  readonly #orders: OrderPool;
  readonly #expiries: InternTable<number>;
  #heap = new Int32Array(FIRST_CAPACITY);
  /** Place of a slot in the heap; meaningful only for slots that are in it. */
  #places = new Int32Array(0);
  #size = 0;

  /** `expiries`: the table that the pool's numbers of expiries refer to. */
  constructor(orders: OrderPool, expiries: InternTable<number>) {
    this.#orders = orders;
    this.#expiries = expiries;
  }

  /** When the first order expires; null when none does. */
  get earliest(): number | null {
    return this.#size === 0 ? null : this.#at(0);
  }

  /** Adds an order that has its expiry in the pool. */
  add(slot: number): void {
    if (this.#size === this.#heap.length) this.#heap = grown(this.#heap, 2 * this.#size);
    if (slot >= this.#places.length) this.#places = grown(this.#places, this.#orders.capacity);
    this.#rise(this.#size++, slot);
  }

  /** Removes an order, before the pool forgets its expiry. */
  remove(slot: number): void {
    const place = this.#places[slot] ?? 0;
    if (this.#heap[place] !== slot || place >= this.#size) throw new Error("an order that does not expire");
    const last = this.#heap[--this.#size] ?? 0;
    if (last === slot) return;
    const expiry = this.#expiryOf(last);
    if (place > 0 && expiry < this.#at((place - 1) >> 1)) this.#rise(place, last);
    else this.#sink(place, last, expiry);
  }

  /** The orders that expire at `now` or before, in no particular order. */
  due(now: number): number[] {
    const found: number[] = [];
    const places = [0];
    for (let place = places.pop(); place !== undefined; place = places.pop()) {
      if (place >= this.#size || this.#at(place) > now) continue;
      found.push(this.#heap[place] ?? 0);
      places.push(2 * place + 1, 2 * place + 2);
    }
    return found;
  }

  #rise(from: number, slot: number): void {
    const expiry = this.#expiryOf(slot);
    let place = from;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if (this.#at(parent) <= expiry) break;
      this.#put(place, this.#heap[parent] ?? 0);
      place = parent;
    }
    this.#put(place, slot);
  }

  #sink(from: number, slot: number, expiry: number): void {
    let place = from;
    for (;;) {
      let child = 2 * place + 1;
      if (child >= this.#size) break;
      if (child + 1 < this.#size && this.#at(child + 1) < this.#at(child)) child++;
      if (this.#at(child) >= expiry) break;
      this.#put(place, this.#heap[child] ?? 0);
      place = child;
    }
    this.#put(place, slot);
  }

  #put(place: number, slot: number): void {
    this.#heap[place] = slot;
    this.#places[slot] = place;
  }

  #at(place: number): number {
    return this.#expiryOf(this.#heap[place] ?? 0);
  }

  #expiryOf(slot: number): number {
    return this.#expiries.value(this.#orders.expiries[slot] ?? 0);
  }
}

function grown(array: Int32Array, length: number): Int32Array<ArrayBuffer> {
  const longer = new Int32Array(length);
  longer.set(array);
  return longer;
}
