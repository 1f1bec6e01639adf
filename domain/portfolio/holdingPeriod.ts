import { dayOf, newYorkDay, yearOf } from "../market/newYork.ts";

/** Short: held for one year or less. Long: held for more than one year. */
export type Term = "short" | "long";

/**
 * The term of shares at their disposal (IRS Publication 550, "Holding Period"): counting begins on the day after the
 * acquisition, and the day of the disposal counts. A year ends on the day before the date on which it began; one that
 * began on a February 29 ends on February 28. Days are dates in New York.
 */
export function termOf(acquiredAt: number, disposedAt: number): Term {
  return newYorkDay(disposedAt) >= yearLater(newYorkDay(acquiredAt) + 1) ? "long" : "short";
}

/** The same date one year later; March 1 for a February 29. */
function yearLater(day: number): number {
  const year = yearOf(day);
  const leapDays = [year, year + 1].filter(isLeap).map((each) => dayOf(each, 2, 29));
  return day + (leapDays.some((leapDay) => day <= leapDay && leapDay <= day + 365) ? 366 : 365);
}

function isLeap(year: number): boolean {
  return dayOf(year, 3, 1) - dayOf(year, 2, 1) === 29;
}
