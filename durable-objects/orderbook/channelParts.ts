/** The channels that show a part of a book's state: what they show, and how it is encoded. Quotes carry a number of their own (feed.ts). */
import type { BookState } from "../../domain/matching/bookState.ts";
import { encodeBands, encodeStatus } from "../../protocol/mapping/marketState.ts";
import { equalBytes } from "../../protocol/stream/bytes.ts";
import type { PartOf } from "../../protocol/stream/channels.ts";
import { publicStatus } from "./views.ts";

type StatePart = Exclude<PartOf<"latest">, "quote">;

interface PartState {
  /** What the part shows. The same value is the same element, without a look at its bytes. */
  readonly value: unknown;
  encode(now: number): Uint8Array;
}
export type PartStates = Readonly<Record<StatePart, PartState>>;

/** Runs at every commit: a part reads its value and encodes nothing. A channel without a part here does not compile. */
export function partStatesOf({ symbol, status }: Readonly<BookState>): PartStates {
  return {
    status: { value: status, encode: (now) => encodeStatus(symbol, publicStatus(status, now)) },
    bands: { value: status, encode: (now) => encodeBands(symbol, publicStatus(status, now)) },
  };
}

/** All parts, encoded. */
export function encodedParts(parts: PartStates, now: number): Record<StatePart, Uint8Array> {
  return Object.fromEntries(namesOf(parts).map((name) => [name, parts[name].encode(now)])) as Record<
    StatePart,
    Uint8Array
  >;
}

/** The parts that differ from those that are public; null when none does. */
export function changedParts(
  before: PartStates,
  after: PartStates,
  now: number,
): Partial<Record<StatePart, Uint8Array>> | null {
  const changed: Partial<Record<StatePart, Uint8Array>> = {};
  for (const name of namesOf(after)) {
    if (before[name].value === after[name].value) continue;
    const bytes = after[name].encode(now);
    if (!equalBytes(before[name].encode(now), bytes)) changed[name] = bytes;
  }
  return Object.keys(changed).length === 0 ? null : changed;
}

function namesOf(parts: PartStates): StatePart[] {
  return Object.keys(parts) as StatePart[];
}
