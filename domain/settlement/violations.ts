/**
 * Violations of a cash account and the restriction that follows: purchases with settled cash only.
 *
 * - Good faith: shares that were bought with unsettled proceeds are sold before these settle.
 * - Free-riding: shares that were bought without any cash are sold before they are paid for.
 * - Liquidation: shares that were bought without any cash are paid for by later sales of others.
 *
 * One free-riding violation restricts for 90 days: the privilege of delaying payment beyond the trade date is withdrawn for
 * 90 calendar days (Regulation T, 12 CFR 220.8(c)(1)). The third good faith or the third liquidation violation in 12
 * months does the same, as Fidelity has it (fidelity.com, "Trading FAQs: Trading Restrictions"); other brokers count to
 * four or five. Twelve months are 365 days.
 */

export type ViolationKind = "good_faith" | "free_riding" | "liquidation";

/** How many violations of a kind in 12 months restrict the account. */
export const VIOLATIONS_ALLOWED: Readonly<Record<ViolationKind, number>> = {
  good_faith: 2,
  free_riding: 0,
  liquidation: 2,
};
export const VIOLATION_MONTHS_DAYS = 365;
export const RESTRICTION_DAYS = 90;

export interface ViolationRecord {
  /** By ascending day; those of the last 12 months, at most the number that restricts per kind. */
  readonly newest: readonly { readonly day: number; readonly kind: ViolationKind }[];
  /** The last day of the restriction; null if there was none. */
  readonly restrictedThrough: number | null;
}

export const NO_VIOLATIONS: ViolationRecord = { newest: [], restrictedThrough: null };

/** Counts a violation of a day, which is never before the newest one, and restricts the account if it is one too many. */
export function recordViolation(record: ViolationRecord, kind: ViolationKind, day: number): ViolationRecord {
  const recent = [...record.newest.filter((one) => isRecent(one.day, day)), { day, kind }];
  const same = recent.filter((one) => one.kind === kind);
  const allowed = VIOLATIONS_ALLOWED[kind];
  // More than those that restrict change nothing: the next one restricts in any case while these are recent.
  const dropped = same.length > allowed + 1 ? same[0] : undefined;
  return {
    newest: recent.filter((one) => one !== dropped),
    restrictedThrough: same.length > allowed ? day + RESTRICTION_DAYS : record.restrictedThrough,
  };
}

/** Violations of a kind in the 12 months up to a day, at most one more than are allowed. */
export function violationsOn(record: ViolationRecord, kind: ViolationKind, day: number): number {
  return record.newest.filter((one) => one.kind === kind && isRecent(one.day, day)).length;
}

/** Whether purchases need settled cash on a day: from the violation to the 90th day after it. */
export function isRestricted({ restrictedThrough }: ViolationRecord, day: number): boolean {
  return restrictedThrough !== null && day <= restrictedThrough;
}

function isRecent(of: number, day: number): boolean {
  return of > day - VIOLATION_MONTHS_DAYS;
}
