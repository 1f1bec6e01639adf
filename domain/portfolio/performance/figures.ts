import type {
  AnnualisedDerivation,
  DietzDerivation,
  DrawdownDerivation,
  GainDerivation,
  MoneyWeightedDerivation,
  SharpeDerivation,
  TimeWeightedDerivation,
  VolatilityDerivation,
} from "./derivation.ts";
import type { FlowTiming } from "./links.ts";
import { modifiedDietz, moneyWeightedReturn } from "./moneyWeighted.ts";
import { maximumDrawdown, sharpeRatio, volatility } from "./risk.ts";
import type { Figure, Series } from "./series.ts";
import { priceReturn, totalReturn } from "./simple.ts";
import { annualised, timeWeightedReturn } from "./timeWeighted.ts";

/** All figures of a series side by side, each under its own name; returns contain income and fees but for the first. */
export interface PerformanceFigures {
  readonly priceReturn: Figure<GainDerivation>;
  readonly totalReturn: Figure<GainDerivation>;
  readonly timeWeighted: Figure<TimeWeightedDerivation>;
  /** The time-weighted return as an annual rate. */
  readonly timeWeightedAnnual: Figure<AnnualisedDerivation>;
  /** An annual rate. */
  readonly moneyWeighted: Figure<MoneyWeightedDerivation>;
  readonly modifiedDietz: Figure<DietzDerivation>;
  readonly maximumDrawdown: Figure<DrawdownDerivation>;
  readonly volatility: Figure<VolatilityDerivation>;
  readonly sharpeRatio: Figure<SharpeDerivation>;
}

/** Computes every figure of a series. The risk-free rate is annual, a fraction. Throws as `windowOf`. */
export function performanceFigures(series: Series, riskFreeRate: number, timing?: FlowTiming): PerformanceFigures {
  const options = timing === undefined ? {} : { timing };
  const timeWeighted = timeWeightedReturn(series, options);
  return {
    priceReturn: priceReturn(series),
    totalReturn: totalReturn(series),
    timeWeighted,
    timeWeightedAnnual:
      "reason" in timeWeighted
        ? timeWeighted
        : annualised(timeWeighted.value, timeWeighted.derivation.from, timeWeighted.derivation.to),
    moneyWeighted: moneyWeightedReturn(series),
    modifiedDietz: modifiedDietz(series, options),
    maximumDrawdown: maximumDrawdown(series, options),
    volatility: volatility(series, options),
    sharpeRatio: sharpeRatio(series, riskFreeRate, options),
  };
}
