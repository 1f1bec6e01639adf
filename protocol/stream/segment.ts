/** Frames and segments of MessagePack elements, and their JSON form. */
import { concatBytes } from "./bytes.ts";
import { Unpackr } from "msgpackr";

/** A frame: an array header for `count` elements, then the bytes of the segments. */
export function concatFrame(count: number, segments: readonly Uint8Array[]): Uint8Array {
  return concatBytes([arrayHeader(count), ...segments]);
}

function arrayHeader(count: number): Uint8Array {
  if (count < 16) return Uint8Array.of(0x90 | count);
  if (count < 0x10000) return Uint8Array.of(0xdc, count >> 8, count & 0xff);
  return Uint8Array.of(0xdd, count >>> 24, (count >>> 16) & 0xff, (count >>> 8) & 0xff, count & 0xff);
}

const unpackr = new Unpackr({ useRecords: false, mapsAsObjects: true, int64AsType: "number" });

/** The elements of a segment (concatenated msgpack maps) as plain objects, `t` as a Date. Throws on malformed bytes. */
export function decodeSegment(segment: Uint8Array): unknown[] {
  return segment.length === 0 ? [] : (unpackr.unpackMultiple(segment) ?? []);
}

/** The elements of a segment with a greater `seq`, and their number. Elements are in the order of their `seq`. */
export function segmentAfter(
  segment: Uint8Array,
  sequence: number,
): { readonly bytes: Uint8Array; readonly count: number } {
  let from = segment.length;
  let count = 0;
  if (segment.length > 0) {
    unpackr.unpackMultiple(segment, (element: unknown, start?: number) => {
      if ((element as { readonly seq: number }).seq <= sequence) return;
      if (count++ === 0) from = start ?? 0;
    });
  }
  return { bytes: segment.subarray(from), count };
}

/** The bytes of each element of a segment. */
export function eachElement(segment: Uint8Array): Uint8Array[] {
  const starts: number[] = [];
  if (segment.length > 0) {
    unpackr.unpackMultiple(segment, (_element: unknown, start?: number) => void starts.push(start ?? 0));
  }
  return starts.map((start, nth) => segment.subarray(start, starts[nth + 1] ?? segment.length));
}

/** A segment's elements as JSON text joined by commas, `t` as an RFC 3339 string: `{…},{…}`; "" for an empty segment. */
export function segmentToJson(segment: Uint8Array): string {
  return decodeSegment(segment)
    .map((element) => JSON.stringify(element))
    .join(",");
}
