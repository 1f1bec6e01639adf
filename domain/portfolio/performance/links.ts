import type { CashFlow, Unanswered, Valuation } from "./series.ts";

/**
 * When a flow happens within its day. `start_of_day`: it is there the whole day. `end_of_day`: it is not there that
 * day. `in_at_start_out_at_end`: inflows as the first, outflows as the second, so that what is bought and sold out of
 * has a capital on both days. A flow on a day without a valuation counts on the next day that has one.
 */
export type FlowTiming = "start_of_day" | "end_of_day" | "in_at_start_out_at_end";

/** One valuation to the next: the return is `endValue / startValue - 1`, with the flows of the day taken out. */
export interface Link {
  readonly previousDay: number;
  readonly day: number;
  readonly startValue: number;
  readonly endValue: number;
  /** A flow is in the start value: what was before is another sub-period. */
  readonly flowAtStart: boolean;
  readonly flowAtEnd: boolean;
}

/**
 * The links of consecutive valuations; `flows` are those of the window. A link with nothing in it (0 at both ends) is
 * one over which nothing was invested. Reasons: `negative_value` when a flow leaves less than nothing,
 * `zero_start_value` when something comes out of nothing.
 */
export function linksOf(
  valuations: readonly Valuation[],
  flows: readonly CashFlow[],
  timing: FlowTiming,
): readonly Link[] | Unanswered {
  const links: Link[] = [];
  let next = 0;
  let previous = valuations[0];
  for (const valuation of valuations.slice(1)) {
    if (previous === undefined) break;
    let atStart = 0;
    let atEnd = 0;
    for (let flow = flows[next]; flow !== undefined && flow.day <= valuation.day; flow = flows[++next]) {
      if (flow.day <= previous.day) continue;
      if (isAtStart(flow.amount, timing)) atStart += flow.amount;
      else atEnd += flow.amount;
    }
    const startValue = previous.value + atStart;
    const endValue = valuation.value - atEnd;
    if (startValue < 0 || endValue < 0) return { reason: "negative_value" };
    if (startValue === 0 && endValue !== 0) return { reason: "zero_start_value" };
    links.push({
      previousDay: previous.day,
      day: valuation.day,
      startValue,
      endValue,
      flowAtStart: atStart !== 0,
      flowAtEnd: atEnd !== 0,
    });
    previous = valuation;
  }
  return links;
}

function isAtStart(amount: number, timing: FlowTiming): boolean {
  if (timing === "in_at_start_out_at_end") return amount > 0;
  return timing === "start_of_day";
}
