import { firstFault } from "./compare.ts";
import type { BookEvent } from "./random/days.ts";

/**
 * The shortest sequence that can be found by leaving out events, and that still goes wrong. It need not go wrong in
 * the same way: any fault is one.
 */
export function shrink(symbol: string, events: readonly BookEvent[]): BookEvent[] {
  const fault = firstFault(symbol, events);
  if (fault === null) throw new Error("nothing is wrong with these");
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

/** Whether the phases follow a calendar, which an "always" has not. */
function isSane(events: readonly BookEvent[]): boolean {
  const entries = events.flatMap((event) => (event.kind === "entry" ? [event.entry] : []));
  const first = entries.findIndex(({ kind }) => kind === "configure");
  const scheduled = entries.findIndex((entry) => entry.kind === "phase" && entry.session !== "regular");
  return scheduled === -1 || (first !== -1 && first < scheduled);
}
