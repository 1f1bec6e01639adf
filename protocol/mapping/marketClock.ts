/** Clocks and calendars of the markets whose symbols are listed here. All of them trade by the same calendar. */
import type * as z from "zod";
import { settlementDay } from "../../domain/market/calendar.ts";
import { DAY, isoDate, MINUTE, newYorkDay, newYorkInstant } from "../../domain/market/newYork.ts";
import type { CalendarName } from "../../domain/market/phase.ts";
import { hoursOf, regularHours } from "../../domain/market/schedule.ts";
import { beginOfTradingDay, endOfTradingDay, tradingDayOf, TRADING_DAY_END } from "../../domain/market/session.ts";
import type { Read } from "../http/readRequest.ts";
import type {
  clocksQuery,
  marketCalendarQuery,
  WireClocks,
  WireMarket,
  WireMarketCalendar,
} from "../wire/marketClock.ts";
import { newYorkTime } from "./clock.ts";

const timezone = "America/New_York";
const MARKETS: readonly WireMarket[] = [
  { acronym: "NYSE", mic: "XNYS", name: "New York Stock Exchange", timezone },
  { acronym: "NASDAQ", mic: "XNAS", name: "NASDAQ", timezone },
  { acronym: "ARCA", mic: "ARCX", name: "NYSE Arca", timezone },
];

const DAYS = 30;
/** The longest calendar that is answered at once. */
const DAYS_MAX = 3_700;

type Segment = readonly [phase: WireClocks["clocks"][number]["phase"], from: number, until: number];

/** The clocks of markets; refused when one of them is unknown. */
export function clocksToWire(
  calendar: CalendarName,
  { markets, time }: z.output<typeof clocksQuery>,
  nowMs: number,
): Read<WireClocks> {
  const at = time ?? nowMs;
  const named: WireMarket[] = [];
  for (const name of markets ?? MARKETS.map(({ acronym }) => acronym)) {
    const market = marketNamed(name);
    if (market === undefined) return unknownMarket("markets");
    named.push(market);
  }
  const { nextOpen, nextClose } = regularHours(calendar, at);
  const [phase, , until] = segmentAt(calendar, at);
  const clock = {
    timestamp: newYorkTime(at),
    is_market_day: hoursOf(calendar, dateAt(calendar, at)) !== null,
    phase,
    phase_until: newYorkTime(until),
    next_market_open: newYorkTime(nextOpen),
    next_market_close: newYorkTime(nextClose),
  };
  return { ok: true, value: { clocks: named.map((market) => ({ market, ...clock })) } };
}

/** The days on which a market trades, from `start` to `end` inclusive; refused when the market is unknown. */
export function marketCalendarToWire(
  calendar: CalendarName,
  name: string,
  { start, end, timezone: zone }: z.output<typeof marketCalendarQuery>,
  nowMs: number,
): Read<WireMarketCalendar> {
  const market = marketNamed(name.toUpperCase());
  if (market === undefined) return unknownMarket("market");
  const first = start ?? dateAt(calendar, nowMs);
  const last = end ?? first + DAYS;
  if (last - first > DAYS_MAX) {
    return { ok: false, error: { reason: "query_invalid", parameter: "end", expected: "at most ten years" } };
  }
  const text = (ms: number): string => (zone === "UTC" ? new Date(ms).toISOString() : newYorkTime(ms));
  const days: WireMarketCalendar["calendar"] = [];
  for (let day = first; day <= last; day++) {
    const segments = segmentsOf(calendar, day);
    if (segments.length === 0) continue;
    const times = segments.map(([phase, from, until]) => [
      [`${phase}_start`, text(from)],
      [`${phase}_end`, text(until)],
    ]);
    const settlement_date = isoDate(calendar === "always" ? day : settlementDay(day));
    const { core_start = "", core_end = "", ...around } = Object.fromEntries(times.flat()) as Record<string, string>;
    days.push({ date: isoDate(day), core_start, core_end, ...around, settlement_date });
  }
  return { ok: true, value: { market, calendar: days } };
}

/** The date that a clock is about: in a market that never closes, that of the trading day. */
function dateAt(calendar: CalendarName, ms: number): number {
  return calendar === "always" ? tradingDayOf(ms) : newYorkDay(ms);
}

/** The phases of a day, in order; none on a day without trading. */
function segmentsOf(calendar: CalendarName, day: number): readonly Segment[] {
  if (calendar === "always") {
    return [["core", newYorkInstant(day, TRADING_DAY_END - DAY), newYorkInstant(day, TRADING_DAY_END)]];
  }
  const hours = hoursOf(calendar, day);
  if (hours === null) return [];
  const at = (minutes: number): number => newYorkInstant(day, minutes * MINUTE);
  const [begin, open, close, end] = [hours.sessionOpen, hours.open, hours.close, hours.sessionClose].map(at);
  if (begin === undefined || open === undefined || close === undefined || end === undefined) return [];
  return [
    ["pre", begin, open],
    ["core", open, close],
    ["post", close, end],
  ];
}

/** The phase at a time. Overnight trading counts as closed: Alpaca's clock has no other word for it. */
function segmentAt(calendar: CalendarName, now: number): Segment {
  if (calendar === "always") return ["core", beginOfTradingDay(now), endOfTradingDay(now)];
  for (let day = newYorkDay(now); ; day++) {
    for (const segment of segmentsOf(calendar, day)) {
      const [, from, until] = segment;
      if (now < from) return ["closed", now, from];
      if (now < until) return segment;
    }
  }
}

function marketNamed(name: string): WireMarket | undefined {
  return MARKETS.find(({ acronym, mic }) => acronym === name || mic === name);
}

function unknownMarket(parameter: string): Read<never> {
  const expected = MARKETS.map(({ acronym }) => acronym).join(", ");
  return { ok: false, error: { reason: "query_invalid", parameter, expected } };
}
