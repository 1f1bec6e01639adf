import type { GainDerivation } from "./derivation.ts";
import type { Figure, Flow, ReturnBasis, Series } from "./series.ts";
import { sumOf, windowOf } from "./series.ts";

/**
 * Gain without income and fees, over the capital that was invested. Capital that is taken out and put in again counts
 * once: the denominator is the largest sum of start value and capital flows up to a moment. So a loss is at most -1.
 */
export const priceReturn = (series: Series): Figure<GainDerivation> => gainOverInvested(series, "price");

/** Gain with income and after fees, over the same capital: less the price return it is (income - fees) / invested. */
export const totalReturn = (series: Series): Figure<GainDerivation> => gainOverInvested(series, "total");

function gainOverInvested(series: Series, basis: ReturnBasis): Figure<GainDerivation> {
  const window = windowOf(series);
  if ("reason" in window) return window;
  const { start, end, flows } = window;
  const netCapital = sumOf(flows, "capital");
  const income = sumOf(flows, "income");
  const fees = sumOf(flows, "fee");
  const change = end.value - start.value - netCapital;
  const priceGain = series.cash === "inside" ? change - income + fees : change;
  const gain = basis === "price" ? priceGain : priceGain + income - fees;
  const invested = mostInvested(start.value, flows);
  if (invested <= 0) return { reason: "nothing_invested" };
  return {
    value: gain / invested,
    derivation: {
      formula: "gain_over_invested",
      from: start.day,
      to: end.day,
      basis,
      startValue: start.value,
      endValue: end.value,
      netCapital,
      income,
      fees,
      gain,
      invested,
    },
  };
}

/** Flows of a day count in their order: what is bought and sold again on one day was invested. */
function mostInvested(startValue: number, flows: readonly Flow[]): number {
  let invested = startValue;
  let most = invested;
  for (const { kind, amount } of flows) {
    if (kind !== "capital") continue;
    invested += amount;
    if (invested > most) most = invested;
  }
  return most;
}
