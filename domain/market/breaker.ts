/** The market-wide circuit breaker (NYSE rule 7.12): a fall of the index halts trading in all equities. */
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

const MINUTE = 60_000;
const HALT = 15 * MINUTE;
/** Levels 1 and 2 do not halt in this time before the close: after 15:25, or 12:25 on a half day. */
const TOO_LATE = 35 * MINUTE;

/** Fall of the index that trips a level, in percent. Worst first: a fall through several levels trips the worst one. */
const FALLS: readonly (readonly [BreakerLevel, number])[] = [
  [3, 20],
  [2, 13],
  [1, 7],
];

const REASONS = { 1: "breaker_1", 2: "breaker_2", 3: "breaker_3" } as const satisfies Record<BreakerLevel, HaltReason>;

/**
 * The level that an index at `value` trips; 0 for none. `base` is the index at the previous close, in the same unit.
 */
export function breakerLevel(base: number, value: number): BreakerLevel | 0 {
  return FALLS.find(([, percent]) => (base - value) * 100 >= base * percent)?.[0] ?? 0;
}

/**
 * The halt that a level causes, null when it causes none. `tripped` is the highest level so far on this trading day, 0
 * before the first: after a level has tripped, it and lower levels do not halt again that day. Levels 1 and 2 halt for 15
 * minutes, level 3 for the rest of the trading day. Halts happen in regular hours only, which never end around the clock.
 */
export function breakerHalt(
  calendar: CalendarName,
  level: BreakerLevel | 0,
  tripped: BreakerLevel | 0,
  now: number,
): BreakerHalt | null {
  if (level === 0 || level <= tripped) return null;
  const reason = REASONS[level];
  const { isOpen, nextClose } = regularHours(calendar, now);
  if (!isOpen) return null;
  if (level === 3) return { level, reason, until: endOfTradingDay(now) };
  if (calendar !== "always" && now > nextClose - TOO_LATE) return null;
  return { level, reason, until: now + HALT };
}
