import { Comparison, firstFault } from "./compare.ts";
import { RandomDay } from "./random/days.ts";
import type { BookEvent } from "./random/days.ts";
import { columnOf } from "./random/tables.ts";
import type { Tables } from "./random/tables.ts";
import { shrink } from "./shrink.ts";

const SYMBOL = "AAPL";
/** Happenings of a day: some three rounds of the schedule. */
const LENGTH = 600;

/** Plays one random day in both markets. Gives null, or a text with the shortest sequence that shows the fault. */
export function playDay(seed: number, tables: Tables): string | null {
  const comparison = new Comparison(SYMBOL);
  const day = new RandomDay(seed, comparison.naive);
  const happenings: BookEvent[] = [];
  for (let nth = 0; nth < LENGTH; nth++) {
    const happening = day.next();
    happenings.push(happening);
    const { phase, session, calendar } = comparison.naive.world;
    try {
      tables.count(happening, columnOf(calendar, phase, session), comparison.happen(happening));
    } catch {
      return faultText(seed, happenings);
    }
  }
  return null;
}

function faultText(seed: number, happenings: readonly BookEvent[]): string {
  const shortest = shrink(SYMBOL, happenings);
  const fault = firstFault(SYMBOL, shortest);
  const lines = shortest.map(({ kind, ...facts }) => `  ${kind} ${JSON.stringify({ ...facts, cell: undefined })}`);
  return [`seed ${seed}: ${fault?.text ?? "not again"}`, ...lines].join("\n");
}
