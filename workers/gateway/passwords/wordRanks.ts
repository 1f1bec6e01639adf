/**
 * The ranks of a list of words, in two arrays of numbers. As strings and properties the lists of zxcvbn are 340,000
 * objects of the heap, 21 MB, and every full garbage collection of the isolate walks them: a tenth of a second.
 */
export class WordRanks {
  /** The length of the longest word. */
  readonly longest: number;
  /** Two hashes of a word in each slot, and its rank: from 1, and 0 in a free slot. */
  readonly #hashes: Uint32Array;
  readonly #ranks: Uint32Array;

  /** The first word has rank 1. A word that is repeated has its last rank. */
  constructor(words: readonly string[]) {
    // A third of the slots stay free.
    const slots = Math.ceil(1.5 * words.length) + 1;
    this.#hashes = new Uint32Array(2 * slots);
    this.#ranks = new Uint32Array(slots);
    let longest = 0;
    for (const [index, word] of words.entries()) {
      const slot = this.#slotOf(word);
      this.#hashes[2 * slot] = hash(word, FIRST);
      this.#hashes[2 * slot + 1] = hash(word, SECOND);
      this.#ranks[slot] = index + 1;
      longest = Math.max(longest, word.length);
    }
    this.longest = longest;
  }

  /** Undefined for a word that is not in the list. 64 bits tell words apart: no other word is taken for one of them. */
  rankOf(word: string): number | undefined {
    const rank = this.#ranks[this.#slotOf(word)];
    return rank === 0 ? undefined : rank;
  }

  /** The slot that has the word, or the free one where it belongs. */
  #slotOf(word: string): number {
    const [first, second] = [hash(word, FIRST), hash(word, SECOND)];
    const slots = this.#ranks.length;
    for (let slot = first % slots; ; slot = (slot + 1) % slots) {
      if (this.#ranks[slot] === 0) return slot;
      if (this.#hashes[2 * slot] === first && this.#hashes[2 * slot + 1] === second) return slot;
    }
  }
}

/** Start and factor of a hash. */
type Hash = readonly [start: number, factor: number];
const FIRST: Hash = [0x811c9dc5, 0x01000193];
const SECOND: Hash = [0x9e3779b9, 0x85ebca6b];

/** FNV-1a over a word's characters, with a final mix. */
function hash(word: string, [start, factor]: Hash): number {
  let value = start;
  for (let i = 0; i < word.length; i++) value = Math.imul(value ^ word.charCodeAt(i), factor);
  value = Math.imul(value ^ (value >>> 15), 0x2c1b3c6d);
  return (value ^ (value >>> 13)) >>> 0;
}
