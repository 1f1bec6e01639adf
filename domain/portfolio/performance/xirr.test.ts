import { xirr as libraryXirr } from "@webcarrot/xirr";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { CashFlow } from "./series.ts";
import { cashFlows, dollars } from "./testing.ts";
import { xirr } from "./xirr.ts";

const DAY = 86_400_000;

/** What the other library finds from its own guess; undefined where its Newton's method does not converge, or beyond our range. */
function rateOfLibrary(flows: readonly CashFlow[]): number | undefined {
  try {
    const rate = libraryXirr(
      flows.map(({ day, amount }) => ({ amount: amount / 10_000, date: new Date(day * DAY) })),
      undefined,
      undefined,
      undefined,
      200,
    );
    return rate > -1 + 1e-12 && rate < 1e12 ? rate : undefined;
  } catch {
    return undefined;
  }
}

const amounts = fc.integer({ min: 1, max: dollars(1_000_000) });
const days = fc.integer({ min: 14_000, max: 14_000 + 3_650 });
const anyFlows = fc.array(fc.record({ day: days, amount: fc.tuple(amounts, fc.boolean()) }), {
  minLength: 2,
  maxLength: 30,
});
const signed = anyFlows.map((list) =>
  list.map(({ day, amount: [amount, isPaid] }) => ({ day, amount: isPaid ? -amount : amount })),
);

/** Payments first, then receipts: one sign change, so one rate. */
const investments = fc
  .tuple(fc.uniqueArray(days, { minLength: 2, maxLength: 30 }), fc.array(amounts, { minLength: 30, maxLength: 30 }))
  .chain(([when, sizes]) =>
    fc
      .integer({ min: 1, max: when.length - 1 })
      .map((paid) =>
        when
          .toSorted((a, b) => a - b)
          .map((day, i) => ({ day, amount: i < paid ? -(sizes[i] ?? 1) : (sizes[i] ?? 1) })),
      ),
  );

/** The present value in parts of the sum of sizes; a second way to say that a rate is right. */
function residualOf(flows: readonly CashFlow[], rate: number): number {
  const first = Math.min(...flows.map(({ day }) => day));
  let value = 0;
  let size = 0;
  for (const { day, amount } of flows) {
    const present = amount / (1 + rate) ** ((day - first) / 365);
    value += present;
    size += Math.abs(present);
  }
  return Math.abs(value) / size;
}

test("PF-23: the rate is that of a second library wherever that finds one", () => {
  let compared = 0;
  fc.assert(
    fc.property(investments, (flows) => {
      const ours = xirr(flows);
      if ("reason" in ours) {
        expect(ours.reason).toBe("out_of_range");
        return;
      }
      // Nearer to -1 a plain number does not hold the digits of 1 + rate that the check needs.
      if (ours.rate > -0.999) expect(residualOf(flows, ours.rate)).toBeLessThan(1e-9);
      const other = rateOfLibrary(flows);
      if (other === undefined || residualOf(flows, other) > 1e-12) return;
      compared++;
      expect(Math.abs(ours.rate - other)).toBeLessThan(1e-7 * (1 + Math.abs(other)));
    }),
    { numRuns: 500, endOnFailure: true },
  );
  expect(compared).toBeGreaterThan(250);
});

test("PF-23: flows of any signs have one rate, a reason, or several rates that all fit", () => {
  let compared = 0;
  fc.assert(
    fc.property(signed, (flows) => {
      const ours = xirr(flows);
      if ("rates" in ours) {
        expect(ours.rates.length).toBeGreaterThan(1);
        for (const rate of ours.rates) if (rate > -0.999) expect(residualOf(flows, rate)).toBeLessThan(1e-9);
        return;
      }
      const other = rateOfLibrary(flows);
      const isFound = other !== undefined && residualOf(flows, other) < 1e-12;
      if ("rate" in ours) {
        if (ours.rate > -0.999) expect(residualOf(flows, ours.rate)).toBeLessThan(1e-9);
        if (!isFound) return;
        compared++;
        expect(Math.abs(ours.rate - other)).toBeLessThan(1e-6 * (1 + Math.abs(other)));
      } else if (ours.reason === "no_root" || ours.reason === "no_sign_change") {
        expect(isFound).toBe(false);
      }
    }),
    { numRuns: 500, endOnFailure: true },
  );
  expect(compared).toBeGreaterThan(50);
});

test("PF-23: neither the order of the flows nor their sign nor their scale changes the rate", () => {
  fc.assert(
    fc.property(investments, fc.integer({ min: 2, max: 50 }), (flows, scale) => {
      const rate = xirr(flows);
      expect(xirr(flows.toReversed())).toEqual(rate);
      expect(xirr(flows.map(({ day, amount }) => ({ day, amount: -amount })))).toEqual(rate);
      const scaled = xirr(flows.map(({ day, amount }) => ({ day, amount: amount * scale })));
      if ("reason" in rate || "reason" in scaled) expect(scaled).toEqual(rate);
      else expect(Math.abs(scaled.rate - rate.rate)).toBeLessThan(1e-10 * (1 + rate.rate));
    }),
  );
});

test("PF-23: rates are built into flows and found again", () => {
  fc.assert(
    fc.property(
      fc.double({ min: -0.95, max: 20, noNaN: true }),
      fc.uniqueArray(fc.integer({ min: 1, max: 3_650 }), { minLength: 1, maxLength: 20 }),
      (rate, when) => {
        const last = Math.max(...when) + 1;
        const paid = when.map((day) => ({ day, amount: -dollars(1_000 + day) }));
        let end = 0;
        for (const { day, amount } of paid) end -= amount * (1 + rate) ** ((last - day) / 365);
        const result = xirr([...paid, { day: last, amount: end }]);
        if ("reason" in result) throw new Error(result.reason);
        expect(Math.abs(result.rate - rate)).toBeLessThan(1e-9 * (1 + Math.abs(rate)));
      },
    ),
  );
});

test.each([
  ["nothing", [], { reason: "no_sign_change" }],
  ["one flow", cashFlows(["2026-01-01", -1]), { reason: "no_sign_change" }],
  ["only payments", cashFlows(["2026-01-01", -1], ["2026-02-01", -1]), { reason: "no_sign_change" }],
  ["all on one day", cashFlows(["2026-01-01", -1], ["2026-01-01", 2]), { reason: "no_sign_change" }],
  ["flows that cancel", cashFlows(["2026-01-01", -1], ["2026-01-01", 1]), { reason: "no_sign_change" }],
  ["a hundredfold gain in a day", cashFlows(["2026-01-01", -1], ["2026-01-02", 100]), { reason: "out_of_range" }],
  ["nearly all lost in a day", cashFlows(["2026-01-01", -100], ["2026-01-02", 1]), { reason: "out_of_range" }],
])("PF-23: %s", (_, given, answer) => {
  expect(xirr(given)).toEqual(answer);
});

test("PF-23: a rate that touches zero is one rate", () => {
  // -1 + 2.2 / (1 + r) - 1.21 / (1 + r)^2 is -(1 - 1.1 / (1 + r))^2.
  const result = xirr(cashFlows(["2001-01-01", -1_000], ["2002-01-01", 2_200], ["2003-01-01", -1_210]));
  if ("reason" in result) throw new Error(result.reason);
  expect(result.rate).toBeCloseTo(0.1, 6);
});

test("PF-23: three rates are all found", () => {
  // Roots of (1 - 1.1 v)(1 - 1.5 v)(1 - 3 v) for v = 1 / (1 + r): 10 %, 50 % and 200 %.
  const result = xirr(
    cashFlows(["2001-01-01", 1_000], ["2002-01-01", -5_600], ["2003-01-01", 9_450], ["2004-01-01", -4_950]),
  );
  expect("rates" in result && result.rates.map((rate) => Math.round(rate * 1e8) / 1e8)).toEqual([0.1, 0.5, 2]);
});

test("PF-23: many deposits and withdrawals of an account that stays invested have one proven rate", () => {
  const flows: CashFlow[] = [{ day: 0, amount: -dollars(1_000) }];
  for (let day = 1; day <= 3_000; day++) flows.push({ day, amount: dollars(day % 2 === 0 ? 500 : -500) });
  flows.push({ day: 3_001, amount: dollars(2_000) });
  const result = xirr(flows);
  if ("reason" in result) throw new Error(result.reason);
  expect(residualOf(flows, result.rate)).toBeLessThan(1e-9);
});

test("PF-23: more sign changes than are isolated, and no proof, is a reason", () => {
  const flows: CashFlow[] = [];
  for (let i = 0; i < 60; i++) flows.push({ day: i * 30, amount: dollars(i % 2 === 0 ? -1_000 : 3_000 - i * 45) });
  expect(xirr(flows)).toEqual({ reason: "not_isolated" });
});
