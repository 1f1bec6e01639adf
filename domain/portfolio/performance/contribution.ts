import { divideHalfEven } from "../../decimal.ts";
import type { ContributionDerivation } from "./derivation.ts";
import type { DietzParts } from "./moneyWeighted.ts";
import { dietzParts, ratio } from "./moneyWeighted.ts";
import type { Figure, Series, Unanswered } from "./series.ts";
import { windowOf } from "./series.ts";
import type { TimeWeightedOptions } from "./timeWeighted.ts";

export interface Contribution {
  readonly name: string;
  readonly figure: Figure<ContributionDerivation>;
}

export interface Contributions {
  readonly positions: readonly Contribution[];
  /** Gain of the portfolio that no position explains: interest on cash, fees of the account. In 1/10,000 dollar. */
  readonly residualGain: number;
  /** The same as a part of the return. The contributions and the residual sum to the modified Dietz return. */
  readonly residual: number;
}

/**
 * What each position contributed to the modified Dietz return of the portfolio over its window: its gain over the
 * portfolio's average capital, which is weight times return of the position. The position's series must have the window
 * of the portfolio (value 0 where it was not held); one that has another is answered by `no_period`. Reasons for all:
 * those of the portfolio's window, and `nothing_invested`.
 */
export function contributions(
  portfolio: Series,
  positions: ReadonlyMap<string, Series>,
  options: TimeWeightedOptions = {},
): Contributions | Unanswered {
  const window = windowOf(portfolio);
  if ("reason" in window) return window;
  const whole = dietzParts(portfolio, options);
  if ("reason" in whole) return whole;
  if (whole.capitalDays <= 0n) return { reason: "nothing_invested" };
  const { start, end } = window;
  const shareOf = (gain: number): number => ratio(BigInt(gain) * BigInt(whole.days), whole.capitalDays);
  let residualGain = whole.gain;
  const results: Contribution[] = [];
  for (const [name, series] of positions) {
    const parts = partsWithin(series, start.day, end.day, options);
    if ("reason" in parts) {
      results.push({ name, figure: parts });
      continue;
    }
    residualGain -= parts.gain;
    const derivation: ContributionDerivation = {
      formula: "contribution",
      from: start.day,
      to: end.day,
      gain: parts.gain,
      averageCapital: averageOf(parts),
      portfolioAverageCapital: averageOf(whole),
    };
    results.push({ name, figure: { value: shareOf(parts.gain), derivation } });
  }
  return { positions: results, residualGain, residual: shareOf(residualGain) };
}

function partsWithin(series: Series, from: number, to: number, options: TimeWeightedOptions): DietzParts | Unanswered {
  const window = windowOf(series);
  if ("reason" in window) return window;
  if (window.start.day !== from || window.end.day !== to) return { reason: "no_period" };
  return dietzParts(series, options);
}

const averageOf = ({ capitalDays, days }: DietzParts): number => Number(divideHalfEven(capitalDays, BigInt(days)));
