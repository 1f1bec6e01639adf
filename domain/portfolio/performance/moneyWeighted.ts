import type { DietzDerivation, MoneyWeightedDerivation } from "./derivation.ts";
import { divideHalfEven } from "../../decimal.ts";
import type { FlowTiming } from "./links.ts";
import type { CashFlow, Figure, ReturnBasis, Series, Unanswered } from "./series.ts";
import { boundaryFlows, windowOf } from "./series.ts";
import type { TimeWeightedOptions } from "./timeWeighted.ts";
import { withDefaults } from "./timeWeighted.ts";
import { xirr } from "./xirr.ts";

/**
 * Money-weighted return: the XIRR of the start value and the flows as payments and the end value as receipt, a year.
 * The derivation has the same rate over the period. Reasons as those of `xirr`; `several_roots` when more than one
 * rate explains the flows, since none of them is then the return.
 */
export function moneyWeightedReturn(series: Series, basis: ReturnBasis = "total"): Figure<MoneyWeightedDerivation> {
  const window = windowOf(series);
  if ("reason" in window) return window;
  const { start, end } = window;
  const flows = boundaryFlows(window.flows, series.cash, basis);
  const result = xirr([
    { day: start.day, amount: -start.value },
    ...flows.map(({ day, amount }) => ({ day, amount: -amount })),
    { day: end.day, amount: end.value },
  ]);
  if ("reason" in result) return { reason: result.reason };
  return {
    value: result.rate,
    derivation: {
      formula: "money_weighted",
      from: start.day,
      to: end.day,
      basis,
      startValue: start.value,
      endValue: end.value,
      netFlows: netOf(flows),
      flowCount: flows.length,
      periodReturn: Math.expm1((Math.log1p(result.rate) * (end.day - start.day)) / 365),
    },
  };
}

/** Gain and the capital that it was made with, exact: `averageCapital / days` is in 1/10,000 dollar. */
export interface DietzParts {
  readonly gain: number;
  readonly capitalDays: bigint;
  readonly days: number;
  readonly netFlows: number;
}

/** The parts of a modified Dietz return; a reason when there is no window. Its capital may be zero or less. */
export function dietzParts(series: Series, options: TimeWeightedOptions): DietzParts | Unanswered {
  const window = windowOf(series);
  if ("reason" in window) return window;
  const { start, end } = window;
  const { timing, basis } = withDefaults(options);
  const flows = boundaryFlows(window.flows, series.cash, basis);
  const days = end.day - start.day;
  let capitalDays = BigInt(start.value) * BigInt(days);
  for (const flow of flows) capitalDays += BigInt(flow.amount) * BigInt(daysThere(flow, end.day, timing));
  const netFlows = netOf(flows);
  return { gain: end.value - start.value - netFlows, capitalDays, days, netFlows };
}

/**
 * Modified Dietz return over the window, not annualised: gain over average capital, each flow weighted by the share of
 * the period in which it was there. With flows at the end of their day the weight is (days - day of the flow) / days,
 * at the start one day more. `nothing_invested` when the average capital is zero or less.
 */
export function modifiedDietz(series: Series, options: TimeWeightedOptions = {}): Figure<DietzDerivation> {
  const window = windowOf(series);
  if ("reason" in window) return window;
  const parts = dietzParts(series, options);
  if ("reason" in parts) return parts;
  const { gain, capitalDays, days, netFlows } = parts;
  if (capitalDays <= 0n) return { reason: "nothing_invested" };
  const { timing, basis } = withDefaults(options);
  return {
    value: ratio(BigInt(gain) * BigInt(days), capitalDays),
    derivation: {
      formula: "modified_dietz",
      from: window.start.day,
      to: window.end.day,
      basis,
      timing,
      startValue: window.start.value,
      endValue: window.end.value,
      netFlows,
      gain,
      averageCapital: Number(divideHalfEven(capitalDays, BigInt(days))),
    },
  };
}

/** A quotient of big integers as a plain number. */
export const ratio = (value: bigint, divisor: bigint): number => Number(value) / Number(divisor);

function daysThere({ day, amount }: CashFlow, lastDay: number, timing: FlowTiming): number {
  const atStart = timing === "in_at_start_out_at_end" ? amount > 0 : timing === "start_of_day";
  return lastDay - day + (atStart ? 1 : 0);
}

function netOf(flows: readonly CashFlow[]): number {
  let net = 0;
  for (const { amount } of flows) net += amount;
  return net;
}
