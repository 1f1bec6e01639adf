/**
 * Which keys are occupied, and what is there: a trie of 32-way nodes over 31-bit keys, each node a bitmap and 32 children in
 * one Int32Array. Finding the least key takes seven loads whatever the gaps, and memory follows the occupied keys, not
 * their range.
 */

/** No entry. */
export const NONE = -1;
/** Larger than every key. */
export const KEY_END = 0x7fffffff;

const FANOUT_BITS = 5;
const TOP_SHIFT = 30;
/** Words of a node: its bitmap, then a child each. */
const NODE_WORDS = 33;
const ROOT = 0;
/** Where the second cache begins: a node that spans 2^15 keys, three loads from an entry. */
const MIDDLE_SHIFT = 15;

export class PriceIndex {
  #nodes = new Int32Array(64 * NODE_WORDS);
  #end = NODE_WORDS;
  /** Freed nodes, chained through their first child. */
  #free = NONE;
  readonly #path = new Int32Array(TOP_SHIFT / FANOUT_BITS + 1);
  /** The leaf and the middle node used last: orders arrive near each other. */
  #leafKey = NONE;
  #leaf = NONE;
  #middleKey = NONE;
  #middle = NONE;

  /** The entry at a key; NONE when it is not occupied. */
  get(key: number): number {
    const leaf = this.#leafOf(key);
    if (leaf === NONE) return NONE;
    const bit = key & 31;
    return (this.#nodes[leaf] >>> bit) & 1 ? this.#nodes[leaf + 1 + bit] : NONE;
  }

  /** Puts an entry at a key that is not occupied. */
  set(key: number, entry: number): void {
    let leaf = this.#leafOf(key);
    if (leaf === NONE) leaf = this.#makeLeaf(key);
    const bit = key & 31;
    const nodes = this.#nodes;
    nodes[leaf] |= 1 << bit;
    nodes[leaf + 1 + bit] = entry;
  }

  /** Takes an occupied key out. */
  delete(key: number): void {
    const leaf = this.#leafOf(key);
    const left = this.#nodes[leaf] & ~(1 << (key & 31));
    this.#nodes[leaf] = left;
    if (left === 0) this.#prune(key);
  }

  /** The least occupied key; KEY_END when there is none. */
  least(): number {
    const nodes = this.#nodes;
    let node = ROOT;
    let key = 0;
    for (let shift = TOP_SHIFT; shift >= 0; shift -= FANOUT_BITS) {
      const bitmap = nodes[node];
      if (bitmap === 0) return KEY_END;
      const bit = 31 - Math.clz32(bitmap & -bitmap);
      key |= bit << shift;
      node = nodes[node + 1 + bit];
    }
    return key;
  }

  /** The least occupied key above this one; KEY_END when there is none. */
  after(key: number): number {
    const nodes = this.#nodes;
    let node = ROOT;
    // The last place where a higher branch was passed by.
    let branch = NONE;
    let branchShift = 0;
    for (let shift = TOP_SHIFT; shift >= 0; shift -= FANOUT_BITS) {
      const bit = (key >>> shift) & 31;
      if ((nodes[node] & (-2 << bit)) !== 0) {
        branch = node;
        branchShift = shift;
      }
      if (shift === 0 || ((nodes[node] >>> bit) & 1) === 0) break;
      node = nodes[node + 1 + bit];
    }
    if (branch === NONE) return KEY_END;
    const higher = nodes[branch] & (-2 << ((key >>> branchShift) & 31));
    let found = branchShift === TOP_SHIFT ? 0 : (key >>> (branchShift + FANOUT_BITS)) << (branchShift + FANOUT_BITS);
    let bit = 31 - Math.clz32(higher & -higher);
    found |= bit << branchShift;
    node = nodes[branch + 1 + bit];
    for (let shift = branchShift - FANOUT_BITS; shift >= 0; shift -= FANOUT_BITS) {
      const bitmap = nodes[node];
      bit = 31 - Math.clz32(bitmap & -bitmap);
      found |= bit << shift;
      node = nodes[node + 1 + bit];
    }
    return found;
  }

  #leafOf(key: number): number {
    const leafKey = key >>> FANOUT_BITS;
    if (leafKey === this.#leafKey) return this.#leaf;
    const nodes = this.#nodes;
    const middleKey = key >>> MIDDLE_SHIFT;
    let node = this.#middle;
    if (middleKey !== this.#middleKey) {
      node = ROOT;
      for (let shift = TOP_SHIFT; shift >= MIDDLE_SHIFT; shift -= FANOUT_BITS) {
        const bit = (key >>> shift) & 31;
        if (((nodes[node] >>> bit) & 1) === 0) return NONE;
        node = nodes[node + 1 + bit];
      }
      this.#middleKey = middleKey;
      this.#middle = node;
    }
    for (let shift = MIDDLE_SHIFT - FANOUT_BITS; shift > 0; shift -= FANOUT_BITS) {
      const bit = (key >>> shift) & 31;
      if (((nodes[node] >>> bit) & 1) === 0) return NONE;
      node = nodes[node + 1 + bit];
    }
    this.#leafKey = leafKey;
    this.#leaf = node;
    return node;
  }

  #makeLeaf(key: number): number {
    let node = ROOT;
    for (let shift = TOP_SHIFT; shift > 0; shift -= FANOUT_BITS) {
      const bit = (key >>> shift) & 31;
      if (((this.#nodes[node] >>> bit) & 1) === 0) {
        const made = this.#makeNode();
        this.#nodes[node] |= 1 << bit;
        this.#nodes[node + 1 + bit] = made;
      }
      node = this.#nodes[node + 1 + bit];
    }
    this.#leafKey = key >>> FANOUT_BITS;
    this.#leaf = node;
    return node;
  }

  #makeNode(): number {
    const free = this.#free;
    if (free !== NONE) {
      this.#free = this.#nodes[free + 1];
      return free;
    }
    const made = this.#end;
    this.#end += NODE_WORDS;
    if (this.#end > this.#nodes.length) {
      const grown = new Int32Array(2 * this.#nodes.length);
      grown.set(this.#nodes);
      this.#nodes = grown;
    }
    return made;
  }

  /** Frees the nodes that have become empty on the way to a key. */
  #prune(key: number): void {
    const nodes = this.#nodes;
    const path = this.#path;
    path[0] = ROOT;
    for (let depth = 1, shift = TOP_SHIFT; shift > 0; depth++, shift -= FANOUT_BITS) {
      path[depth] = nodes[path[depth - 1] + 1 + ((key >>> shift) & 31)];
    }
    for (let depth = path.length - 1, shift = FANOUT_BITS; depth > 0; depth--, shift += FANOUT_BITS) {
      const node = path[depth];
      if (nodes[node] !== 0) break;
      nodes[path[depth - 1]] &= ~(1 << ((key >>> shift) & 31));
      nodes[node + 1] = this.#free;
      this.#free = node;
    }
    this.#leafKey = NONE;
    this.#middleKey = NONE;
  }
}
