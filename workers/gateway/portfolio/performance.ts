/** Performance of the account over a range, beside a benchmark, and by position or period. */
import { isoDate } from "../../../domain/market/newYork.ts";
import { benchmarkSeries } from "../../../domain/portfolio/history/performanceSeries.ts";
import { contributions } from "../../../domain/portfolio/performance/contribution.ts";
import { performanceFigures } from "../../../domain/portfolio/performance/figures.ts";
import { returnsByPeriod } from "../../../domain/portfolio/performance/periods.ts";
import { type Series, sumOf } from "../../../domain/portfolio/performance/series.ts";
import { figuresToWire, figureToWire, money } from "../../../protocol/mapping/performance.ts";
import type { PerformanceQuery, WirePerformance } from "../../../protocol/wire/performance.ts";
import type { AppContext } from "../context.ts";
import { namedInstrument } from "../instruments.ts";
import { closesOf } from "./prices.ts";
import { pageOf, performanceInputs, type PerformanceInputs, seriesOf } from "./inputs.ts";

/** Answers the query. */
export async function portfolioPerformance(c: AppContext, query: PerformanceQuery): Promise<WirePerformance> {
  const instrument = query.benchmark === null ? null : await namedInstrument(c, query.benchmark);
  const nowMs = Date.now();
  const inputs = await performanceInputs(c, query, nowMs);
  const { account } = inputs;
  const { days } = inputs.daily;
  const [start, end] = [account.valuations[0], account.valuations.at(-1)];
  const benchmark = instrument === null ? null : await benchmarkOf(c, instrument.symbol, days, nowMs);
  const positions = query.by === "position" ? positionsOf(inputs, query) : null;
  return {
    from: start === undefined ? null : isoDate(start.day),
    to: end === undefined ? null : isoDate(end.day),
    start_value: money(start?.value ?? 0),
    end_value: money(end?.value ?? 0),
    net_deposits: money(sumOf(account.flows, "capital")),
    fees: money(sumOf(account.flows, "fee")),
    figures: figuresToWire(performanceFigures(account, query.risk_free_rate)),
    benchmark:
      instrument === null || benchmark === null
        ? null
        : {
            symbol: instrument.symbol,
            from: dateOf(benchmark.valuations[0]),
            to: dateOf(benchmark.valuations.at(-1)),
            figures: figuresToWire(performanceFigures(benchmark, query.risk_free_rate)),
          },
    ...positions?.fields,
    ...periodsOf(account, query.by),
    next_page_token: positions?.next ?? null,
  };
}

async function benchmarkOf(c: AppContext, symbol: string, days: readonly number[], nowMs: number): Promise<Series> {
  const [first, last] = [days[0], days.at(-1)];
  if (first === undefined || last === undefined) return { valuations: [], flows: [], cash: "inside" };
  const closes = (await closesOf(c.env, [symbol], first, last, nowMs)).get(symbol);
  if (closes === undefined) throw new Error(`no prices of ${symbol}`);
  return benchmarkSeries(days, closes.series);
}

function periodsOf(account: Series, by: PerformanceQuery["by"]): Pick<WirePerformance, "periods"> {
  if (by === null || by === "position") return {};
  // The first valuation is the beginning, and no period of its own.
  const periods = returnsByPeriod(account, by).filter(
    ({ figure }) => !("reason" in figure) || figure.reason !== "no_period",
  );
  return { periods: periods.map(({ period, figure }) => ({ period, time_weighted: figureToWire(figure) })) };
}

function positionsOf(inputs: PerformanceInputs, { page_token: token, limit, risk_free_rate: rate }: PerformanceQuery) {
  const { account, symbols } = inputs;
  const series = new Map(symbols.map((symbol) => [symbol, seriesOf(inputs, symbol)]));
  const found = contributions(account, series);
  const byName = new Map("reason" in found ? [] : found.positions.map(({ name, figure }) => [name, figure]));
  const { page, next } = pageOf(symbols, token, limit);
  const positions = page.map((symbol) => {
    const own = series.get(symbol) ?? { valuations: [], flows: [], cash: "outside" };
    const contribution = byName.get(symbol) ?? ("reason" in found ? found : { reason: "no_value" as const });
    return {
      symbol,
      start_value: money(own.valuations[0]?.value ?? 0),
      end_value: money(own.valuations.at(-1)?.value ?? 0),
      gain: "reason" in contribution ? null : money(contribution.derivation.gain),
      contribution: figureToWire(contribution),
      figures: figuresToWire(performanceFigures(own, rate)),
    };
  });
  const residual = "reason" in found ? {} : { residual_gain: money(found.residualGain) };
  return { fields: { positions, ...residual }, next };
}

const dateOf = (valuation: { readonly day: number } | undefined): string | null =>
  valuation === undefined ? null : isoDate(valuation.day);
