import { expect, test } from "vitest";
import { CAUSES, Comparison, KINDS, tally, total } from "./paper/comparison.ts";

const CASES = 10_000;
const SEED = 20_261_130;

const comparison = new Comparison(SEED);
const cases = Array.from({ length: CASES }, (_, nth) => comparison.next(nth));

test("PA-12: the same order is filled alike in the live book and on paper, in 95 of 100 cases or more", () => {
  const table = tally(cases);
  console.log(table.table([...KINDS, "all"], ["cases", "filled", "alike", "filled alike", ...CAUSES]));
  expect(table.of("all", "alike")).toBeGreaterThanOrEqual(0.95 * CASES);
  // Orders that are filled in neither are alike too, so those that are filled live are also counted alone.
  expect(table.of("all", "filled alike")).toBeGreaterThanOrEqual(0.95 * table.of("all", "filled"));
  // Each kind is compared, and orders are filled in the comparison.
  for (const kind of KINDS) expect([kind, table.of(kind, "filled") > 10]).toEqual([kind, true]);
  // A difference that nothing explains is a defect.
  expect(table.of("all", "other")).toBe(0);
});

test("PA-6: a paper order is filled no earlier than the same live order, and never when that is not", () => {
  for (const { kind, live, paper } of cases) {
    // Between two readings a pegged order has the price of the first one.
    if (kind === "mid") continue;
    const [first, firstLive] = [paper[0]?.at ?? Number.POSITIVE_INFINITY, live[0]?.at ?? Number.POSITIVE_INFINITY];
    expect([kind, first >= firstLive]).toEqual([kind, true]);
  }
});

test("PA-4, PA-6: a paper order is never filled for more than others offer within its price", () => {
  for (const { kind, paper, offered } of cases) expect([kind, total(paper) <= offered]).toEqual([kind, true]);
});
