/** Journal entries for the actions of administrators on a market; null when the action is not possible now. */
import { breakerHalt, type BreakerLevel } from "../../domain/market/breaker.ts";
import { resumption } from "../../domain/market/duePhases.ts";
import type { Instrument } from "../../domain/market/instrument.ts";
import type { HaltReason, MarketEntry, MarketStatus } from "../../domain/market/phase.ts";
import { tradingDayOf } from "../../domain/market/session.ts";
import type { BookState } from "../../domain/matching/bookState.ts";

type Entries = readonly MarketEntry[] | null;

/** A halt, which replaces a halt in force unless that one is final. A closed market cannot be halted. */
export function haltEntries({ phase, halt }: MarketStatus, reason: HaltReason, until: number | null): Entries {
  return phase === "closed" || halt === "delisted" ? null : [{ kind: "halt", reason, until }];
}

/** Ends a halt that is not final: a reopening auction with a call period of `callMs`, or the calendar's auction of this time. */
export function resumeEntries(status: MarketStatus, callMs: number, now: number): Entries {
  if (status.phase !== "halted" || status.halt === "delisted") return null;
  return resumption(status.calendar, status, now, now + callMs);
}

/** The halt of a level of the market-wide circuit breaker. A level halts once a trading day, and not after a higher one. */
export function breakerEntries({ status, breaker }: Readonly<BookState>, level: BreakerLevel, now: number): Entries {
  const isToday = breaker !== null && tradingDayOf(breaker.at) === tradingDayOf(now);
  const halt = breakerHalt(status.calendar, level, isToday ? breaker.level : 0, now);
  return halt === null ? null : haltEntries(status, halt.reason, halt.until);
}

/** The tier of the price bands; null for none. */
export function tierEntries({ calendar, halt }: MarketStatus, luldTier: 1 | 2 | null): Entries {
  return halt === "delisted" ? null : [{ kind: "configure", calendar, luldTier }];
}

/** The current instrument; no entry when the book has this version or a newer one, so the call may be repeated. */
export function instrumentEntries({ version }: Instrument, instrument: Instrument): readonly MarketEntry[] {
  return instrument.version > version ? [{ kind: "instrument", instrument }] : [];
}
