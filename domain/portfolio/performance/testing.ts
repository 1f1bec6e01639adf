import type { CashFlow, Figure, Flow, FlowKind, Series, Valuation } from "./series.ts";
import { dayOf } from "../../market/newYork.ts";

/** Helpers of the tests of this folder. */

/** The day of `2026-11-20`. */
export function day(date: string): number {
  const [year = 0, month = 0, ofMonth = 0] = date.split("-").map(Number);
  return dayOf(year, month, ofMonth);
}

/** Dollars in units of 1/10,000. */
export const dollars = (amount: number): number => Math.round(amount * 10_000);

/** `["2026-11-20", 100]` in dollars. */
export type Dated = readonly [date: string, amount: number];

export const valuations = (...dated: readonly Dated[]): readonly Valuation[] =>
  dated.map(([date, value]) => ({ day: day(date), value: dollars(value) }));

export const cashFlows = (...dated: readonly Dated[]): readonly CashFlow[] =>
  dated.map(([date, amount]) => ({ day: day(date), amount: dollars(amount) }));

export const flows = (kind: FlowKind, ...dated: readonly Dated[]): readonly Flow[] =>
  cashFlows(...dated).map((flow) => ({ day: flow.day, kind, amount: flow.amount }));

/** A series of an account, whose cash is inside. */
export function account(values: readonly Valuation[], capital: readonly Flow[] = []): Series {
  return { valuations: values, flows: capital, cash: "inside" };
}

/** A series of a position; its flows in the order of their days. */
export function position(values: readonly Valuation[], all: readonly Flow[] = []): Series {
  return { valuations: values, flows: all.toSorted((a, b) => a.day - b.day), cash: "outside" };
}

/** The value of a figure, or its reason. */
export const valueOf = (figure: Figure<unknown>): number | string =>
  "reason" in figure ? figure.reason : figure.value;

/** An account after returns in per cent, one a day, or each after so many days. Its values are exact to twelve digits. */
export function after(returns: readonly number[], days = 1): Series {
  const first = day("2000-01-29");
  const values = [100_000_000];
  for (const percent of returns) values.push((values.at(-1) ?? 0) * (1 + percent / 100));
  return account(values.map((value, nth) => ({ day: first + nth * days, value: dollars(value) })));
}
