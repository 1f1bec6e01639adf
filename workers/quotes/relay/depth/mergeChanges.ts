/** Merges elements of a depth channel that a subscriber has not been sent, so that they need less than one each. */
import { encodeDepthElement } from "../../../../protocol/mapping/depth.ts";
import type { DepthElement, DepthEvent, DepthLevel } from "../../../../protocol/stream/depth.ts";
import { decodeSegment } from "../../../../protocol/stream/segment.ts";

/** Unsent elements of a symbol and channel at which they are merged. Fewer are sent as they are, each with its checksum. */
export const MERGED_AT = 8;

/** The elements of bytes that a book has encoded. */
export function depthElementsOf(bytes: Uint8Array): DepthElement<DepthLevel | DepthEvent>[] {
  return decodeSegment(bytes) as DepthElement<DepthLevel | DepthEvent>[];
}

/** Consecutive elements of one symbol and channel as one, which leads to the same book. */
export function mergedElement(bytes: readonly Uint8Array[]): Uint8Array {
  const all = bytes.flatMap(depthElementsOf);
  const from = Math.max(
    0,
    all.findLastIndex(({ r }) => r === true),
  );
  const [first, last] = [all[from], all.at(-1)];
  if (first === undefined || last === undefined) throw new Error("nothing to merge");
  const merged = all.slice(from);
  const isWhole = first.r === true;
  const side = (key: "b" | "a") =>
    mergedRows(
      merged.map((element) => element[key]),
      isWhole,
    );
  const { r, reason, prev } = first;
  const { T, S, t, checksum, queue, seq } = last;
  return encodeDepthElement({
    T,
    S,
    t,
    ...(r === undefined ? {} : { r }),
    ...(reason === undefined ? {} : { reason }),
    ...(prev === undefined ? {} : { prev }),
    b: side("b"),
    a: side("a"),
    checksum,
    ...(queue === undefined ? {} : { queue }),
    seq,
  });
}

type Row = DepthLevel | DepthEvent;

function mergedRows(changes: readonly (readonly Row[])[], isWhole: boolean): Row[] {
  const levels = new Map<number, DepthLevel>();
  const deleted = new Map<number, DepthEvent>();
  const modified = new Map<number, DepthEvent>();
  const added = new Map<number, DepthEvent>();
  for (const row of changes.flat()) {
    if (!("id" in row)) levels.set(row.p, row);
    else if (row.e === "add") added.set(row.id, row);
    else if (row.e === "modify") {
      const arrived = added.get(row.id);
      if (arrived === undefined) modified.set(row.id, row);
      else added.set(row.id, { ...arrived, s: row.s });
    } else if (!added.delete(row.id)) {
      modified.delete(row.id);
      deleted.set(row.id, row);
    }
  }
  const kept = [...levels.values()].filter(({ s }) => !isWhole || s > 0);
  return [...kept, ...deleted.values(), ...modified.values(), ...added.values()];
}
