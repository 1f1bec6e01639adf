/** The channels that publish a part of a book's state: its value and its encoding. Quotes are in feed.ts. */
import type { BookState } from "../../domain/matching/bookState.ts";
import { encodeBands, encodeStatus } from "../../protocol/mapping/marketState.ts";
import { equalBytes } from "../../protocol/stream/bytes.ts";
import type { PartOf } from "../../protocol/stream/channels.ts";
import { publicStatus } from "./views.ts";

type StatePart = Exclude<PartOf<"latest">, "quote">;

interface PartState {
  /** The published value. An equal value is not encoded again. */
  readonly value: unknown;
  encode(now: number): Uint8Array;
}
export type PartStates = Readonly<Record<StatePart, PartState>>;

/** Runs at every commit, so a part only reads its value. A channel without a part here does not compile. */
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

/** The parts that differ from the published ones; null when none does. */
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
