import { phaseAt } from "../../domain/market/schedule.ts";
import { endOfTradingDay } from "../../domain/market/session.ts";
import type { CalendarName } from "../../domain/market/phase.ts";
import type { RandomInt } from "./orderGenerator.ts";

/** A jump in time; `at` is in milliseconds from the start, not counting other jumps. */
export interface TimeJump {
  readonly id: string;
  readonly at: number;
  /** Epoch milliseconds. A jump to an earlier time is ignored. */
  readonly to: number;
}

/** Start and time jumps of a run. */
export interface Timeline {
  readonly calendar: CalendarName;
  readonly startAt: number;
  readonly timeJumps: readonly TimeJump[];
}

const NOON = Date.parse("2026-11-20T12:00:00-05:00");

/** A full day, one before a weekend, one before Thanksgiving, and the half day after it: 3:00 in the morning in New York. */
const MORNINGS = ["2026-11-18", "2026-11-20", "2026-11-25", "2026-11-27"].map((day) =>
  Date.parse(`${day}T03:00:00-05:00`),
);

/** Lengths of a limit state, of the trading pause, and of the auction that ends it. */
const PAUSE_MS = [15_000, 300_000, 10_000];

/** Phases of a day before which a run may start. */
const PHASES = 7;

/** Around the clock: starts at noon, or shortly before the trading day ends. Jumps skip limit states and pauses. */
export function aroundTheClock(pick: RandomInt, lengthMs: number, banded: boolean): Timeline {
  const startAt = pick(3) === 0 ? endOfTradingDay(NOON) - pick(2 * lengthMs) : NOON;
  if (pick(3) !== 0 && !banded) return { calendar: "always", startAt, timeJumps: [] };
  let now = startAt;
  const lengths = banded ? PAUSE_MS : PAUSE_MS.slice(0, 1 + pick(2));
  const timeJumps = moments(pick, lengths.length, 1.2 * lengthMs).map((at, nth): TimeJump => {
    now += (lengths[nth] ?? 0) - 500 + pick(1_500);
    return { id: `jump${nth}`, at, to: now + at };
  });
  return { calendar: "always", startAt, timeJumps };
}

/** By the calendar of shares: jumps from just before a phase to just before the next one, sometimes past several. */
export function byCalendar(pick: RandomInt, lengthMs: number): Timeline {
  const calendar = "us_equities";
  let phase = phaseAt(calendar, MORNINGS[pick(MORNINGS.length)] ?? NOON);
  const pass = (times: number): number => {
    for (let left = times; left > 0; left--) phase = phaseAt(calendar, phase.until ?? NOON);
    return phase.until ?? NOON;
  };
  const startAt = pass(pick(PHASES)) - pick(1_500);
  const timeJumps = moments(pick, 2 + pick(5), 1.5 * lengthMs).map((at, nth): TimeJump => {
    const until = pass(1 + (pick(5) === 0 ? pick(4) : 0));
    return { id: `jump${nth}`, at, to: until - pick(900) + (pick(6) === 0 ? pick(90_000) : 0) };
  });
  return { calendar, startAt, timeJumps };
}

function moments(pick: RandomInt, count: number, below: number): number[] {
  return Array.from({ length: count }, () => pick(below)).sort((a, b) => a - b);
}
