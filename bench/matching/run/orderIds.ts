/**
 * Slots by the sender's 32-bit ids: a hash table with open addressing in one Int32Array, two words an entry. Entries
 * are removed with their orders, so that the size follows that of the book.
 */

const FIRST_BITS = 12;
/** 2^32 divided by the golden ratio (Fibonacci hashing): spreads consecutive ids. */
const SPREAD = 0x9e3779b1;

export class OrderIds {
  #bits = FIRST_BITS;
  /** Id, then slot + 1: 0 is a free entry. */
  #entries = new Int32Array(2 << FIRST_BITS);
  #size = 0;

  /** The slot of an id; −1 when it has none. */
  get(id: number): number {
    const entries = this.#entries;
    const mask = entries.length - 2;
    for (let at = this.#home(id); ; at = (at + 2) & mask) {
      const slot = entries[at + 1];
      if (slot === 0 || entries[at] === id) return slot - 1;
    }
  }

  set(id: number, slot: number): void {
    const entries = this.#entries;
    const mask = entries.length - 2;
    let at = this.#home(id);
    while (entries[at + 1] !== 0 && entries[at] !== id) at = (at + 2) & mask;
    if (entries[at + 1] === 0 && ++this.#size > mask >> 2) {
      this.#grow();
      this.#size--;
      this.set(id, slot);
      return;
    }
    entries[at] = id;
    entries[at + 1] = slot + 1;
  }

  /** Removes an id if it exists. */
  delete(id: number): void {
    const entries = this.#entries;
    const mask = entries.length - 2;
    let hole = this.#home(id);
    while (entries[hole] !== id) {
      if (entries[hole + 1] === 0) return;
      hole = (hole + 2) & mask;
    }
    if (entries[hole + 1] === 0) return;
    this.#size--;
    // Entries that were displaced by the removed one move back, so that no search ends too early.
    for (let at = (hole + 2) & mask; entries[at + 1] !== 0; at = (at + 2) & mask) {
      const home = this.#home(entries[at]);
      if (((at - home) & mask) < ((at - hole) & mask)) continue;
      entries[hole] = entries[at];
      entries[hole + 1] = entries[at + 1];
      hole = at;
    }
    entries[hole + 1] = 0;
  }

  #home(id: number): number {
    return (Math.imul(id, SPREAD) >>> (32 - this.#bits)) << 1;
  }

  #grow(): void {
    const old = this.#entries;
    this.#bits++;
    this.#entries = new Int32Array(2 << this.#bits);
    this.#size = 0;
    for (let at = 0; at < old.length; at += 2) {
      if (old[at + 1] !== 0) this.set(old[at], old[at + 1] - 1);
    }
  }
}
