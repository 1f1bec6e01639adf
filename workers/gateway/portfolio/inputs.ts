/** What performance is computed from: the account and its positions at the closes of a range. */
import { calendarNamed } from "../../../domain/market/calendar.ts";
import type { Movement } from "../../../domain/portfolio/history/movement.ts";
import { accountSeries, positionFlows, positionSeries } from "../../../domain/portfolio/history/performanceSeries.ts";
import { historyRange } from "../../../domain/portfolio/history/range.ts";
import type { Flow, Series } from "../../../domain/portfolio/performance/series.ts";
import { ApiFault } from "../../../protocol/http/apiFault.ts";
import { rangeError, rangeQueryOf } from "../../../protocol/mapping/portfolioHistory.ts";
import type { PortfolioHistoryQuery } from "../../../protocol/wire/portfolio.ts";
import type { AppContext } from "../context.ts";
import { type AccountRecord, type DailyEquity, dailyEquity, portfolioRecord } from "./record.ts";

export interface PerformanceInputs {
  readonly record: AccountRecord;
  readonly daily: DailyEquity;
  /** Those within the days. */
  readonly movements: readonly Movement[];
  readonly account: Series;
  /** The symbols that were held, sorted. */
  readonly symbols: readonly string[];
  readonly flows: ReadonlyMap<string, readonly Flow[]>;
}

/** The inputs of a range of days. It begins later when the record does. */
export async function performanceInputs(
  c: AppContext,
  bounds: Pick<PortfolioHistoryQuery, "period" | "start" | "end">,
  nowMs: number,
): Promise<PerformanceInputs> {
  const asked = { ...bounds, date_start: null, date_end: null, intraday_reporting: null, extended_hours: false };
  const rest = { timeframe: "1D", pnl_reset: "no_reset", cashflow_types: "NONE" } as const;
  const query = rangeQueryOf({ ...asked, ...rest });
  const range = historyRange(query, calendarNamed(c.env.MARKET_CALENDAR), nowMs);
  if ("refused" in range) throw new ApiFault(rangeError(range.refused));
  return inputsOfDays(c, [range.baseDay, ...range.points.map(({ day }) => day)], nowMs);
}

/** The inputs of trading days, ascending. */
export async function inputsOfDays(c: AppContext, days: readonly number[], nowMs: number): Promise<PerformanceInputs> {
  const record = await portfolioRecord(c, days[0] ?? 0, nowMs);
  const daily = await dailyEquity(c, record, days, nowMs);
  const [first, last] = [daily.days[0] ?? 0, daily.days.at(-1) ?? 0];
  const movements = record.movements.filter(({ at }) => at > first && at <= last);
  return {
    record,
    daily,
    movements,
    account: accountSeries(daily.days, daily, movements),
    symbols: [...daily.values.keys()].sort(),
    flows: positionFlows(daily, movements),
  };
}

/** The series of a position. */
export function seriesOf({ daily, flows }: PerformanceInputs, symbol: string): Series {
  return positionSeries(daily.days, daily.values.get(symbol) ?? [], flows.get(symbol) ?? []);
}

/** The symbols of a page, and the token of the next one; null at the end. */
export function pageOf(symbols: readonly string[], token: string | null, limit: number) {
  const rest = token === null ? symbols : symbols.filter((symbol) => symbol > token);
  const page = rest.slice(0, limit);
  return { page, next: rest.length > limit ? (page.at(-1) ?? null) : null };
}
