import { firstFault } from "./compare.ts";
import type { BookEvent } from "./random/days.ts";

/**
 * Removes events from a failing sequence while it still fails, in any way, and returns the shortest sequence found.
 */
export function shrink(symbol: string, events: readonly BookEvent[]): BookEvent[] {
  const fault = firstFault(symbol, events);
  if (fault === null) throw new Error("the sequence does not fail");
  let kept = events.slice(0, fault.nth + 1);
  for (let piece = Math.ceil(kept.length / 2); piece >= 1; piece = piece === 1 ? 0 : Math.ceil(piece / 2)) {
    for (let from = 0; from < kept.length;) {
      const fewer = [...kept.slice(0, from), ...kept.slice(from + piece)];
      const found = isSane(fewer) ? firstFault(symbol, fewer) : null;
      if (found === null) from += piece;
      else kept = fewer.slice(0, found.nth + 1);
    }
  }
  return kept;
}

/** False when phases other than regular hours come before a calendar is configured. */
function isSane(events: readonly BookEvent[]): boolean {
  const entries = events.flatMap((event) => (event.kind === "entry" ? [event.entry] : []));
  const first = entries.findIndex(({ kind }) => kind === "configure");
  const scheduled = entries.findIndex((entry) => entry.kind === "phase" && entry.session !== "regular");
  return scheduled === -1 || (first !== -1 && first < scheduled);
}
