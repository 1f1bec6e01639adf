import { duePhases, nextDue } from "../../domain/market/duePhases.ts";
import type { CalendarName, MarketEntry, MarketStatus } from "../../domain/market/phase.ts";
import { phaseAt } from "../../domain/market/schedule.ts";

/** The part of a market that its schedule depends on. */
export interface ScheduledMarket {
  readonly status: MarketStatus;
  /** The tier of the price bands, which a change of calendar keeps. */
  readonly luldTier: 1 | 2 | null;
  /** The next expiry in the market: of an order or of a limit state. Null when nothing expires. */
  readonly ends: number | null;
}

/** Rounds that bring any market up to date: its calendar, expiries before a phase, the phase, expiries after it. */
export const DUE_ROUNDS = 4;

/** Decides which entries of a market are due: phases of its calendar and expiries, in the order of their times. */
export class MarketSchedule {
  readonly #calendar: CalendarName;
  /** The status for which `#phaseDue` was computed. */
  #status: MarketStatus | null = null;
  #phaseDue: number | null = null;

  constructor(calendar: CalendarName) {
    this.#calendar = calendar;
  }

  /** The first entries that are due; none when nothing is. Call again after applying them. */
  dueEntries({ status, luldTier, ends }: ScheduledMarket, now: number): readonly MarketEntry[] {
    if (status.calendar !== this.#calendar) return [{ kind: "configure", calendar: this.#calendar, luldTier }];
    const phases = duePhases(this.#calendar, status, now);
    const hasEnded = ends !== null && ends <= now;
    // A market that slept catches up in order: an order that expires after an auction is in that auction, but not in one
    // of a later day.
    const begun = Math.max(status.until ?? Number.POSITIVE_INFINITY, phaseAt(this.#calendar, now).since);
    const phasesFirst = phases.length > 0 && (!hasEnded || begun <= ends);
    if (phasesFirst) return phases;
    return hasEnded ? [{ kind: "expire" }] : [];
  }

  /** When something is due next: in the past when it is overdue, null when nothing is scheduled. */
  dueAt({ status, ends }: ScheduledMarket, now: number): number | null {
    if (status.calendar !== this.#calendar) return now;
    if (status !== this.#status) {
      this.#status = status;
      // A phase that was missed is due at once.
      const isLate = duePhases(this.#calendar, status, now).length > 0;
      this.#phaseDue = isLate ? now : nextDue(this.#calendar, status, now);
    }
    if (this.#phaseDue === null || ends === null) return this.#phaseDue ?? ends;
    return Math.min(this.#phaseDue, ends);
  }
}
