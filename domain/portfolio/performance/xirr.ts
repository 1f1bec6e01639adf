import type { Term } from "./presentValue.ts";
import { rootBetween, rootsBetween, scaledValue, signChanges } from "./presentValue.ts";
import type { CashFlow } from "./series.ts";

/** Rates are sought from -1 + 1e-12 to 1e12 a year. */
const LEAST_X = Math.log(1e-12);
const MOST_X = Math.log(1e12);

/** No root of amounts below 2^53 on different days is farther out. */
const ANY_X = 1e5;

/** With more sign changes and no proof that the root is the only one, the answer is `not_isolated`. */
const MOST_CHANGES = 24;

export type Xirr =
  | { readonly rate: number }
  | { readonly reason: "no_sign_change" | "no_root" | "out_of_range" | "not_isolated" }
  | { readonly reason: "several_roots"; readonly rates: readonly number[] };

/**
 * The annual rate r at which the flows, discounted by (1 + r)^(days / 365), sum to zero (Actual/365, as XIRR of
 * spreadsheets). Flows in any order; positive is received, negative is paid, or all the other way round. It needs no
 * guess, and it finds out whether the rate is the only one:
 *
 * - `no_sign_change`: only receipts or only payments, or all on one day.
 * - `no_root`, `several_roots` (ascending): the flows have no rate, or more than one between -1 + 1e-12 and 1e12.
 * - `out_of_range`: there are rates, and none is between these. Nobody means such a rate, so it is not counted.
 * - `not_isolated`: more than 24 sign changes and no proof that a root is the only one.
 */
export function xirr(flows: readonly CashFlow[]): Xirr {
  const terms = termsOf(flows);
  const changes = signChanges(terms);
  if (changes === 0) return { reason: "no_sign_change" };
  const left = Math.sign(scaledValue(terms, LEAST_X).value);
  const right = Math.sign(scaledValue(terms, MOST_X).value);
  if (left * right < 0) {
    const x = rootBetween(terms, LEAST_X, MOST_X);
    if (changes === 1 || isOnlyRoot(terms, x)) return { rate: Math.expm1(x) };
  } else if (changes === 1) {
    return { reason: "out_of_range" };
  }
  if (changes > MOST_CHANGES) return { reason: "not_isolated" };
  const roots = rootsBetween(terms, LEAST_X, MOST_X);
  const only = roots[0];
  if (only === undefined) {
    return { reason: rootsBetween(terms, -ANY_X, ANY_X).length === 0 ? "no_root" : "out_of_range" };
  }
  if (roots.length > 1) return { reason: "several_roots", rates: roots.map((x) => Math.expm1(x)) };
  return { rate: Math.expm1(only) };
}

/** One term a day, in years after the first; days whose flows cancel are left out. */
function termsOf(flows: readonly CashFlow[]): readonly Term[] {
  const perDay = new Map<number, number>();
  for (const { day, amount } of flows) perDay.set(day, (perDay.get(day) ?? 0) + amount);
  const days = [...perDay].filter(([, amount]) => amount !== 0).toSorted(([a], [b]) => a - b);
  const first = days[0]?.[0] ?? 0;
  return days.map(([day, amount]) => ({ amount, time: (day - first) / 365 }));
}

/**
 * Whether the balance that is still invested at the rate x has the sign of the first flow until the last one. Then
 * the root is the only one (Teichroew, Robichek and Montalbano 1965, "pure investment"): a higher rate leaves less,
 * a lower one leaves more. A balance within rounding of zero proves nothing.
 */
function isOnlyRoot(terms: readonly Term[], x: number): boolean {
  const sign = Math.sign(terms[0]?.amount ?? 0);
  let balance = 0;
  let size = 0;
  let previous = 0;
  for (const { amount, time } of terms.slice(0, -1)) {
    const growth = Math.exp(x * (time - previous));
    balance = balance * growth + amount;
    size = size * growth + Math.abs(amount);
    if (!Number.isFinite(size) || balance * sign <= 1e-12 * size) return false;
    previous = time;
  }
  return true;
}
