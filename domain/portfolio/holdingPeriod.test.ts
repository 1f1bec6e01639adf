import { describe, expect, test } from "vitest";
import { termOf } from "./holdingPeriod.ts";

const DAY = 86_400_000;
const noon = (date: string): number => Date.parse(`${date}T17:00:00Z`);

describe("PF-4: the term of a holding", () => {
  test.each([
    // J.K. Lasser's Your Income Tax 2013, 5.9.
    ["2012-09-19", "2013-09-20"],
    // A leap day within the year is a day like any other.
    ["2023-06-01", "2024-06-02"],
    ["2024-01-10", "2025-01-11"],
    // The last day of a month: the first day of the thirteenth month that follows (Rev. Rul. 66-7).
    ["2012-11-30", "2013-12-01"],
    ["2023-02-28", "2024-03-01"],
    ["2024-02-29", "2025-03-01"],
    // Counting begins on February 29, and the year ends on February 28.
    ["2024-02-28", "2025-03-01"],
    ["2023-12-31", "2025-01-01"],
  ])("of shares acquired on %s is long from %s on", (acquired, firstLong) => {
    expect(termOf(noon(acquired), noon(firstLong) - DAY)).toBe("short");
    expect(termOf(noon(acquired), noon(firstLong))).toBe("long");
  });

  test("is long from the date of the second day on, one year later, for every day of thirty years", () => {
    for (let day = noon("2007-12-01"); day < noon("2037-12-01"); day += DAY) {
      const second = new Date(day + DAY);
      const firstLong = Date.UTC(second.getUTCFullYear() + 1, second.getUTCMonth(), second.getUTCDate(), 17);
      expect([termOf(day, firstLong - DAY), termOf(day, firstLong)], second.toISOString()).toEqual(["short", "long"]);
    }
  });

  test("counts dates of New York, not hours", () => {
    const lateOnFirst = Date.parse("2025-03-04T04:59:00Z");
    expect(termOf(lateOnFirst, Date.parse("2026-03-04T05:01:00Z"))).toBe("long");
    expect(termOf(lateOnFirst, Date.parse("2026-03-04T04:59:00Z"))).toBe("short");
    expect(termOf(lateOnFirst + 2 * 60_000, Date.parse("2026-03-05T04:59:00Z"))).toBe("short");
  });
});
