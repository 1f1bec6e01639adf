import { expect, test } from "vitest";
import { cashFlows, dollars } from "./testing.ts";
import { xirr } from "./xirr.ts";

// Published examples of flows with several rates of return, or none. Each says what of it was read; what is "from memory"
// or "computed" was not.

/** edupristine.com/discuss, topic 1406, a practice question of the CFA: -2,000, 10,000, -10,000 has about 38 % and 260 %. */
test("PF-23: two rates of a practice question", () => {
  const result = xirr(cashFlows(["2001-01-01", -2_000], ["2002-01-01", 10_000], ["2003-01-01", -10_000]));
  if (!("rates" in result)) throw new Error("one rate");
  expect(result.rates.map((rate) => rate.toFixed(2))).toEqual(["0.38", "2.62"]);
});

/** MathWorks, `irr`, "Find Multiple Internal Rates of Return": -1000, 6000, -10900, 5800 has -4.88 %, 100 % and 204.88 %. */
test("PF-23: three rates of MathWorks", () => {
  const years = ["2001-01-01", "2002-01-01", "2003-01-01"] as const;
  // The fourth date is three years of 365 days after the first: 2004 has a day more only after February.
  const result = xirr(cashFlows([years[0], -1_000], [years[1], 6_000], [years[2], -10_900], ["2004-01-01", 5_800]));
  if (!("rates" in result)) throw new Error("one rate");
  expect(result.reason).toBe("several_roots");
  expect(result.rates.map((rate) => rate.toFixed(4))).toEqual(["-0.0488", "1.0000", "2.0488"]);
});

/**
 * Ross, Westerfield and Jordan, as quoted at brainmass.com, problem 39308: -252, 1,431, -3,035, 2,850, -1,000, "search for
 * IRRs between 20 percent and 70 percent". There are four: 25 %, 33 1/3 %, 42 6/7 % and 66 2/3 % (computed, not read).
 */
test("PF-23: four rates between 20 % and 70 %", () => {
  const paid = [-252, 1_431, -3_035, 2_850, -1_000];
  const result = xirr(paid.map((amount, year) => ({ day: year * 365, amount: dollars(amount) })));
  if (!("rates" in result)) throw new Error("one rate");
  expect(result.rates.every((rate) => rate > 0.2 && rate < 0.7)).toBe(true);
  for (const [nth, rate] of [1 / 4, 1 / 3, 3 / 7, 2 / 3].entries()) expect(result.rates[nth]).toBeCloseTo(rate, 6);
});

/**
 * The oil pump of Lorie and Savage, "Three Problems in Rationing Capital", The Journal of Business 28 (1955). Read: its
 * flows and 25 % (assignmentexpert.com, question 131526). Its other rate, 400 %, is computed:
 * -1,600 + 10,000 / 5 - 10,000 / 25 = 0.
 */
test("PF-23: the oil pump has two rates and so no money-weighted return", () => {
  const result = xirr(cashFlows(["2001-01-01", -1_600], ["2002-01-01", 10_000], ["2003-01-01", -10_000]));
  if (!("rates" in result)) throw new Error("one rate");
  expect(result.reason).toBe("several_roots");
  expect(result.rates).toHaveLength(2);
  expect(result.rates[0]).toBeCloseTo(0.25, 10);
  expect(result.rates[1]).toBeCloseTo(4, 10);
});

/**
 * countingaccounting.com, "When to use IRR", 2021: $5 million at once, $4 million of expenses in each of four years, $17
 * million after five: there is no IRR. The shorter example +1,000, -3,000, +2,500 is that of Brealey, Myers and Allen,
 * "Principles of Corporate Finance", chapter 5, from memory.
 */
test.each([
  ["a construction company", [5, -4, -4, -4, -4, 17]],
  ["three flows", [1_000, -3_000, 2_500]],
])("PF-23: %s, flows without a rate", (_, amounts) => {
  expect(xirr(amounts.map((amount, year) => ({ day: year * 365, amount: dollars(amount) })))).toEqual({
    reason: "no_root",
  });
});
