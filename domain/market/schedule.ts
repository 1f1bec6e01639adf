/**
 * The schedule of a trading day, and what it means for orders. Times are epoch milliseconds. A trading day has the date of
 * its regular hours; it begins the evening before.
 */
import { isForAuction, type TimeInForce } from "../order/timeInForce.ts";
import { isHalfDay, isTradingDay, nextTradingDay, previousTradingDay } from "./calendar.ts";
import { DAY, HOUR, isoDate, MINUTE, newYorkInstant, newYorkOffset } from "./newYork.ts";
import type { CalendarName, Phase, Session } from "./phase.ts";
import { endOfTradingDay, TRADING_DAY_END, tradingDayOf } from "./session.ts";

/** A row of the order matrix. */
export type OrderSession = "always" | "overnight" | "pre" | "opening" | "regular" | "closing" | "post" | "closed";

/** A part of a trading day. `from` is New York time since midnight; negative on the evening before. */
interface Segment {
  readonly from: number;
  readonly phase: Phase;
  readonly session: Session;
  /** The auction whose uncross happens when this phase begins. */
  readonly uncross?: "opening" | "closing";
}

/** The phase that the schedule has at some time. */
export interface ScheduledPhase {
  readonly phase: Phase;
  readonly session: Session;
  readonly since: number;
  /** Null around the clock, where the phase never ends. */
  readonly until: number | null;
  /** `2026-11-20`. */
  readonly tradingDate: string;
  /** The auction whose uncross happens when this phase begins. */
  readonly uncross?: "opening" | "closing";
}

const OPEN = 9 * HOUR + 30 * MINUTE;
const OPG_UNTIL = 9 * HOUR + 28 * MINUTE;
const AUCTION_ORDERS_FROM = 19 * HOUR;
const FULL_CLOSE = 16 * HOUR;
const HALF_CLOSE = 13 * HOUR;
/** How long the closing auction lasts, from the close on. */
const CLOSING_AUCTION = 5_000;
/** Orders for the closing auction are accepted until this time before the close. */
const CLS_UNTIL_BEFORE = 10 * MINUTE;
const POST_HOURS = 4 * HOUR;
/**
 * A day order of regular hours expires this time after the close, so that the closing uncross comes first even when its
 * timer is late.
 */
const DAY_ORDER_GRACE = MINUTE;

const segmentsOf = (close: number): readonly Segment[] => [
  { from: TRADING_DAY_END - DAY, phase: "continuous", session: "overnight" },
  { from: 4 * HOUR, phase: "continuous", session: "pre" },
  { from: 9 * HOUR + 25 * MINUTE, phase: "pre_open", session: "regular" },
  { from: OPG_UNTIL, phase: "opening_auction", session: "regular" },
  { from: OPEN, phase: "continuous", session: "regular", uncross: "opening" },
  { from: close, phase: "closing_auction", session: "regular" },
  { from: close + CLOSING_AUCTION, phase: "continuous", session: "post", uncross: "closing" },
  { from: close + POST_HOURS, phase: "closed", session: "closed" },
];

const FULL_DAY = segmentsOf(FULL_CLOSE);
const HALF_DAY = segmentsOf(HALF_CLOSE);

const closeOf = (day: number): number => (isHalfDay(day) ? HALF_CLOSE : FULL_CLOSE);
const firstTradingDay = (day: number): number => (isTradingDay(day) ? day : nextTradingDay(day));
/** When the overnight session before a trading day begins. */
const beginOf = (day: number): number => newYorkInstant(day, TRADING_DAY_END - DAY);

/** The phase that the schedule has at `now`. There is exactly one at any time. */
export function phaseAt(calendar: CalendarName, now: number): ScheduledPhase {
  const day = tradingDayOf(now);
  if (calendar === "always") {
    return { phase: "continuous", session: "regular", since: 0, until: null, tradingDate: isoDate(day) };
  }
  if (!isTradingDay(day)) return betweenDays(day);
  const segments = isHalfDay(day) ? HALF_DAY : FULL_DAY;
  const wallClock = now + newYorkOffset(now) - day * DAY;
  const nth = segments.findLastIndex(({ from }) => from <= wallClock);
  const segment = segments[nth];
  if (segment === undefined) throw new Error("a trading day begins at 20:00");
  const { phase, session, uncross } = segment;
  const next = segments[nth + 1];
  const since = newYorkInstant(day, segment.from);
  const until = next === undefined ? beginOf(nextTradingDay(day)) : newYorkInstant(day, next.from);
  const tradingDate = isoDate(day);
  return { phase, session, since, until, tradingDate, ...(uncross && { uncross }) };
}

/** The phase of a weekend or holiday: closed from the end of the previous trading day to the beginning of the next. */
function betweenDays(day: number): ScheduledPhase {
  const before = previousTradingDay(day);
  const next = nextTradingDay(day);
  return {
    phase: "closed",
    session: "closed",
    since: newYorkInstant(before, closeOf(before) + POST_HOURS),
    until: beginOf(next),
    tradingDate: isoDate(next),
  };
}

/** The phase after the current one; null around the clock. */
export function nextPhase(calendar: CalendarName, now: number): ScheduledPhase | null {
  const { until } = phaseAt(calendar, now);
  return until === null ? null : phaseAt(calendar, until);
}

/** The row of the order matrix for an order that arrives at `now`. */
export function orderSession(calendar: CalendarName, now: number): OrderSession {
  if (calendar === "always") return "always";
  const { phase, session } = phaseAt(calendar, now);
  if (phase === "pre_open" || phase === "opening_auction") return "opening";
  return phase === "closing_auction" ? "closing" : session;
}

/**
 * When an order that arrives at `now` expires; null for gtc, ioc and fok, and for gtd, which names its own time.
 *
 * - `day`: a minute after the close of its regular hours: the current ones, or the next ones after the closing auction.
 * - `day` with `extended`: at the end of the trading day's last session, 20:00 New York.
 * - `opg` and `cls`: their auction ends them; the expiry is the latest time at which a late auction may take place.
 */
export function orderExpiry(
  calendar: CalendarName,
  timeInForce: TimeInForce,
  extended: boolean,
  now: number,
): number | null {
  if (timeInForce !== "day" && !isForAuction(timeInForce)) return null;
  if (calendar === "always") return endOfTradingDay(now);
  const extendedDay = dayWithLater(now, (day) => closeOf(day) + POST_HOURS);
  if (timeInForce === "day" && extended) return newYorkInstant(extendedDay, closeOf(extendedDay) + POST_HOURS);
  if (timeInForce === "cls") {
    const day = dayWithLater(now, (of) => closeOf(of));
    return newYorkInstant(day, closeOf(day) + POST_HOURS);
  }
  const day = dayWithLater(now, timeInForce === "opg" ? () => OPEN : (of) => closeOf(of) + CLOSING_AUCTION);
  return newYorkInstant(day, closeOf(day) + DAY_ORDER_GRACE);
}

/** The time in which orders for an auction are accepted. */
export interface AuctionWindow {
  /** Whether they are accepted at the given time. */
  readonly accepting: boolean;
  /** The current window, or the next one. */
  readonly from: number;
  readonly until: number;
}

/**
 * The window for opg orders (from 19:00 New York of the previous trading day to 9:28) or cls orders (from the same time to
 * ten minutes before the close: 15:50, or 12:50); null on a calendar without auctions.
 */
export function auctionWindow(calendar: CalendarName, timeInForce: "opg" | "cls", now: number): AuctionWindow | null {
  if (calendar === "always") return null;
  const end = (day: number): number => (timeInForce === "opg" ? OPG_UNTIL : closeOf(day) - CLS_UNTIL_BEFORE);
  const day = dayWithLater(now, end);
  const from = newYorkInstant(previousTradingDay(day), AUCTION_ORDERS_FROM);
  return { accepting: now >= from, from, until: newYorkInstant(day, end(day)) };
}

/** Whether it is regular hours, and their next beginning and end, which coincide around the clock. */
export interface RegularHours {
  readonly isOpen: boolean;
  readonly nextOpen: number;
  readonly nextClose: number;
}

/** The regular hours at `now`: 9:30 to 16:00 (or 13:00) New York; around the clock 20:00 to 20:00. */
export function regularHours(calendar: CalendarName, now: number): RegularHours {
  if (calendar === "always") {
    const end = endOfTradingDay(now);
    return { isOpen: true, nextOpen: end, nextClose: end };
  }
  const openDay = dayWithLater(now, () => OPEN);
  const closeDay = dayWithLater(now, closeOf);
  return {
    isOpen: closeDay < openDay,
    nextOpen: newYorkInstant(openDay, OPEN),
    nextClose: newYorkInstant(closeDay, closeOf(closeDay)),
  };
}

/** The first trading day on which this New York time is after `now`. */
function dayWithLater(now: number, timeOfDay: (day: number) => number): number {
  const today = firstTradingDay(Math.floor((now + newYorkOffset(now)) / DAY));
  return newYorkInstant(today, timeOfDay(today)) > now ? today : nextTradingDay(today);
}

/** The hours of a trading day in New York time, in minutes after midnight. */
export interface DayHours {
  readonly open: number;
  readonly close: number;
  readonly sessionOpen: number;
  readonly sessionClose: number;
}

/**
 * The hours of a day (numbered from 1970-01-01); null when the market is closed. Around the clock `sessionOpen` is 20:00 of
 * the evening before, when the trading day begins, and `open` is midnight.
 */
export function hoursOf(calendar: CalendarName, day: number): DayHours | null {
  const minutes = (time: number): number => time / MINUTE;
  if (calendar === "always") {
    const end = minutes(TRADING_DAY_END);
    return { open: 0, close: end, sessionOpen: end, sessionClose: end };
  }
  if (!isTradingDay(day)) return null;
  const close = closeOf(day);
  return {
    open: minutes(OPEN),
    close: minutes(close),
    sessionOpen: minutes(4 * HOUR),
    sessionClose: minutes(close + POST_HOURS),
  };
}
