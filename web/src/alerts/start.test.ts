import { expect, test } from "vitest";
import type { Bar, Trade } from "../feed/messages.ts";
import type { Snapshot } from "../feed/snapshots.ts";
import { closeFor, startOfSnapshot } from "./start.ts";

/** An hour of a day of November 2026, in New York. */
const at = (day: number, hour: number): number => Date.UTC(2026, 10, day, hour + 5);
const bar = (day: number, close: number): Bar => ({ at: at(day, 0), close }) as Bar;
const trade = (day: number, hour: number): Trade => ({ id: 1, price: 99, size: 1, at: at(day, hour) }) as Trade;
const snapshot = (of: Partial<Snapshot>): Snapshot => ({ symbol: "AAPL", ...of }) as Snapshot;

test("UI-185: before regular hours the previous close is that of the newest daily bar", () => {
  const early = startOfSnapshot(snapshot({ trade: trade(18, 5), daily: bar(17, 100), before: bar(16, 90) }));
  expect(early).toMatchObject({ last: 99, close: 100 });
  const later = startOfSnapshot(snapshot({ trade: trade(18, 11), daily: bar(18, 98), before: bar(17, 100) }));
  expect(later).toMatchObject({ last: 99, close: 100 });
  expect(startOfSnapshot(undefined)).toEqual({ last: null, close: null, day: null });
});

test("UI-185: a close is not used for a trade of another day", () => {
  const start = startOfSnapshot(snapshot({ trade: trade(17, 11), daily: bar(17, 98), before: bar(16, 90) }));
  expect(closeFor("AAPL", start, at(17, 15))).toBe(90);
  expect(closeFor("AAPL", start, at(18, 5))).toBeNull();
});
