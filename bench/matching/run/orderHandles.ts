/** Slots by ids that the receiver assigned, counted from 1, for senders that use the receiver's ids. */
export class OrderHandles {
  /** Slot + 1: 0 for none. */
  readonly #slots: Int32Array;

  /** `last`: the largest id. */
  constructor(last: number) {
    this.#slots = new Int32Array(last + 1);
  }

  /** The slot of an id; −1 when it has none. */
  get(id: number): number {
    return this.#slots[id] - 1;
  }

  set(id: number, slot: number): void {
    this.#slots[id] = slot + 1;
  }

  delete(id: number): void {
    this.#slots[id] = 0;
  }
}
