import { expect, test } from "vitest";
import { BarCalendar } from "./barCalendar.ts";
import { SPARK_MOST, sparkBars } from "./sparkBars.ts";

const MINUTE = 60_000;
const shares = new BarCalendar({ assetClass: "us_equity" });
const coins = new BarCalendar({ assetClass: "crypto" });

/** Bars of ten minutes from a time on. */
const bars = (from: string, count: number): { at: number }[] =>
  Array.from({ length: count }, (_, nth) => ({ at: Date.parse(from) + nth * 10 * MINUTE }));

const friday = bars("2026-11-27T14:30:00Z", 21);
const wednesday = bars("2026-11-25T14:30:00Z", 39);
const now = Date.parse("2026-12-01T20:00:00Z");

test("UI-130: a line is of the newest session when that has enough points", () => {
  const tuesday = bars("2026-12-01T14:30:00Z", 20);
  expect(sparkBars([...friday, ...tuesday], shares, now)).toEqual(tuesday);
});

test("UI-130: whole sessions before are added until there are enough points, as far as there are any", () => {
  // The trading day of Tuesday begins on Monday evening.
  const begun = bars("2026-12-01T01:00:00Z", 3);
  expect(sparkBars([...wednesday, ...friday, ...begun], shares, now)).toEqual([...friday, ...begun]);
  expect(sparkBars([...wednesday, ...friday.slice(0, 10), ...begun], shares, now)).toHaveLength(52);
  expect(sparkBars(begun, shares, now)).toEqual(begun);
  expect(sparkBars([], shares, now)).toEqual([]);
});

test("UI-130: coins have 24 hours, and a line has no more points than are seen", () => {
  const all = bars("2026-11-29T20:00:00Z", 288);
  const shown = sparkBars(all, coins, now);
  expect(shown).toHaveLength(SPARK_MOST);
  expect(shown[0]).toEqual({ at: now - 143 * 10 * MINUTE });
  expect(shown.at(-1)).toEqual(all.at(-1));
});
