/** The phase entries that a market applies because time has passed, also after a long time without a timer. */
import { type MarketEntry, type CalendarName, type MarketStatus, type Phase, REOPENING_AUCTION } from "./phase.ts";
import { phaseAt, type ScheduledPhase } from "./schedule.ts";

type Uncross = "opening" | "closing" | "reopening";
type PhaseEntry = Extract<MarketEntry, { kind: "phase" }>;
/** The fields of a market's status that concern its trading day. */
type Status = Pick<MarketStatus, "phase" | "session" | "since" | "until">;

/** The auction that a phase gathers orders for; null for one that does not. */
function gathersFor(phase: Phase): Uncross | null {
  switch (phase) {
    case "pre_open":
    case "opening_auction":
      return "opening";
    case "closing_auction":
      return "closing";
    case "halted":
    case "reopening_auction":
      return "reopening";
    case "continuous":
    case "closed":
      return null;
  }
}

/**
 * The entries, in order, that bring a market from this status to the phase that the schedule has at `now`; none when
 * nothing is due. A halt, and an auction that the schedule does not have, continue instead.
 *
 * - Phases that passed without a timer are skipped: the market enters the current one directly.
 * - A missed uncross is made up once, at the first opportunity: the opening during regular hours, the closing until its
 *   trading day ends. If both were missed, only the closing is made up. The auction phase is entered just before the
 *   uncross. Uncrosses of earlier trading days are dropped.
 * - Every phase that gathers orders ends with an uncross, so that the book is not crossed when matching begins.
 * - A halt continues when the schedule changes its phase; only the session follows the schedule. A pause whose time is
 *   over ends as in `resumption`; if the market is closed then, it ends when the market opens.
 */
export function duePhases(calendar: CalendarName, status: Status, now: number): MarketEntry[] {
  const target = phaseAt(calendar, now);
  if (status.phase === "halted") {
    const isOver = status.until !== null && status.until <= now && target.phase !== "closed";
    if (isOver) return resumption(calendar, status, now, now + REOPENING_AUCTION);
    return target.session === status.session ? [] : [{ ...enter(target), phase: "halted", until: status.until }];
  }
  if (isPresent(status, target) || isGathering(status, target, now)) return [];
  // A closed market has no uncross: the orders of a reopening auction wait until it opens.
  if (status.phase === "reopening_auction" && target.phase === "closed" && missed(calendar, status, target) === null) {
    return target.session === status.session ? [] : [{ ...enter(target), phase: "reopening_auction" }];
  }
  return arrive(calendar, status, target, now);
}

/**
 * The entries that end a halt by an auction until `until`: the opening auction if it was missed during the halt, otherwise
 * a reopening auction. When the schedule has an auction now, or the closing was missed, that auction ends the halt.
 */
export function resumption(calendar: CalendarName, status: Status, now: number, until: number): MarketEntry[] {
  const target = phaseAt(calendar, now);
  const late = missed(calendar, status, target);
  if (gathersFor(target.phase) !== null || late === "closing") return arrive(calendar, status, target, now);
  if (late === "opening") return [{ kind: "phase", phase: "opening_auction", session: "regular", until }];
  const reopening: MarketEntry = { kind: "resume", until };
  const { session } = target;
  if (session === status.session) return [reopening];
  return [{ ...enter(target), phase: "halted", until: status.until }, reopening];
}

/** When the next entry is due, for a market that has applied all entries that were due; null when there is none. */
export function nextDue(calendar: CalendarName, status: Status, now: number): number | null {
  const { until } = phaseAt(calendar, now);
  const own = status.until !== null && status.until > now ? status.until : null;
  if (until === null || own === null) return until ?? own;
  return Math.min(until, own);
}

function isPresent(status: Status, target: ScheduledPhase): boolean {
  return status.phase === target.phase && status.session === target.session && status.until === target.until;
}

/** Whether the market is in an auction that the schedule does not have: a reopening, or an opening that was made up. */
function isGathering(status: Status, target: ScheduledPhase, now: number): boolean {
  if (gathersFor(status.phase) === null || (status.until !== null && status.until <= now)) return false;
  return target.phase === "continuous" && target.session === status.session;
}

/** Enters the target phase, with an uncross if one was missed or the current phase gathers orders. */
function arrive(calendar: CalendarName, status: Status, target: ScheduledPhase, now: number): MarketEntry[] {
  const gathering = gathersFor(status.phase);
  // The target phase gathers orders too, and ends with an uncross itself.
  if (gathersFor(target.phase) !== null) return [enter(target)];
  const late = missed(calendar, status, target);
  if (late === null) return [enter(target, gathering)];
  if (late === gathering) return [enter(target, late)];
  const phase = late === "opening" ? "opening_auction" : "closing_auction";
  return [{ kind: "phase", phase, session: "regular", until: now }, enter(target, late)];
}

function enter({ phase, session, until }: ScheduledPhase, uncross: Uncross | null = null): PhaseEntry {
  return { kind: "phase", phase, session, until, ...(uncross && { uncross }) };
}

/** The latest auction of the target's trading day that the market missed; null when it missed none of that day. */
function missed(calendar: CalendarName, status: Status, target: ScheduledPhase): "opening" | "closing" | null {
  // A status without an end comes from the calendar around the clock, which has no auctions to miss.
  if (status.until === null && status.phase !== "halted") return null;
  // After a half day the market is closed for the rest of the trading day, whose last auction was the closing.
  const last = target.phase === "closed" ? phaseAt(calendar, target.since - 1) : target;
  if (last.tradingDate !== target.tradingDate) return null;
  return last.uncross !== undefined && status.since < last.since ? last.uncross : null;
}
