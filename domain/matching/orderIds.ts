import { uuidBytes, uuidText } from "../ids.ts";

/**
 * Maps order ids to slots and back. Ids are UUIDs, stored as 16 bytes in one array and found by an open-addressing table of
 * slots: about 24 bytes per order, without objects. Ids that are no UUIDs are in a Map.
 */

const EMPTY = 0;
const FIRST_SIZE = 256;

export class OrderIds {
  #bytes = new Uint8Array(16 * FIRST_SIZE);
  #words = new Int32Array(this.#bytes.buffer);
  /** Slots plus one, at the index of their id's hash or after it. */
  #table = new Int32Array(2 * FIRST_SIZE);
  #size = 0;
  readonly #odd = new Map<string, number>();
  readonly #oddTexts = new Map<number, string>();
  readonly #wanted = new Uint8Array(16);
  readonly #wantedWords = new Int32Array(this.#wanted.buffer);

  /** Sets the id of a slot that has none. */
  set(slot: number, id: string): void {
    if (16 * slot >= this.#bytes.length) this.#growIds(slot);
    if (!uuidBytes(id, this.#bytes, 16 * slot)) {
      this.#odd.set(id, slot);
      this.#oddTexts.set(slot, id);
      return;
    }
    this.#add(slot);
  }

  /** Sets an id that is given as its 16 bytes. */
  setBytes(slot: number, ids: Uint8Array, at: number): void {
    if (16 * slot >= this.#bytes.length) this.#growIds(slot);
    this.#bytes.set(ids.subarray(at, at + 16), 16 * slot);
    this.#add(slot);
  }

  /** Ids of these slots, 16 bytes each; texts when one of them is no UUID. */
  pack(slots: Int32Array): Uint8Array | readonly string[] {
    if (this.#oddTexts.size > 0 && slots.some((slot) => this.#oddTexts.has(slot))) {
      return [...slots].map((slot) => this.text(slot));
    }
    const packed = new Int32Array(4 * slots.length);
    const own = this.#words;
    let place = 0;
    for (const slot of slots) {
      for (let word = 4 * slot; word < 4 * slot + 4; word++) packed[place++] = own[word] ?? 0;
    }
    return new Uint8Array(packed.buffer);
  }

  /** The slot of an id; undefined when none has it. */
  slot(id: string): number | undefined {
    if (!uuidBytes(id, this.#wanted, 0)) return this.#odd.get(id);
    const place = this.#find(this.#wantedWords, 0);
    return place < 0 ? undefined : this.#at(place) - 1;
  }

  /** The id of a slot that has one. */
  text(slot: number): string {
    return this.#oddTexts.get(slot) ?? uuidText(this.#bytes, 16 * slot);
  }

  /** Whether a slot is found by its id: false when another one has the same. */
  isFound(slot: number): boolean {
    const odd = this.#oddTexts.get(slot);
    if (odd !== undefined) return this.#odd.get(odd) === slot;
    return this.#at(this.#find(this.#words, 4 * slot)) === slot + 1;
  }

  /** Removes the id of a slot. */
  delete(slot: number): void {
    const odd = this.#oddTexts.get(slot);
    if (odd !== undefined) {
      this.#odd.delete(odd);
      this.#oddTexts.delete(slot);
      return;
    }
    const place = this.#find(this.#words, 4 * slot);
    if (place < 0) return;
    this.#size--;
    this.#close(place);
  }

  /** Moves later entries of the run back over a gap, so that no tombstones are needed. */
  #close(gap: number): void {
    const table = this.#table;
    const mask = table.length - 1;
    let hole = gap;
    for (let place = (gap + 1) & mask; this.#at(place) !== EMPTY; place = (place + 1) & mask) {
      const home = this.#home(this.#words, 4 * (this.#at(place) - 1));
      if (((place - home) & mask) >= ((place - hole) & mask)) {
        table[hole] = this.#at(place);
        hole = place;
      }
    }
    table[hole] = EMPTY;
  }

  #find(words: Int32Array, at: number): number {
    const mask = this.#table.length - 1;
    for (let place = this.#home(words, at); ; place = (place + 1) & mask) {
      const entry = this.#at(place);
      if (entry === EMPTY) return -1;
      if (this.#same(4 * (entry - 1), words, at)) return place;
    }
  }

  #same(mine: number, words: Int32Array, at: number): boolean {
    const own = this.#words;
    return (
      own[mine] === words[at] &&
      own[mine + 1] === words[at + 1] &&
      own[mine + 2] === words[at + 2] &&
      own[mine + 3] === words[at + 3]
    );
  }

  /** Accounts make the ids of orders, so no client can choose ids that collide. */
  #home(words: Int32Array, at: number): number {
    const mixed = Math.imul((words[at] ?? 0) ^ (words[at + 3] ?? 0), 0x9e3779b1);
    return (mixed ^ (mixed >>> 15)) & (this.#table.length - 1);
  }

  #add(slot: number): void {
    if (2 * ++this.#size > this.#table.length) this.#growTable();
    this.#insert(slot);
  }

  #insert(slot: number): void {
    const mask = this.#table.length - 1;
    let place = this.#home(this.#words, 4 * slot);
    while (this.#at(place) !== EMPTY) place = (place + 1) & mask;
    this.#table[place] = slot + 1;
  }

  #at(place: number): number {
    return this.#table[place] ?? EMPTY;
  }

  #growIds(slot: number): void {
    let length = this.#bytes.length;
    while (16 * slot >= length) length *= 2;
    const bytes = new Uint8Array(length);
    bytes.set(this.#bytes);
    this.#bytes = bytes;
    this.#words = new Int32Array(bytes.buffer);
  }

  #growTable(): void {
    const old = this.#table;
    this.#table = new Int32Array(2 * old.length);
    for (const entry of old) if (entry !== EMPTY) this.#insert(entry - 1);
  }
}
