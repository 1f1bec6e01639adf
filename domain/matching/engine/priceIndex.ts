/**
 * Which keys are occupied, and what is there: a trie of 32-way nodes over 31-bit keys, each node a bitmap and 32 children in
 * one Int32Array. Finding the least key takes seven loads whatever the gaps, and memory follows the keys that were used, not
 * their range.
 */

/** No entry. */
export const NONE = -1;
/** Larger than every key. */
export const KEY_END = 0x7fffffff;

const FANOUT_BITS = 5;
const TOP_SHIFT = 30;
/** Words of a node: its bitmap of what is occupied below, then a child each. */
const NODE_WORDS = 33;
const ROOT = 0;
/** A middle node spans 2^15 keys: the one used last is remembered, as orders arrive near each other. */
const MIDDLE_BITS = 15;

export class PriceIndex {
  #nodes = new Int32Array(64 * NODE_WORDS);
  #end = NODE_WORDS;
  #middleKey = NONE;
  #middle = NONE;

  /** Nodes made so far, in words: grows with the price ranges that were ever used. */
  get words(): number {
    return this.#end;
  }

  /** The entry at a key; NONE when it is not occupied. */
  get(key: number): number {
    const nodes = this.#nodes;
    const middle = key >>> MIDDLE_BITS === this.#middleKey ? this.#middle : this.#middleOf(key);
    const branch = nodes[middle + 1 + ((key >>> 10) & 31)];
    const leaf = nodes[branch + 1 + ((key >>> 5) & 31)];
    if (branch === 0 || leaf === 0) return NONE;
    return (nodes[leaf] >>> key) & 1 ? nodes[leaf + 1 + (key & 31)] : NONE;
  }

  /** Puts an entry at a key that is not occupied. */
  set(key: number, entry: number): void {
    const middle = key >>> MIDDLE_BITS === this.#middleKey ? this.#middle : this.#middleOf(key);
    const branch = this.#child(middle, (key >>> 10) & 31);
    const leaf = this.#child(branch, (key >>> 5) & 31);
    const nodes = this.#nodes;
    nodes[leaf + 1 + (key & 31)] = entry;
    const before = nodes[leaf];
    nodes[leaf] = before | (1 << key);
    if (before !== 0) return;
    const beforeBranch = nodes[branch];
    nodes[branch] = beforeBranch | (1 << (key >>> 5));
    if (beforeBranch !== 0) return;
    const beforeMiddle = nodes[middle];
    nodes[middle] = beforeMiddle | (1 << (key >>> 10));
    if (beforeMiddle === 0) this.#mark(key);
  }

  /** Takes an occupied key out. Its nodes stay: the touch comes and goes at the same prices all the time. */
  delete(key: number): void {
    const nodes = this.#nodes;
    const middle = key >>> MIDDLE_BITS === this.#middleKey ? this.#middle : this.#middleOf(key);
    const branch = nodes[middle + 1 + ((key >>> 10) & 31)];
    const leaf = nodes[branch + 1 + ((key >>> 5) & 31)];
    if ((nodes[leaf] &= ~(1 << key)) !== 0) return;
    if ((nodes[branch] &= ~(1 << (key >>> 5))) !== 0) return;
    if ((nodes[middle] &= ~(1 << (key >>> 10))) === 0) this.#unmark(key);
  }

  /** The least occupied key, when it is known that none is below `from`; KEY_END when there is none. */
  leastFrom(from: number): number {
    const nodes = this.#nodes;
    if (from >>> MIDDLE_BITS !== this.#middleKey) return this.least();
    const middle = this.#middle;
    const branch = nodes[middle + 1 + ((from >>> 10) & 31)];
    const leaf = nodes[branch + 1 + ((from >>> 5) & 31)];
    let bits = nodes[leaf];
    if (bits !== 0) return (from & ~31) | (31 - Math.clz32(bits & -bits));
    bits = nodes[branch];
    if (bits !== 0) {
      const b = 31 - Math.clz32(bits & -bits);
      bits = nodes[nodes[branch + 1 + b]];
      return (from & ~1023) | (b << 5) | (31 - Math.clz32(bits & -bits));
    }
    bits = nodes[middle];
    if (bits === 0) return this.least();
    const a = 31 - Math.clz32(bits & -bits);
    const down = nodes[middle + 1 + a];
    bits = nodes[down];
    const b = 31 - Math.clz32(bits & -bits);
    bits = nodes[nodes[down + 1 + b]];
    return (from & ~32767) | (a << 10) | (b << 5) | (31 - Math.clz32(bits & -bits));
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

  /** The middle node of a key, made when it is missing. */
  #middleOf(key: number): number {
    let node = ROOT;
    for (let shift = TOP_SHIFT; shift >= MIDDLE_BITS; shift -= FANOUT_BITS)
      node = this.#child(node, (key >>> shift) & 31);
    this.#middleKey = key >>> MIDDLE_BITS;
    this.#middle = node;
    return node;
  }

  #child(node: number, nth: number): number {
    const child = this.#nodes[node + 1 + nth];
    return child !== 0 ? child : this.#makeChild(node, nth);
  }

  #makeChild(node: number, nth: number): number {
    const made = this.#end;
    this.#end += NODE_WORDS;
    if (this.#end > this.#nodes.length) {
      const grown = new Int32Array(2 * this.#nodes.length);
      grown.set(this.#nodes);
      this.#nodes = grown;
    }
    this.#nodes[node + 1 + nth] = made;
    return made;
  }

  /** Something has come to be below a key's middle node. */
  #mark(key: number): void {
    const nodes = this.#nodes;
    let node = ROOT;
    for (let shift = TOP_SHIFT; shift >= MIDDLE_BITS; shift -= FANOUT_BITS) {
      nodes[node] |= 1 << (key >>> shift);
      node = nodes[node + 1 + ((key >>> shift) & 31)];
    }
  }

  /** Nothing is below a key's middle node any more. */
  #unmark(key: number): void {
    const nodes = this.#nodes;
    for (let low = MIDDLE_BITS; low <= TOP_SHIFT; low += FANOUT_BITS) {
      let node = ROOT;
      for (let shift = TOP_SHIFT; shift > low; shift -= FANOUT_BITS) node = nodes[node + 1 + ((key >>> shift) & 31)];
      if ((nodes[node] &= ~(1 << (key >>> low))) !== 0) return;
    }
  }
}
