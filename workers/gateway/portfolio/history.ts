/** The portfolio's history: equity and profit at the points of a range. */
import { calendarNamed } from "../../../domain/market/calendar.ts";
import { equityHistory, partOf, together } from "../../../domain/portfolio/history/equity.ts";
import { type Base, type EquityPoint, profitHistory } from "../../../domain/portfolio/history/profit.ts";
import {
  endOfDay,
  type HistoryPoint,
  type HistoryRange,
  historyRange,
} from "../../../domain/portfolio/history/range.ts";
import { TIMEFRAMES } from "../../../domain/portfolio/history/timeframes.ts";
import { ApiFault } from "../../../protocol/http/apiFault.ts";
import { portfolioHistoryToWire, rangeError, rangeQueryOf } from "../../../protocol/mapping/portfolioHistory.ts";
import type { PortfolioHistoryQuery, WirePortfolioHistory } from "../../../protocol/wire/portfolio.ts";
import type { AppContext } from "../context.ts";
import { stepPricesOf } from "./prices.ts";
import { type AccountRecord, type DailyEquity, dailyEquity, portfolioRecord, stepsBetween } from "./record.ts";

/** Hours begin at half past: their parts are half hours. */
const STEP_MINUTES_MAX = 30;

/** Symbols whose prices are there at once: a week of minutes has 160 kB. */
const SYMBOLS_AT_ONCE = 128;

/** Answers the query. Days of which nothing is recorded have no points. */
export async function portfolioHistory(c: AppContext, query: PortfolioHistoryQuery): Promise<WirePortfolioHistory> {
  const nowMs = Date.now();
  const range = historyRange(rangeQueryOf(query), calendarNamed(c.env.MARKET_CALENDAR), nowMs);
  if ("refused" in range) throw new ApiFault(rangeError(range.refused));
  const { timeframe } = range;
  const record = await portfolioRecord(c, range.baseDay, nowMs);
  const days = [...new Set(range.points.map(({ day }) => day))];
  const daily = await dailyEquity(c, record, [range.baseDay, ...days], nowMs);
  const base = baseOf(range, record, daily);
  const isDaily = timeframe === "1D";
  const points = isDaily ? dailyPoints(range, daily, base) : await pointsWithin(c, range, record, daily, nowMs);
  const dayBase = isDaily || query.pnl_reset === "no_reset" ? null : closeBefore(days, daily);
  return portfolioHistoryToWire(timeframe, points, profitHistory({ points, base, dayBase }), query.cashflow_types);
}

function baseOf(
  { baseDay }: HistoryRange,
  { openedOn }: AccountRecord,
  { days, equity }: DailyEquity,
): Base | "opening" | null {
  if (openedOn !== null && baseDay < openedOn) return "opening";
  const [day, value] = [days[0], equity[0]];
  return day !== baseDay || value === undefined ? null : { day, equity: value, endedAt: endOfDay(day) };
}

function dailyPoints(
  { points }: HistoryRange,
  { days, equity, flows }: DailyEquity,
  base: Base | "opening" | null,
): EquityPoint[] {
  const begin = new Map(points.map(({ day, from }) => [day, from]));
  return days.slice(base === null ? 0 : 1).map((day, index) => {
    const nth = base === null ? index : index + 1;
    return { day, from: begin.get(day) ?? 0, equity: equity[nth] ?? 0, flows: flows[nth] ?? [] };
  });
}

/** The close of the day before, for each of the days but the first. */
function closeBefore(days: readonly number[], daily: DailyEquity): (day: number) => Base | undefined {
  const equityOf = new Map(daily.days.map((day, nth) => [day, daily.equity[nth] ?? 0]));
  const bases = new Map<number, Base>();
  for (const [nth, day] of days.entries()) {
    const before = days[nth - 1];
    const equity = before === undefined ? undefined : equityOf.get(before);
    if (before !== undefined && equity !== undefined)
      bases.set(day, { day: before, equity, endedAt: endOfDay(before) });
  }
  return (day) => bases.get(day);
}

/** The points of parts of days. Those that end before the record begins are left out. */
async function pointsWithin(
  c: AppContext,
  range: HistoryRange,
  record: AccountRecord,
  daily: DailyEquity,
  nowMs: number,
): Promise<EquityPoint[]> {
  const points = range.points.filter(({ to }) => to > record.since);
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined) return [];
  const begin = endOfDay(Math.max(range.baseDay, record.knownFrom));
  const end = Math.min(endOfDay(last.day), nowMs + 1);
  const stepMinutes = Math.min(TIMEFRAMES[range.timeframe] ?? STEP_MINUTES_MAX, STEP_MINUTES_MAX);
  const steps = await stepsBetween(c, begin, end, stepMinutes);
  const later = record.movements.filter(({ at }) => at > last.day).map((of) => ({ ...of, at: endOfDay(of.at) }));
  const moments = [begin - 1, ...points.map(({ to }) => Math.min(to - 1, nowMs))];
  const whole = { ...record, movements: [...steps, ...later], moments, prices: new Map() };
  let history = equityHistory(partOf(whole, null));
  for (let at = 0; at < record.symbols.length; at += SYMBOLS_AT_ONCE) {
    const symbols = record.symbols.slice(at, at + SYMBOLS_AT_ONCE);
    const prices = await stepPricesOf(c.env, symbols, daily.prices, { from: begin, to: end, stepMinutes, nowMs });
    history = together(history, equityHistory({ ...partOf(whole, new Set(symbols)), prices }));
  }
  return points.map(({ day, from }: HistoryPoint, index) => {
    const nth = index + 1;
    return { day, from, equity: history.equity[nth] ?? 0, flows: history.flows[nth] ?? [] };
  });
}
