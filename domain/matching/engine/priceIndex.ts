/**
 * Map from keys to entries that finds the least key: a trie of 32-way nodes over 31-bit keys, each node a bitmap and 32
 * children in one Int32Array. Finding the least key takes seven loads whatever the gaps are. Memory depends on the number of
 * keys that were used, not on their range.
 */

/** No entry. */
export const NONE = -1;
/** Larger than every key. */
export const KEY_END = 0x7fffffff;

const FANOUT_BITS = 5;
const TOP_SHIFT = 30;
/** Words of a node: the bitmap of its occupied children, then the children. */
const NODE_WORDS = 33;
const ROOT = 0;
/** Nodes at first: enough for a key. There are many small books (one for each paper account), so all begin small. */
const FIRST_NODES = 8;
/** A middle node spans 2^15 keys. The last one used is cached, because consecutive orders have similar prices. */
const MIDDLE_BITS = 15;

export class PriceIndex {
  #nodes = new Int32Array(FIRST_NODES * NODE_WORDS);
  #end = NODE_WORDS;
  /** After `deleteLeast`: KEY_END when nothing is left. */
  leastKey = KEY_END;
  #claimed = 0;
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

  /** Removes the least key, which is `key`, and returns the entry of the next one, whose key is `leastKey` afterwards. */
  deleteLeast(key: number): number {
    const nodes = this.#nodes;
    const middle = key >>> MIDDLE_BITS === this.#middleKey ? this.#middle : this.#middleOf(key);
    const branch = nodes[middle + 1 + ((key >>> 10) & 31)];
    const leaf = nodes[branch + 1 + ((key >>> 5) & 31)];
    let bits = nodes[leaf] & ~(1 << key);
    nodes[leaf] = bits;
    if (bits !== 0) {
      const bit = 31 - Math.clz32(bits & -bits);
      this.leastKey = (key & ~31) | bit;
      return nodes[leaf + 1 + bit];
    }
    bits = nodes[branch] & ~(1 << (key >>> 5));
    nodes[branch] = bits;
    if (bits !== 0) {
      const b = 31 - Math.clz32(bits & -bits);
      const next = nodes[branch + 1 + b];
      bits = nodes[next];
      const bit = 31 - Math.clz32(bits & -bits);
      this.leastKey = (key & ~1023) | (b << 5) | bit;
      return nodes[next + 1 + bit];
    }
    return this.#afterBranch(key, middle);
  }

  #afterBranch(key: number, middle: number): number {
    const nodes = this.#nodes;
    let bits = nodes[middle] & ~(1 << (key >>> 10));
    nodes[middle] = bits;
    if (bits === 0) {
      this.#unmark(key);
      this.leastKey = this.least();
      return this.leastKey === KEY_END ? NONE : this.get(this.leastKey);
    }
    const a = 31 - Math.clz32(bits & -bits);
    const branch = nodes[middle + 1 + a];
    bits = nodes[branch];
    const b = 31 - Math.clz32(bits & -bits);
    const leaf = nodes[branch + 1 + b];
    bits = nodes[leaf];
    const bit = 31 - Math.clz32(bits & -bits);
    this.leastKey = (key & ~32767) | (a << 10) | (b << 5) | bit;
    return nodes[leaf + 1 + bit];
  }

  /** The entry at a key. If the key was free it is occupied, NONE is returned, and `fill` must set the entry at once. */
  claim(key: number): number {
    const middle = key >>> MIDDLE_BITS === this.#middleKey ? this.#middle : this.#middleOf(key);
    const branch = this.#child(middle, (key >>> 10) & 31);
    const leaf = this.#child(branch, (key >>> 5) & 31);
    const nodes = this.#nodes;
    const place = leaf + 1 + (key & 31);
    const before = nodes[leaf];
    if (((before >>> key) & 1) !== 0) return nodes[place];
    this.#claimed = place;
    nodes[leaf] = before | (1 << key);
    if (before !== 0) return NONE;
    const beforeBranch = nodes[branch];
    nodes[branch] = beforeBranch | (1 << (key >>> 5));
    if (beforeBranch !== 0) return NONE;
    const beforeMiddle = nodes[middle];
    nodes[middle] = beforeMiddle | (1 << (key >>> 10));
    if (beforeMiddle === 0) this.#mark(key);
    return NONE;
  }

  /** Sets the entry of a key for which `claim` returned NONE. */
  fill(entry: number): void {
    this.#nodes[this.#claimed] = entry;
  }

  /** Sets the entry of a free key. */
  set(key: number, entry: number): void {
    this.claim(key);
    this.fill(entry);
  }

  /** Removes an occupied key. Its nodes stay, because prices near the touch are used again soon. */
  delete(key: number): void {
    const nodes = this.#nodes;
    const middle = key >>> MIDDLE_BITS === this.#middleKey ? this.#middle : this.#middleOf(key);
    const branch = nodes[middle + 1 + ((key >>> 10) & 31)];
    const leaf = nodes[branch + 1 + ((key >>> 5) & 31)];
    if ((nodes[leaf] &= ~(1 << key)) !== 0) return;
    if ((nodes[branch] &= ~(1 << (key >>> 5))) !== 0) return;
    if ((nodes[middle] &= ~(1 << (key >>> 10))) === 0) this.#unmark(key);
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
    // The last node with a higher branch.
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

  /** The middle node of a key, created when it is missing. */
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

  /** Marks a key's middle node as occupied. */
  #mark(key: number): void {
    const nodes = this.#nodes;
    let node = ROOT;
    for (let shift = TOP_SHIFT; shift >= MIDDLE_BITS; shift -= FANOUT_BITS) {
      nodes[node] |= 1 << (key >>> shift);
      node = nodes[node + 1 + ((key >>> shift) & 31)];
    }
  }

  /** Marks a key's middle node as empty. */
  #unmark(key: number): void {
    const nodes = this.#nodes;
    for (let low = MIDDLE_BITS; low <= TOP_SHIFT; low += FANOUT_BITS) {
      let node = ROOT;
      for (let shift = TOP_SHIFT; shift > low; shift -= FANOUT_BITS) node = nodes[node + 1 + ((key >>> shift) & 31)];
      if ((nodes[node] &= ~(1 << (key >>> low))) !== 0) return;
    }
  }
}
