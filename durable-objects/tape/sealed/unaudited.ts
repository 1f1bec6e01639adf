/**
 * What a file has of trades and the audit trail has not: the book's sequence, and whether it was regular hours. Kept in the
 * tape, a byte a trade or less, so that a lost file can be made again from the trail, byte for byte.
 */
import { deflateSync, inflateSync } from "fflate";
import type { TapeTrade } from "../../../domain/market/bars/tapeTrade.ts";

export type Unaudited = Pick<TapeTrade, "sequence" | "regular">;

const BITS = 7;
const MORE = 1 << BITS;
const LENGTH_BYTES = 4;

/** Packs what is given, in order. */
export function packUnaudited(trades: readonly Unaudited[]): Uint8Array {
  const bytes: number[] = [];
  let before = 0;
  for (const { sequence, regular } of trades) {
    // Sequences only grow. The lowest bit is the session.
    let rest = 2 * (sequence - before) + (regular ? 1 : 0);
    before = sequence;
    while (rest >= MORE) {
      bytes.push((rest % MORE) + MORE);
      rest = Math.floor(rest / MORE);
    }
    bytes.push(rest);
  }
  return deflateSync(Uint8Array.from(bytes));
}

/** Packed parts as one list of bytes, each after its length. */
export function packParts(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + LENGTH_BYTES + length, 0));
  let at = 0;
  for (const part of parts) {
    new DataView(bytes.buffer).setUint32(at, part.length);
    bytes.set(part, at + LENGTH_BYTES);
    at += LENGTH_BYTES + part.length;
  }
  return bytes;
}

/** What `packUnaudited` was given for all parts of `packParts`. */
export function unpackParts(bytes: Uint8Array): Unaudited[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const found: Unaudited[] = [];
  for (let at = 0; at < bytes.length;) {
    const end = at + LENGTH_BYTES + view.getUint32(at);
    for (const each of unpackUnaudited(bytes.subarray(at + LENGTH_BYTES, end))) found.push(each);
    at = end;
  }
  return found;
}

/** What `packUnaudited` was given. Throws on other bytes. */
export function unpackUnaudited(packed: Uint8Array): Unaudited[] {
  const found: Unaudited[] = [];
  let [value, unit, sequence] = [0, 1, 0];
  for (const byte of inflateSync(packed)) {
    value += (byte % MORE) * unit;
    unit *= MORE;
    if (byte >= MORE) continue;
    sequence += Math.floor(value / 2);
    found.push({ sequence, regular: value % 2 === 1 });
    [value, unit] = [0, 1];
  }
  if (unit !== 1) throw new Error("the bytes end within a number");
  return found;
}
