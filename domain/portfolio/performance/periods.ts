import { isoDate } from "../../market/newYork.ts";
import type { TimeWeightedDerivation } from "./derivation.ts";
import type { Figure, Series, Valuation } from "./series.ts";
import type { TimeWeightedOptions } from "./timeWeighted.ts";
import { timeWeightedReturn } from "./timeWeighted.ts";

export type PeriodKind = "day" | "month" | "year";

const NAME_LENGTH = { day: 10, month: 7, year: 4 } as const;

export interface PeriodReturn {
  /** `2026-11-20`, `2026-11` or `2026`. */
  readonly period: string;
  readonly figure: Figure<TimeWeightedDerivation>;
}

/**
 * The time-weighted return of each calendar period that has a valuation, in order. A period begins at the last
 * valuation before it, so that the returns link to that of the whole time; the first one begins at the first valuation,
 * and has no return when that is its only one.
 */
export function returnsByPeriod(
  series: Series,
  kind: PeriodKind,
  options: TimeWeightedOptions = {},
): readonly PeriodReturn[] {
  const results: PeriodReturn[] = [];
  let nextFlow = 0;
  let before: Valuation | undefined;
  for (const { period, valuations } of byPeriod(series.valuations, kind)) {
    const end = valuations.at(-1);
    const firstFlow = nextFlow;
    while ((series.flows[nextFlow]?.day ?? Number.POSITIVE_INFINITY) <= (end?.day ?? 0)) nextFlow++;
    const part: Series = {
      valuations: before === undefined ? valuations : [before, ...valuations],
      flows: series.flows.slice(firstFlow, nextFlow),
      cash: series.cash,
    };
    results.push({ period, figure: timeWeightedReturn(part, options) });
    before = end;
  }
  return results;
}

function byPeriod(
  valuations: readonly Valuation[],
  kind: PeriodKind,
): readonly { period: string; valuations: Valuation[] }[] {
  const periods: { period: string; valuations: Valuation[] }[] = [];
  for (const valuation of valuations) {
    const period = isoDate(valuation.day).slice(0, NAME_LENGTH[kind]);
    const last = periods.at(-1);
    if (last?.period === period) last.valuations.push(valuation);
    else periods.push({ period, valuations: [valuation] });
  }
  return periods;
}
