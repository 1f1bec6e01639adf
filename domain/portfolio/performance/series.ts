/**
 * What performance is computed from: values at the close of days, and the flows between them. Amounts are integers of
 * 1/10,000 dollar; a *day* is a number of days since 1970-01-01 (`domain/market/newYork.ts`).
 */

/** The value at the close of a day, after the flows of that day. Negative: more is lent than there is. */
export interface Valuation {
  readonly day: number;
  readonly value: number;
}

/**
 * `capital`: money that the owner puts in (positive) or takes out: a deposit of an account, a purchase of a position.
 * `income`: dividends and interest, positive when received. `fee`: positive when charged.
 */
export type FlowKind = "capital" | "income" | "fee";

export interface Flow {
  readonly day: number;
  readonly kind: FlowKind;
  readonly amount: number;
}

/**
 * `inside`: income is paid into the values and fees are paid out of them, as in an account with its cash. `outside`:
 * the values are those of the assets alone, as of a position, and income and fees pass them by.
 */
export type CashPlace = "inside" | "outside";

/**
 * An account or a position. Valuations have ascending days; flows are in the order in which they happened. The window
 * begins at the close of the first valuation: flows of that day and before are already in it, flows after the last
 * valuation are not used. Something that begins with a purchase begins with a valuation of 0 on the day before.
 */
export interface Series {
  readonly valuations: readonly Valuation[];
  readonly flows: readonly Flow[];
  readonly cash: CashPlace;
}

/** Money across the boundary of what is valued: positive into it. */
export interface CashFlow {
  readonly day: number;
  readonly amount: number;
}

/**
 * Whether a return contains income and fees. `price` leaves them out: retained income counts as put in, a fee that was
 * charged inside as taken out.
 */
export type ReturnBasis = "price" | "total";

/** Why there is no figure. */
export type Reason =
  | "no_value"
  | "no_period"
  | "zero_start_value"
  | "nothing_invested"
  | "negative_value"
  | "no_sign_change"
  | "no_root"
  | "several_roots"
  | "not_isolated"
  | "out_of_range"
  | "too_few_returns"
  | "zero_volatility"
  | "less_than_a_year";

export interface Unanswered {
  readonly reason: Reason;
}

/** A figure with what it was computed from, or the reason why there is none. Never NaN. */
export type Figure<D> = { readonly value: number; readonly derivation: D } | Unanswered;

/** First and last valuation, with the flows between them. */
export interface Window {
  readonly start: Valuation;
  readonly end: Valuation;
  readonly flows: readonly Flow[];
}

/**
 * The window of a series: `no_value` without a valuation, `no_period` with one alone, `negative_value` when one is
 * below zero, since a ratio of it has no meaning. Throws RangeError when the days of the valuations do not ascend or
 * the flows are not in order: a mistake of the caller.
 */
export function windowOf(series: Series): Window | Unanswered {
  const { valuations, flows } = series;
  let previous = Number.NEGATIVE_INFINITY;
  let negative = false;
  for (const { day, value } of valuations) {
    if (day <= previous) throw new RangeError("the days of valuations must ascend");
    previous = day;
    negative ||= value < 0;
  }
  previous = Number.NEGATIVE_INFINITY;
  for (const { day } of flows) {
    if (day < previous) throw new RangeError("flows must be in the order of their days");
    previous = day;
  }
  const start = valuations[0];
  const end = valuations.at(-1);
  if (start === undefined || end === undefined) return { reason: "no_value" };
  if (start.day === end.day) return { reason: "no_period" };
  if (negative) return { reason: "negative_value" };
  return { start, end, flows: flows.filter(({ day }) => day > start.day && day <= end.day) };
}

/** The flows across the boundary of what is valued, for a basis. In the order of the given ones. */
export function boundaryFlows(flows: readonly Flow[], cash: CashPlace, basis: ReturnBasis): readonly CashFlow[] {
  const crossing: CashFlow[] = [];
  for (const { day, kind, amount } of flows) {
    // Inside, income and fees are part of the gain and cross nothing; a price return takes them out of it.
    const sign = kind === "capital" ? 1 : signOf(cash, basis) * (kind === "income" ? 1 : -1);
    if (sign !== 0 && amount !== 0) crossing.push({ day, amount: sign * amount });
  }
  return crossing;
}

/** How income crosses the boundary; a fee crosses the other way. */
function signOf(cash: CashPlace, basis: ReturnBasis): number {
  if (cash === "inside") return basis === "price" ? 1 : 0;
  return basis === "total" ? -1 : 0;
}

/** Sum of the amounts of a kind. Exact: a sum below 2^53. */
export function sumOf(flows: readonly Flow[], kind: FlowKind): number {
  let sum = 0;
  for (const flow of flows) if (flow.kind === kind) sum += flow.amount;
  return sum;
}
