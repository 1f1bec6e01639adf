/** The series from which performance is computed (../performance/), of an account and of its positions. */
import type { Flow, Series } from "../performance/series.ts";
import type { EquityHistory, ValuedFlow } from "./equity.ts";
import type { Movement } from "./movement.ts";
import { PriceCursor, type PriceSeries } from "./priceSeries.ts";

/** The account at the closes of days. Its cash is inside: fees are in its values. */
export function accountSeries(days: readonly number[], history: EquityHistory, movements: readonly Movement[]): Series {
  const flows: Flow[] = history.flows.flat().map(({ at, value }) => ({ day: at, kind: "capital", amount: value }));
  for (const { at, fees } of movements) if (fees !== 0) flows.push({ day: at, kind: "fee", amount: fees });
  return { valuations: valuationsOf(days, history.equity), flows: inOrder(flows), cash: "inside" };
}

/** What was put into each position and taken out of it, and its fees, which are paid from elsewhere. */
export function positionFlows(history: EquityHistory, movements: readonly Movement[]): Map<string, Flow[]> {
  const bySymbol = new Map<string, Flow[]>();
  const add = (symbol: string, flow: Flow) => {
    const own = bySymbol.get(symbol);
    if (own === undefined) bySymbol.set(symbol, [flow]);
    else own.push(flow);
  };
  for (const { at, trades } of movements) {
    for (const { symbol, bought, sold, fees } of trades) {
      // A purchase comes before a sale of the same day, so that what it invested counts.
      if (bought !== 0) add(symbol, { day: at, kind: "capital", amount: bought });
      if (sold !== 0) add(symbol, { day: at, kind: "capital", amount: -sold });
      if (fees !== 0) add(symbol, { day: at, kind: "fee", amount: fees });
    }
  }
  const moved = (flow: ValuedFlow) => {
    if (flow.symbol !== null) add(flow.symbol, { day: flow.at, kind: "capital", amount: flow.value });
  };
  for (const flows of history.flows) for (const flow of flows) moved(flow);
  for (const own of bySymbol.values()) inOrder(own);
  return bySymbol;
}

/** A position at the closes of days. */
export function positionSeries(days: readonly number[], values: ArrayLike<number>, flows: readonly Flow[]): Series {
  return { valuations: valuationsOf(days, values), flows, cash: "outside" };
}

/** One share at the closes of days, from its first close on. */
export function benchmarkSeries(days: readonly number[], prices: PriceSeries): Series {
  // A close of day 0 is one of an unknown day.
  const first = prices.at.find((day) => day > 0) ?? Number.POSITIVE_INFINITY;
  const cursor = new PriceCursor(prices, 0);
  const known = days.filter((day) => day >= first);
  return { valuations: known.map((day) => ({ day, value: cursor.at(day) })), flows: [], cash: "inside" };
}

function valuationsOf(days: readonly number[], values: ArrayLike<number>): Series["valuations"] {
  return days.map((day, nth) => ({ day, value: values[nth] ?? 0 }));
}

function inOrder(flows: Flow[]): Flow[] {
  return flows.sort((a, b) => a.day - b.day);
}
