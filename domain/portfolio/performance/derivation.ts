import type { FlowTiming } from "./links.ts";
import type { ReturnBasis } from "./series.ts";

/** The formula of each figure, for whoever opens it. */
export const FORMULAS = {
  gain_over_invested:
    "(end value - start value - net capital +/- income and fees) / largest capital that was invested at once",
  time_weighted: "product over sub-periods of (end value / start value), minus 1; a sub-period ends at each flow",
  annualised: "(1 + return) ^ (365 / days) - 1",
  money_weighted: "the annual rate r at which the sum of flow / (1 + r) ^ (days / 365) is zero (XIRR, Actual/365)",
  modified_dietz:
    "(end value - start value - net flows) / (start value + sum of flow x share of the period it was there)",
  maximum_drawdown: "the least of (index / highest index before) - 1; the index is linked without flows",
  volatility: "sample standard deviation of daily returns x square root of 252",
  sharpe: "(mean daily return - risk-free rate / 252) x 252 / volatility",
  contribution: "gain of the position / average capital of the portfolio (modified Dietz)",
} as const;

export type FormulaName = keyof typeof FORMULAS;

/** What each figure was computed from. Amounts in 1/10,000 dollar, days since 1970-01-01, rates as fractions. */
interface Derived<F extends FormulaName> {
  readonly formula: F;
  /** First day: its close is the beginning. */
  readonly from: number;
  /** Last day: its close is the end. */
  readonly to: number;
}

export interface GainDerivation extends Derived<"gain_over_invested"> {
  readonly basis: ReturnBasis;
  readonly startValue: number;
  readonly endValue: number;
  readonly netCapital: number;
  readonly income: number;
  readonly fees: number;
  readonly gain: number;
  /** The largest sum of start value and capital flows up to a moment. */
  readonly invested: number;
}

/** A part of the time between two flows. */
export interface SubPeriod {
  readonly from: number;
  readonly to: number;
  /** With the inflow that begins it. */
  readonly startValue: number;
  /** Before the flow that ends it. */
  readonly endValue: number;
}

export interface TimeWeightedDerivation extends Derived<"time_weighted"> {
  readonly basis: ReturnBasis;
  readonly timing: FlowTiming;
  readonly subPeriods: readonly SubPeriod[];
}

export interface AnnualisedDerivation extends Derived<"annualised"> {
  readonly periodReturn: number;
}

export interface MoneyWeightedDerivation extends Derived<"money_weighted"> {
  readonly basis: ReturnBasis;
  readonly startValue: number;
  readonly endValue: number;
  readonly netFlows: number;
  readonly flowCount: number;
  /** The same rate over the period: (1 + r) ^ (days / 365) - 1. */
  readonly periodReturn: number;
}

export interface DietzDerivation extends Derived<"modified_dietz"> {
  readonly basis: ReturnBasis;
  readonly timing: FlowTiming;
  readonly startValue: number;
  readonly endValue: number;
  readonly netFlows: number;
  readonly gain: number;
  /** Rounded half-even; the ratio is of the exact one. */
  readonly averageCapital: number;
}

export interface DrawdownDerivation extends Derived<"maximum_drawdown"> {
  /** The last day at the high before the fall, and the index then (1 at the beginning). */
  readonly peakDay: number;
  readonly peakIndex: number;
  readonly troughDay: number;
  readonly troughIndex: number;
  /** The first day on which the index is at the high again; null: not yet. */
  readonly recoveryDay: number | null;
}

export interface VolatilityDerivation extends Derived<"volatility"> {
  readonly returns: number;
  readonly meanDailyReturn: number;
  readonly dailyDeviation: number;
}

export interface SharpeDerivation extends Derived<"sharpe"> {
  readonly returns: number;
  readonly meanDailyReturn: number;
  readonly riskFreeRate: number;
  readonly volatility: number;
}

export interface ContributionDerivation extends Derived<"contribution"> {
  readonly gain: number;
  readonly averageCapital: number;
  readonly portfolioAverageCapital: number;
}

export type Derivation =
  | GainDerivation
  | TimeWeightedDerivation
  | AnnualisedDerivation
  | MoneyWeightedDerivation
  | DietzDerivation
  | DrawdownDerivation
  | VolatilityDerivation
  | SharpeDerivation
  | ContributionDerivation;
