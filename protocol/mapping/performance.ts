/** Figures of performance and their derivations, as responses show them. */
import { formatDecimal, PRICE_DECIMALS } from "../../domain/decimal.ts";
import { isoDate } from "../../domain/market/newYork.ts";
import type { PerformanceFigures } from "../../domain/portfolio/performance/figures.ts";
import type { Figure } from "../../domain/portfolio/performance/series.ts";
import type { FigureName, WireFigure } from "../wire/performance.ts";

const NAMES: Readonly<Record<FigureName, keyof PerformanceFigures>> = {
  price_return: "priceReturn",
  total_return: "totalReturn",
  time_weighted: "timeWeighted",
  time_weighted_annual: "timeWeightedAnnual",
  money_weighted: "moneyWeighted",
  modified_dietz: "modifiedDietz",
  maximum_drawdown: "maximumDrawdown",
  volatility: "volatility",
  sharpe_ratio: "sharpeRatio",
};

/** The figure of a name of the API. */
export function figureNamed(
  figures: PerformanceFigures,
  name: FigureName,
): PerformanceFigures[keyof PerformanceFigures] {
  return figures[NAMES[name]];
}

export function figureToWire(figure: Figure<unknown>): WireFigure {
  return "reason" in figure ? { value: null, reason: figure.reason } : { value: figure.value, reason: null };
}

export function figuresToWire(figures: PerformanceFigures): Readonly<Record<FigureName, WireFigure>> {
  const named = Object.entries(NAMES).map(([name, key]) => [name, figureToWire(figures[key])] as const);
  return Object.fromEntries(named) as Record<FigureName, WireFigure>;
}

/** Dollars as a decimal string. */
export const money = (amount: number): string => formatDecimal(amount, PRICE_DECIMALS);

const AMOUNTS: ReadonlySet<string> = new Set([
  "startValue",
  "endValue",
  "netCapital",
  "income",
  "fees",
  "gain",
  "invested",
  "netFlows",
  "averageCapital",
  "portfolioAverageCapital",
]);
const DAYS: ReadonlySet<string> = new Set(["from", "to", "peakDay", "troughDay", "recoveryDay"]);

/** The most parts of a derivation that are shown: with a flow each day they are as many as days. */
const PARTS_MAX = 1_000;

/** A derivation with snake_case names, dollars as decimal strings and days as dates. */
export function derivationToWire(derivation: object): Record<string, unknown> {
  const shown: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(derivation)) {
    if (name === "formula") continue;
    shown[name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)] = shownValue(name, value);
  }
  return shown;
}

function shownValue(name: string, value: unknown): unknown {
  if (Array.isArray(value)) return value.slice(-PARTS_MAX).map((part: object) => derivationToWire(part));
  if (typeof value !== "number") return value;
  if (AMOUNTS.has(name)) return money(value);
  return DAYS.has(name) ? isoDate(value) : value;
}
