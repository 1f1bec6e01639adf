/** What administrators do to a market, as entries of its journal; null when it cannot be done now. */
import { breakerHalt, type BreakerLevel } from "../../domain/market/breaker.ts";
import { resumption } from "../../domain/market/duePhases.ts";
import type { Instrument } from "../../domain/market/instrument.ts";
import type { HaltReason, MarketEntry, MarketStatus } from "../../domain/market/phase.ts";
import { tradingDayOf } from "../../domain/market/session.ts";
import type { BookState } from "../../domain/matching/bookState.ts";

type Entries = readonly MarketEntry[] | null;

/** A halt, also in place of one that is on, but for one that is for good. A closed market has nothing to halt. */
export function haltEntries({ phase, halt }: MarketStatus, reason: HaltReason, until: number | null): Entries {
  return phase === "closed" || halt === "delisted" ? null : [{ kind: "halt", reason, until }];
}

/** The end of a halt that is not for good: an auction that gathers for `callMs`, or the one that the calendar has now. */
export function resumeEntries(status: MarketStatus, callMs: number, now: number): Entries {
  if (status.phase !== "halted" || status.halt === "delisted") return null;
  return resumption(status.calendar, status, now, now + callMs);
}

/** The halt of a level of the market-wide breaker, which each level causes once a trading day, and none below it after it. */
export function breakerEntries({ status, breaker }: Readonly<BookState>, level: BreakerLevel, now: number): Entries {
  const isToday = breaker !== null && tradingDayOf(breaker.at) === tradingDayOf(now);
  const halt = breakerHalt(status.calendar, level, isToday ? breaker.level : 0, now);
  return halt === null ? null : haltEntries(status, halt.reason, halt.until);
}

/** The tier of the price bands; null for none. */
export function tierEntries({ calendar, halt }: MarketStatus, luldTier: 1 | 2 | null): Entries {
  return halt === "delisted" ? null : [{ kind: "configure", calendar, luldTier }];
}

/** The instrument as it is listed now; none when the book has it so, or newer. Asked again it is no error. */
export function instrumentEntries({ version }: Instrument, instrument: Instrument): readonly MarketEntry[] {
  return instrument.version > version ? [{ kind: "instrument", instrument }] : [];
}
