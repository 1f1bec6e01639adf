import type { AnnualisedDerivation, SubPeriod, TimeWeightedDerivation } from "./derivation.ts";
import type { FlowTiming, Link } from "./links.ts";
import { linksOf } from "./links.ts";
import type { Figure, ReturnBasis, Series, Unanswered } from "./series.ts";
import { boundaryFlows, windowOf } from "./series.ts";

export interface TimeWeightedOptions {
  /** Default `in_at_start_out_at_end`. */
  readonly timing?: FlowTiming;
  /** Default `total`. */
  readonly basis?: ReturnBasis;
}

/** The defaults of the options. */
export function withDefaults(options: TimeWeightedOptions): Required<TimeWeightedOptions> {
  return { timing: options.timing ?? "in_at_start_out_at_end", basis: options.basis ?? "total" };
}

/** The links of a whole series, with the flows of a basis. */
export function linksOfSeries(series: Series, options: TimeWeightedOptions): readonly Link[] | Unanswered {
  const window = windowOf(series);
  if ("reason" in window) return window;
  const { timing, basis } = withDefaults(options);
  return linksOf(series.valuations, boundaryFlows(window.flows, series.cash, basis), timing);
}

/**
 * Time-weighted return over the window, not annualised: sub-periods between flows, linked. What the owner put in or
 * took out does not change it. Time over which nothing was invested has no return and is left out; after a total loss
 * it stays -1. `nothing_invested` when that is all the time.
 */
export function timeWeightedReturn(series: Series, options: TimeWeightedOptions = {}): Figure<TimeWeightedDerivation> {
  const links = linksOfSeries(series, options);
  if ("reason" in links) return links;
  const subPeriods = subPeriodsOf(links);
  const first = links[0];
  const last = links.at(-1);
  if (first === undefined || last === undefined || subPeriods.length === 0) return { reason: "nothing_invested" };
  let growth = 1;
  for (const { startValue, endValue } of subPeriods) growth *= endValue / startValue;
  const { timing, basis } = withDefaults(options);
  const derivation: TimeWeightedDerivation = {
    formula: "time_weighted",
    from: first.previousDay,
    to: last.day,
    basis,
    timing,
    subPeriods,
  };
  return Number.isFinite(growth) ? { value: growth - 1, derivation } : { reason: "out_of_range" };
}

/** Links between flows are one sub-period. */
export function subPeriodsOf(links: readonly Link[]): readonly SubPeriod[] {
  const subPeriods: SubPeriod[] = [];
  let open: SubPeriod | undefined;
  for (const link of links) {
    if (open !== undefined && (link.flowAtStart || link.startValue === 0)) {
      subPeriods.push(open);
      open = undefined;
    }
    if (link.startValue === 0) continue;
    open = {
      from: open?.from ?? link.previousDay,
      to: link.day,
      startValue: open?.startValue ?? link.startValue,
      endValue: link.endValue,
    };
    if (link.flowAtEnd) {
      subPeriods.push(open);
      open = undefined;
    }
  }
  if (open !== undefined) subPeriods.push(open);
  return subPeriods;
}

/**
 * A return of a period as an annual rate, Actual/365. `less_than_a_year` for fewer than 365 days: a short period is
 * not extrapolated, as GIPS demands.
 */
export function annualised(periodReturn: number, from: number, to: number): Figure<AnnualisedDerivation> {
  if (to - from < 365) return { reason: "less_than_a_year" };
  return {
    value: (1 + periodReturn) ** (365 / (to - from)) - 1,
    derivation: { formula: "annualised", from, to, periodReturn },
  };
}
