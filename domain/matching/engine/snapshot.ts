import { COUNT, HIDDEN_QUEUE, LEVEL_SHIFT } from "./ladder.ts";
import type { Ladder } from "./ladder.ts";
import { ASK, HIDDEN, LIVE, ORDER_SHIFT_F64, LEAVES, REF } from "./orderPool.ts";
import { Engine } from "./engine.ts";
import { KEY_END, NONE } from "./priceIndex.ts";

/**
 * The book as bytes: resting orders by level, in the order of their queues, independent of slots. Equal books give equal
 * bytes, so a checksum of the bytes covers prices, quantities and every queue position. Little-endian; 24 bytes per order
 * and 12 per level.
 */

const MAGIC = 0x314b424f;
const HEADER_WORDS = 4;
const LEVEL_WORDS = 3;

/** The slots of resting orders in the order of a snapshot: bids, then asks, best level first, displayed before hidden. */
export function slotsInOrder(engine: Engine): Int32Array {
  const slots = new Int32Array(engine.bids.size + engine.asks.size);
  let row = 0;
  for (const ladder of [engine.bids, engine.asks]) {
    for (let level = ladder.best; level !== NONE; level = ladder.worse(level)) {
      for (let slot = ladder.head(level, false); slot !== NONE; slot = ladder.next(slot)) slots[row++] = slot;
      for (let slot = ladder.head(level, true); slot !== NONE; slot = ladder.next(slot)) slots[row++] = slot;
    }
  }
  return slots;
}

/** The bytes of a book whose slots are given in order. The maps translate the numbers of owners and expiries. */
export function writeBook(
  engine: Engine,
  slots: Int32Array,
  ownerOf: (owner: number) => number,
  expiryOf: (expiry: number) => number,
): Uint8Array {
  const [bids, asks] = [levelsOf(engine.bids), levelsOf(engine.asks)];
  const start = Math.ceil((HEADER_WORDS + bids.length + asks.length) / 2);
  const rows = slots.length;
  const i32 = new Int32Array(2 * start + 6 * rows);
  i32.set([MAGIC, rows, bids.length / LEVEL_WORDS, asks.length / LEVEL_WORDS]);
  i32.set(bids, HEADER_WORDS);
  i32.set(asks, HEADER_WORDS + bids.length);
  const f64 = new Float64Array(i32.buffer);
  const { orders } = engine;
  const pool = orders.f64;
  const tail = 2 * (start + 2 * rows);
  for (let row = 0; row < rows; row++) {
    const slot = slots[row];
    f64[start + row] = pool[(slot << ORDER_SHIFT_F64) + REF];
    f64[start + rows + row] = pool[(slot << ORDER_SHIFT_F64) + LEAVES];
    i32[tail + row] = ownerOf(orders.owners[slot]);
    i32[tail + rows + row] = expiryOf(orders.expiries[slot]);
  }
  return new Uint8Array(i32.buffer);
}

/** Price, displayed orders and hidden orders of each level. */
function levelsOf(ladder: Ladder): number[] {
  const words: number[] = [];
  for (let level = ladder.best; level !== NONE; level = ladder.worse(level)) {
    const base = level << LEVEL_SHIFT;
    words.push(ladder.price(level), ladder.i32[base + COUNT], ladder.i32[base + HIDDEN_QUEUE + COUNT]);
  }
  return words;
}

/**
 * Loads a book from bytes. Its orders have the slots 0, 1, … in the order of the snapshot. Throws on invalid bytes, and
 * never returns an inconsistent book.
 */
export function readBook(bytes: Uint8Array): Engine {
  // Bytes of a message or a database row may begin anywhere in their buffer.
  const own = bytes.byteOffset % 8 === 0 ? bytes : bytes.slice();
  if (own.length % 8 !== 0 || own.length < 4 * HEADER_WORDS) throw new Error("a book ends in the middle");
  const i32 = new Int32Array(own.buffer, own.byteOffset, own.length >> 2);
  const f64 = new Float64Array(own.buffer, own.byteOffset, own.length >> 3);
  const [magic, rows, bidLevels, askLevels] = i32;
  const levels = bidLevels + askLevels;
  if (magic !== MAGIC || rows < 0 || bidLevels < 0 || askLevels < 0) throw new Error("these bytes are no book");
  const start = Math.ceil((HEADER_WORDS + LEVEL_WORDS * levels) / 2);
  if (f64.length !== start + 3 * rows) throw new Error("a book has another length than it says");
  const engine = new Engine(Math.max(256, rows));
  const tail = 2 * (start + 2 * rows);
  let row = 0;
  let word = HEADER_WORDS;
  for (const ladder of [engine.bids, engine.asks]) {
    let last = -1;
    for (let nth = ladder === engine.bids ? bidLevels : askLevels; nth > 0; nth--, word += LEVEL_WORDS) {
      const price = i32[word];
      const [displayed, hidden] = [i32[word + 1], i32[word + 2]];
      const key = price ^ ladder.flip;
      if (price < 1 || price >= KEY_END || key <= last) throw new Error("levels of a book are not in order");
      if (displayed < 0 || hidden < 0 || displayed + hidden < 1 || displayed + hidden > rows - row) {
        throw new Error("a level has no such number of orders");
      }
      last = key;
      const shown = row + displayed;
      for (const end = shown + hidden; row < end; row++) {
        const meta = LIVE | (ladder === engine.asks ? ASK : 0) | (row < shown ? 0 : HIDDEN);
        const slot = engine.orders.take(ref(f64[start + row]), qty(f64[start + rows + row]), i32[tail + row], meta);
        engine.orders.expiries[slot] = i32[tail + rows + row];
        ladder.push(slot, price);
      }
    }
  }
  if (row !== rows) throw new Error("orders of a book have no level");
  return engine;
}

function ref(value: number): number {
  if (!Number.isSafeInteger(value) || value < 0) throw new Error("an order has no such number");
  return value;
}

function qty(value: number): number {
  if (!Number.isSafeInteger(value) || value <= 0) throw new Error("an order has no such quantity");
  return value;
}

/** A 53-bit checksum of a snapshot: two lanes of MurmurHash3's mixing over its words. */
export function checksum(bytes: Uint8Array): number {
  const own = bytes.byteOffset % 4 === 0 ? bytes : bytes.slice();
  const words = new Int32Array(own.buffer, own.byteOffset, own.length >> 2);
  let a = 0x2f0b4a27;
  let b = own.length;
  for (let at = 0; at < words.length; at++) {
    const word = words[at];
    let mixed = Math.imul(word, 0xcc9e2d51);
    mixed = Math.imul((mixed << 15) | (mixed >>> 17), 0x1b873593);
    a ^= mixed;
    a = (Math.imul((a << 13) | (a >>> 19), 5) + 0xe6546b64) | 0;
    b = Math.imul(b ^ (word + at), 0x85ebca6b);
    b ^= b >>> 13;
  }
  return (finish(a) & 0x1fffff) * 0x100000000 + (finish(b ^ a) >>> 0);
}

function finish(value: number): number {
  let h = value;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}
