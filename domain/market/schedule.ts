/**
 * What a market does at which time: the trading day as data, and what follows from it for orders. Instants are epoch
 * milliseconds. A trading day has the date on which its regular hours fall; it begins the evening before.
 */
import { isForAuction, type TimeInForce } from "../order/timeInForce.ts";
import { isHalfDay, isTradingDay, nextTradingDay, previousTradingDay } from "./calendar.ts";
import { DAY, HOUR, isoDate, MINUTE, newYorkInstant, newYorkOffset } from "./newYork.ts";
import type { CalendarName, Phase, Session } from "./phase.ts";
import { endOfTradingDay, TRADING_DAY_END, tradingDayOf } from "./session.ts";

/** A row of the order matrix: it determines what the exchange does with an order. */
export type OrderSession = "always" | "overnight" | "pre" | "opening" | "regular" | "closing" | "post" | "closed";

/** A piece of a trading day, from a time of New York's wall clock; before midnight it is negative. */
interface Segment {
  readonly from: number;
  readonly phase: Phase;
  readonly session: Session;
  /** The auction that ends when it begins. */
  readonly uncross?: "opening" | "closing";
}

/** A phase of the schedule: the piece of the day that holds an instant. */
export interface ScheduledPhase {
  readonly phase: Phase;
  readonly session: Session;
  readonly since: number;
  /** Null around the clock: it never ends by itself. */
  readonly until: number | null;
  /** `2026-11-20`. */
  readonly tradingDate: string;
  /** The auction that ends when it begins. */
  readonly uncross?: "opening" | "closing";
}

const OPEN = 9 * HOUR + 30 * MINUTE;
const OPG_UNTIL = 9 * HOUR + 28 * MINUTE;
const AUCTION_ORDERS_FROM = 19 * HOUR;
const FULL_CLOSE = 16 * HOUR;
const HALF_CLOSE = 13 * HOUR;
/** From the close on, so long orders gather for the closing auction. */
const CLOSING_AUCTION = 5_000;
/** Orders for the closing auction are taken until so long before the close. */
const CLS_UNTIL_BEFORE = 10 * MINUTE;
const POST_HOURS = 4 * HOUR;
/**
 * A day order of regular hours ends so long after the close: late enough that the closing uncross comes first even when
 * the clock that causes it is late.
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

/** The phase that the schedule has at an instant. Every instant has exactly one. */
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

/** A weekend or holiday: closed since the trading day before ended, until the next one begins. */
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

/** The phase that follows the one at an instant, at its `since`; null around the clock. */
export function nextPhase(calendar: CalendarName, now: number): ScheduledPhase | null {
  const { until } = phaseAt(calendar, now);
  return until === null ? null : phaseAt(calendar, until);
}

/** The row of the order matrix for an order that arrives at an instant. */
export function orderSession(calendar: CalendarName, now: number): OrderSession {
  if (calendar === "always") return "always";
  const { phase, session } = phaseAt(calendar, now);
  if (phase === "pre_open" || phase === "opening_auction") return "opening";
  return phase === "closing_auction" ? "closing" : session;
}

/**
 * When an order that arrives at an instant ends by itself, null when it does not (gtc; ioc and fok end at once, a gtd
 * order names its time). `day`: a minute after the close of the regular hours that it is for, which are the next ones
 * when the closing auction is over; `extended`: with the trading day's last session, 20:00 New York. The auctions end
 * opg and cls orders themselves; their times are the latest at which an auction that comes late may still take place.
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

/** When orders for an auction are taken. */
export interface AuctionWindow {
  /** Whether they are taken at the instant asked about. */
  readonly accepting: boolean;
  /** The window that holds the instant, or the next one. */
  readonly from: number;
  readonly until: number;
}

/**
 * When opg orders are taken (from 19:00 New York of the trading day before to 9:28) or cls orders (to ten minutes before
 * the close: 15:50, or 12:50); null on a calendar without auctions.
 */
export function auctionWindow(calendar: CalendarName, timeInForce: "opg" | "cls", now: number): AuctionWindow | null {
  if (calendar === "always") return null;
  const end = (day: number): number => (timeInForce === "opg" ? OPG_UNTIL : closeOf(day) - CLS_UNTIL_BEFORE);
  const day = dayWithLater(now, end);
  const from = newYorkInstant(previousTradingDay(day), AUCTION_ORDERS_FROM);
  return { accepting: now >= from, from, until: newYorkInstant(day, end(day)) };
}

/** Whether regular hours are on, and when they begin and end next; around the clock a day follows on a day. */
export interface RegularHours {
  readonly isOpen: boolean;
  readonly nextOpen: number;
  readonly nextClose: number;
}

/** The regular hours around an instant: 9:30 to 16:00 (or 13:00) New York; around the clock 20:00 to 20:00. */
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

/** The first trading day whose time of day, in New York, lies after an instant. */
function dayWithLater(now: number, timeOfDay: (day: number) => number): number {
  const today = firstTradingDay(Math.floor((now + newYorkOffset(now)) / DAY));
  return newYorkInstant(today, timeOfDay(today)) > now ? today : nextTradingDay(today);
}

/** The times of a trading day on New York's clocks, in minutes after midnight; null when the market is closed that day. */
export interface DayHours {
  readonly open: number;
  readonly close: number;
  readonly sessionOpen: number;
  readonly sessionClose: number;
}

/**
 * The hours of a day (a number of days since 1970-01-01). Around the clock a trading day begins at 20:00 the evening
 * before, which is its `sessionOpen`; `open` is its part from midnight.
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
