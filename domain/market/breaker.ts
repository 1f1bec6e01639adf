/** The market-wide circuit breaker (NYSE rule 7.12): a fall of the whole market halts every share. */
import type { CalendarName, HaltReason } from "./phase.ts";
import { regularHours } from "./schedule.ts";
import { endOfTradingDay } from "./session.ts";

export type BreakerLevel = 1 | 2 | 3;

/** A halt of the whole market. */
export interface BreakerHalt {
  readonly level: BreakerLevel;
  readonly reason: HaltReason;
  /** When it ends, epoch milliseconds. */
  readonly until: number;
}

interface Rule {
  readonly level: BreakerLevel;
  readonly reason: HaltReason;
  /** Fall from the close of the day before that trips it. */
  readonly percent: number;
}

const MINUTE = 60_000;
const HALT = 15 * MINUTE;
/** Levels 1 and 2 no longer halt within so long of the close: after 15:25, or 12:25 on a half day. */
const TOO_LATE = 35 * MINUTE;

/** The worst first: a fall through several levels trips the last of them. */
const RULES: readonly Rule[] = [
  { level: 3, reason: "breaker_3", percent: 20 },
  { level: 2, reason: "breaker_2", percent: 13 },
  { level: 1, reason: "breaker_1", percent: 7 },
];

/**
 * The halt that is due when the market's index stands at `value`, null when none is. `base` is the index at the close of
 * the day before, in the same unit; `tripped` the highest level so far on this trading day, 0 before the first: each
 * level halts once a day, and none below it afterwards. Levels 1 and 2 halt for 15 minutes, level 3 for the rest of the
 * trading day. Only in regular hours; around the clock those are always.
 */
export function breakerDue(
  calendar: CalendarName,
  base: number,
  value: number,
  tripped: BreakerLevel | 0,
  now: number,
): BreakerHalt | null {
  const rule = RULES.find(({ percent }) => (base - value) * 100 >= base * percent);
  if (rule === undefined || rule.level <= tripped) return null;
  const { level, reason } = rule;
  const { isOpen, nextClose } = regularHours(calendar, now);
  if (!isOpen) return null;
  if (level === 3) return { level, reason, until: endOfTradingDay(now) };
  if (calendar !== "always" && now > nextClose - TOO_LATE) return null;
  return { level, reason, until: now + HALT };
}
