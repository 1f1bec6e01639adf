/** Profit and loss of a history: what equity has gained beyond what entered and left. Amounts in 1/10,000 dollar. */
import type { ValuedFlow } from "./equity.ts";

/** A point of a history with what was known of the account. */
export interface EquityPoint {
  readonly day: number;
  /** Label of the point, epoch milliseconds. */
  readonly from: number;
  readonly equity: number;
  /** Since the point before. */
  readonly flows: readonly ValuedFlow[];
}

/** The equity at the close of a day, from which profit is counted. */
export interface Base {
  readonly day: number;
  readonly equity: number;
  /** When the day ended: flows before are in the equity. */
  readonly endedAt: number;
}

export interface ProfitInput {
  readonly points: readonly EquityPoint[];
  /**
   * Null: profit is counted from the first point; `opening`: the account was opened within the first point, and profit is
   * counted from what was deposited until its end.
   */
  readonly base: Base | "opening" | null;
  /** The close at which the profit of a day begins; null: it is never reset. */
  readonly dayBase: ((day: number) => Base | undefined) | null;
}

export interface ProfitHistory {
  readonly baseValue: number;
  /** Day of the close that is the base; null: the first point is. */
  readonly baseDay: number | null;
  readonly profit: readonly number[];
  /** Of the base that the profit counts from; null when that is not above zero. */
  readonly ratio: readonly (number | null)[];
}

/** The profit at each point: equity less base less what entered since the base. */
export function profitHistory({ points, base, dayBase }: ProfitInput): ProfitHistory {
  const first = points[0];
  const close = base === "opening" ? null : base;
  const baseDay = close?.day ?? null;
  if (first === undefined) return { baseValue: close?.equity ?? 0, baseDay, profit: [], ratio: [] };
  const baseValue = base === "opening" ? sumOf(first.flows) : (close?.equity ?? first.equity);
  const profit: number[] = [];
  const ratio: (number | null)[] = [];
  let day = first.day;
  let from = baseValue;
  let entered = 0;
  for (const [nth, point] of points.entries()) {
    const reset = point.day === day ? undefined : dayBase?.(point.day);
    day = point.day;
    if (reset !== undefined) {
      from = reset.equity;
      entered = 0;
    }
    // Profit that is counted from the first point begins after its flows.
    if (nth > 0 || close !== null) {
      entered += sumOf(reset === undefined ? point.flows : point.flows.filter(({ at }) => at >= reset.endedAt));
    }
    const gain = point.equity - from - entered;
    profit.push(gain);
    ratio.push(from > 0 ? gain / from : null);
  }
  return { baseValue, baseDay, profit, ratio };
}

function sumOf(flows: readonly ValuedFlow[]): number {
  let sum = 0;
  for (const { value } of flows) sum += value;
  return sum;
}

/** The flows of each type, added up from the first point to each. */
export function cashflowTotals(
  points: readonly EquityPoint[],
  types: "all" | ReadonlySet<string>,
): Map<string, number[]> {
  const totals = new Map<string, number[]>();
  for (const [nth, { flows }] of points.entries()) {
    for (const { type, value } of flows) {
      if (types !== "all" && !types.has(type)) continue;
      let own = totals.get(type);
      if (own === undefined) totals.set(type, (own = Array.from(points, () => 0)));
      own[nth] = (own[nth] ?? 0) + value;
    }
  }
  for (const own of totals.values()) {
    let sum = 0;
    for (const [nth, value] of own.entries()) own[nth] = sum += value;
  }
  return totals;
}
