/** The query and the response of the portfolio's history. */
import { PRICE_DECIMALS } from "../../domain/decimal.ts";
import { DAY, isoDate } from "../../domain/market/newYork.ts";
import { tradingDayOf } from "../../domain/market/session.ts";
import { cashflowTotals, type EquityPoint, type ProfitHistory } from "../../domain/portfolio/history/profit.ts";
import type { RangeQuery, RangeRefusal } from "../../domain/portfolio/history/range.ts";
import type { Timeframe } from "../../domain/portfolio/history/timeframes.ts";
import type { GatewayError } from "../errors/gatewayError.ts";
import type { PortfolioHistoryQuery, WirePortfolioHistory } from "../wire/portfolio.ts";

/** The range that a query asks for. */
export function rangeQueryOf(query: PortfolioHistoryQuery): RangeQuery {
  const start = query.start ?? query.date_start;
  const end = query.end ?? query.date_end;
  return {
    period: query.period,
    timeframe: query.timeframe,
    startDay: dayOfBound(start),
    endDay: dayOfBound(end),
    startMs: start?.isDate === false ? start.ms : null,
    endMs: end?.isDate === false ? end.ms : null,
    reporting: query.intraday_reporting ?? (query.extended_hours ? "extended_hours" : "market_hours"),
  };
}

/** The day of a date; the trading day of a time. */
function dayOfBound(bound: PortfolioHistoryQuery["start"]): number | null {
  if (bound === null) return null;
  return bound.isDate ? bound.ms / DAY : tradingDayOf(bound.ms);
}

const REFUSALS: Readonly<Record<RangeRefusal, readonly [parameter: string, expected: string]>> = {
  three_bounds: ["period", "at most two of start, end and period"],
  end_before_start: ["end", "a time after start"],
  too_many_minutes: ["timeframe", "5Min, 15Min, 1H or 1D, because 1Min is for up to 7 days"],
  too_many_steps: ["timeframe", "1D, because parts of a day are for less than 30 days"],
  too_long: ["period", "20 years or less"],
};

/** The error of a range that is refused. */
export function rangeError(refused: RangeRefusal): GatewayError {
  const [parameter, expected] = REFUSALS[refused];
  return { reason: "query_invalid", parameter, expected };
}

/** Dollars as a JSON number. */
const dollars = (amount: number): number => amount / 10 ** PRICE_DECIMALS;

/** The response. */
export function portfolioHistoryToWire(
  timeframe: Timeframe,
  points: readonly EquityPoint[],
  { baseValue, baseDay, profit, ratio }: ProfitHistory,
  cashflowTypes: string,
): WirePortfolioHistory {
  const types = cashflowTypes === "ALL" ? "all" : new Set(cashflowTypes.split(","));
  const totals = [...cashflowTotals(points, types)].map(([type, own]) => [type, own.map(dollars)] as const);
  return {
    timestamp: points.map(({ from }) => from / 1_000),
    equity: points.map(({ equity }) => dollars(equity)),
    profit_loss: profit.map(dollars),
    profit_loss_pct: [...ratio],
    base_value: dollars(baseValue),
    ...(baseDay === null ? {} : { base_value_asof: isoDate(baseDay) }),
    timeframe,
    ...(cashflowTypes === "NONE" ? {} : { cashflow: Object.fromEntries(totals) }),
  };
}
