/** What a market must do because time has passed: the way from its status to the schedule, however long it slept. */
import { type MarketEntry, type CalendarName, type MarketStatus, type Phase, REOPENING_AUCTION } from "./phase.ts";
import { phaseAt, type ScheduledPhase } from "./schedule.ts";

type Uncross = "opening" | "closing" | "reopening";
type PhaseEntry = Extract<MarketEntry, { kind: "phase" }>;
/** Of a market's status, what says where in its day it is. */
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
 * The entries that bring a market of this status to what the schedule has at `now`, in order; none when nothing is due.
 * Applied at `now`, they make the status the schedule's, unless a halt or an auction of its own is on.
 *
 * - Phases that passed while the market slept are not replayed: it goes to the present one at once.
 * - An uncross that was missed happens once, at the first opportunity: the opening while regular hours last, the closing
 *   until that trading day ends (the closing, if both were missed). Its gathering phase comes just before it. Older ones
 *   are forgotten.
 * - Whatever gathered orders ends with an uncross, so that the book is not crossed when matching begins.
 * - A halt outlives the schedule's phases; it only takes over the session. A pause that is over ends as `resumption` says;
 *   if the market has closed meanwhile, when it opens again.
 */
export function duePhases(calendar: CalendarName, status: Status, now: number): MarketEntry[] {
  const target = phaseAt(calendar, now);
  if (status.phase === "halted") {
    const isOver = status.until !== null && status.until <= now && target.phase !== "closed";
    if (isOver) return resumption(calendar, status, now, now + REOPENING_AUCTION);
    return target.session === status.session ? [] : [{ ...enter(target), phase: "halted", until: status.until }];
  }
  if (isPresent(status, target) || isGathering(status, target, now)) return [];
  // Nothing trades while the market is closed: what a resumed market gathered waits until it opens.
  if (status.phase === "reopening_auction" && target.phase === "closed" && missed(calendar, status, target) === null) {
    return target.session === status.session ? [] : [{ ...enter(target), phase: "reopening_auction" }];
  }
  return arrive(calendar, status, target, now);
}

/**
 * The entries that end a halt: an auction until `until`. It is the opening if that was missed during the halt, otherwise
 * a reopening. None of its own is held when the schedule has one, or when the closing was missed.
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

/** When the next entry is due for a market that has applied what was: until then there is nothing to do. Null is never. */
export function nextDue(calendar: CalendarName, status: Status, now: number): number | null {
  const { until } = phaseAt(calendar, now);
  const own = status.until !== null && status.until > now ? status.until : null;
  if (until === null || own === null) return until ?? own;
  return Math.min(until, own);
}

function isPresent(status: Status, target: ScheduledPhase): boolean {
  return status.phase === target.phase && status.session === target.session && status.until === target.until;
}

/** Whether an auction that the schedule does not have, a reopening or a late opening, is still on. */
function isGathering(status: Status, target: ScheduledPhase, now: number): boolean {
  if (gathersFor(status.phase) === null || (status.until !== null && status.until <= now)) return false;
  return target.phase === "continuous" && target.session === status.session;
}

/** Enters the target, with the uncross that was missed or that ends what gathered. */
function arrive(calendar: CalendarName, status: Status, target: ScheduledPhase, now: number): MarketEntry[] {
  const gathering = gathersFor(status.phase);
  // Orders go on gathering in the target: its own uncross is the end.
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

/** The latest auction of the target's trading day that has ended since the status began, unless it is past its use. */
function missed(calendar: CalendarName, status: Status, target: ScheduledPhase): "opening" | "closing" | null {
  // Under a status without an end no auction was awaited: the market has come from the calendar around the clock.
  if (status.until === null && status.phase !== "halted") return null;
  // Behind the closed end of a half day lies the same day's closing.
  const last = target.phase === "closed" ? phaseAt(calendar, target.since - 1) : target;
  if (last.tradingDate !== target.tradingDate) return null;
  return last.uncross !== undefined && status.since < last.since ? last.uncross : null;
}
