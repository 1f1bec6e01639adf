import { Comparison, firstFault } from "./compare.ts";
import { RandomDay } from "./random/days.ts";
import type { BookEvent } from "./random/days.ts";
import { columnOf } from "./random/tables.ts";
import type { Tables } from "./random/tables.ts";
import { shrink } from "./shrink.ts";

const SYMBOL = "AAPL";
/** Events of a day: about three times through the schedule. */
const LENGTH = 600;

/** Plays one random day in both markets. Returns null, or the failure and the shortest sequence that reproduces it. */
export function playDay(seed: number, tables: Tables): string | null {
  const comparison = new Comparison(SYMBOL);
  const day = new RandomDay(seed, comparison.naive);
  const events: BookEvent[] = [];
  for (let nth = 0; nth < LENGTH; nth++) {
    const event = day.next();
    events.push(event);
    const { phase, session, calendar } = comparison.naive.world;
    try {
      tables.count(event, columnOf(calendar, phase, session), comparison.apply(event));
    } catch {
      return faultText(seed, events);
    }
  }
  return null;
}

function faultText(seed: number, events: readonly BookEvent[]): string {
  const shortest = shrink(SYMBOL, events);
  const fault = firstFault(SYMBOL, shortest);
  const lines = shortest.map(({ kind, ...facts }) => `  ${kind} ${JSON.stringify({ ...facts, cell: undefined })}`);
  return [`seed ${seed}: ${fault?.text ?? "not reproducible"}`, ...lines].join("\n");
}
