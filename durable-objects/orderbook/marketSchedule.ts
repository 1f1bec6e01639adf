import { duePhases, nextDue } from "../../domain/market/duePhases.ts";
import type { CalendarName, MarketEntry, MarketStatus } from "../../domain/market/phase.ts";
import { phaseAt } from "../../domain/market/schedule.ts";

/** A market as its timetable sees it. */
export interface ScheduledMarket {
  readonly status: MarketStatus;
  /** Of the price bands: kept when the calendar changes. */
  readonly luldTier: 1 | 2 | null;
  /** When the market itself ends something next: an order, a limit state. Null when nothing will end. */
  readonly ends: number | null;
}

/** So many turns bring a market to the present from wherever it was: its calendar, what ended before and after a phase. */
export const DUE_ROUNDS = 4;

/** What one market does at which time: the calendar's phases and what ends by itself, in the order of their times. */
export class MarketSchedule {
  readonly #calendar: CalendarName;
  /** The status that `#phaseDue` was found for: it is looked up once for each. */
  #status: MarketStatus | null = null;
  #phaseDue: number | null = null;

  constructor(calendar: CalendarName) {
    this.#calendar = calendar;
  }

  /** The entries that come first of all that is due; none when nothing is. Asked again when they are applied. */
  dueEntries({ status, luldTier, ends }: ScheduledMarket, now: number): readonly MarketEntry[] {
    if (status.calendar !== this.#calendar) return [{ kind: "configure", calendar: this.#calendar, luldTier }];
    const phases = duePhases(this.#calendar, status, now);
    const hasEnded = ends !== null && ends <= now;
    // A market that slept does what it missed in order: an order that ends after an auction takes part in it, but not in
    // one of a later day.
    const begun = Math.max(status.until ?? Number.POSITIVE_INFINITY, phaseAt(this.#calendar, now).since);
    const phasesFirst = phases.length > 0 && (!hasEnded || begun <= ends);
    if (phasesFirst) return phases;
    return hasEnded ? [{ kind: "expire" }] : [];
  }

  /** When something is due next: a time in the past when it is due already, null when nothing will be. */
  dueAt({ status, ends }: ScheduledMarket, now: number): number | null {
    if (status.calendar !== this.#calendar) return now;
    if (status !== this.#status) {
      this.#status = status;
      // Found late it is due at once.
      const isLate = duePhases(this.#calendar, status, now).length > 0;
      this.#phaseDue = isLate ? now : nextDue(this.#calendar, status, now);
    }
    if (this.#phaseDue === null || ends === null) return this.#phaseDue ?? ends;
    return Math.min(this.#phaseDue, ends);
  }
}
