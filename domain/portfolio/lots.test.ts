import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { assetOf } from "../market/asset.ts";
import { lotsPerShare, notional } from "../market/instrument.ts";
import { refuseChoice } from "./lotMethod.ts";
import type { LotMethod } from "./lotMethod.ts";
import { splitLots } from "./lotSplit.ts";
import { lotValues } from "./lotValues.ts";
import { acquire, dispose, migrate, transferIn, transferOut } from "./lots.ts";
import { restoreLots, saveLots } from "./savedLots.ts";
import { noTaxLots } from "./taxLot.ts";
import type { TaxLots } from "./taxLot.ts";

const DAY = 86_400_000;
const START = Date.parse("2026-01-05T17:00:00Z");

/** Lots of these quantities and costs, a day apart. */
function bought(...lots: readonly (readonly [quantity: number, cost: number])[]): TaxLots {
  const state = noTaxLots();
  for (const [index, [quantity, cost]] of lots.entries()) acquire(state, { quantity, cost, at: START + index * DAY });
  return state;
}

const costs = (state: TaxLots): [quantity: number, cost: number][] =>
  state.lots.map(({ quantity, cost }) => [quantity, cost]);

describe("selling", () => {
  test("PF-1: a disposal of more than the position throws and changes nothing", () => {
    const state = bought([10, 100], [5, 60]);
    const before = structuredClone(state);
    for (const quantity of [16, 0, -1, 1.5, Number.NaN]) {
      expect(() => dispose(state, { quantity, proceeds: 1, at: START })).toThrow(RangeError);
      expect(() => transferOut(state, quantity)).toThrow(RangeError);
    }
    expect(() => dispose(state, { quantity: 1, proceeds: 0.5, at: START })).toThrow(RangeError);
    expect(() => dispose(noTaxLots(), { quantity: 1, proceeds: 1, at: START })).toThrow(RangeError);
    expect(state).toEqual(before);
  });

  test("PF-1: a lot without quantity, below zero or beyond the exact range is no lot", () => {
    const state = bought([Number.MAX_SAFE_INTEGER - 1, 5]);
    const before = structuredClone(state);
    for (const [quantity, cost] of [
      [0, 1],
      [1, -1],
      [1.5, 1],
      [1, 0.5],
      [2, 1],
      [1, Number.MAX_SAFE_INTEGER],
    ] as const) {
      expect(() => acquire(state, { quantity, cost, at: START })).toThrow(RangeError);
    }
    expect(state).toEqual(before);
  });

  test("PF-3: parts of a lot take its cost in proportion, half-even, and the last one takes the rest", () => {
    const state = bought([3, 100]);
    const parts = [1, 1, 1].map(() => dispose(state, { quantity: 1, proceeds: 50, at: START }).cost);
    // 100/3 = 33.3, 67/2 = 33.5 to the even 34, and what is left.
    expect(parts).toEqual([33, 34, 33]);
    expect(state).toMatchObject({ quantity: 0, cost: 0, lots: [] });
  });

  test("PF-3: proceeds are divided by quantity, and add up", () => {
    const state = bought([1, 10], [1, 10], [1, 10]);
    const sale = dispose(state, { quantity: 3, proceeds: 100, at: START });
    expect(sale.lots.map(({ proceeds }) => proceeds)).toEqual([33, 34, 33]);
    expect(sale).toMatchObject({ cost: 30, proceeds: 100, gain: 70 });
  });

  test("PF-1, PF-3: amounts up to the largest are exact", () => {
    const amount = fc.integer({ min: 1, max: 2 ** 47 });
    const method = fc.constantFrom<LotMethod>("fifo", "lifo", "highest_cost");
    fc.assert(
      fc.property(
        fc.array(fc.tuple(amount, amount), { minLength: 1, maxLength: 20 }),
        fc.array(fc.tuple(fc.double({ min: 0.01, max: 1, noNaN: true }), amount, method), { maxLength: 20 }),
        (lots, sales) => {
          const state = bought(...lots);
          let rest = state.cost;
          for (const [part, proceeds, by] of sales) {
            if (state.quantity === 0) break;
            const quantity = Math.max(1, Math.floor(state.quantity * part));
            const at = START + 100 * DAY;
            const sale = dispose(state, { quantity, proceeds, at, method: by });
            rest -= sale.cost;
            expect(state.cost).toBe(rest);
            expect(state.lots.reduce((sum, lot) => sum + lot.cost, 0)).toBe(rest);
            expect(state.lots.reduce((sum, lot) => sum + lot.quantity, 0)).toBe(state.quantity);
            expect(sale.lots.reduce((sum, lot) => sum + BigInt(lot.proceeds), 0n)).toBe(BigInt(proceeds));
            for (const lot of sale.lots) {
              const error = BigInt(lot.proceeds) * BigInt(quantity) - BigInt(proceeds) * BigInt(lot.quantity);
              expect(error <= BigInt(quantity) && error >= -BigInt(quantity)).toBe(true);
            }
          }
        },
      ),
    );
  });

  test("PF-2: the highest cost is compared exactly, and of equal lots the first is sold", () => {
    const price = 90_071_992_547;
    const state = bought([100_000_000, price], [100_000_001, price], [99_999_999, price], [99_999_999, price]);
    const ids = [1, 2, 3, 4].map(() => {
      const first = dispose(state, { quantity: 99_999_999, proceeds: 1, at: START, method: "highest_cost" });
      return first.lots.map(({ lotId }) => lotId);
    });
    expect(ids.slice(0, 3)).toEqual([[3], [4], [1]]);
    const equal = bought(...Array.from({ length: 9 }, () => [100_000_000, price] as const));
    const all = dispose(equal, { quantity: equal.quantity, proceeds: 1, at: START, method: "highest_cost" });
    expect(all.lots.map(({ lotId }) => lotId)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  test("PF-5: a loss that was replaced in full is forgotten, also when the clock was set back between losses", () => {
    const state = bought([20, 200]);
    dispose(state, { quantity: 10, proceeds: 60, at: START + 40 * DAY });
    dispose(state, { quantity: 10, proceeds: 70, at: START + 5 * DAY });
    const { washSales } = acquire(state, { quantity: 10, cost: 100, at: START - 10 * DAY });
    expect(washSales.map(({ disposalId, quantity }) => [disposalId, quantity])).toEqual([[2, 10]]);
    expect(state.losses.map(({ disposalId }) => disposalId)).toEqual([1]);
  });

  test("PF-5: a loss is kept for 30 days and no longer", () => {
    const state = bought([10, 100]);
    dispose(state, { quantity: 5, proceeds: 10, at: START + DAY });
    dispose(state, { quantity: 1, proceeds: 10, at: START + 31 * DAY });
    expect(state.losses).toHaveLength(1);
    dispose(state, { quantity: 1, proceeds: 10, at: START + 32 * DAY });
    expect(state.losses).toEqual([]);
  });

  test("PF-2: a choice of lots is refused with the reason", () => {
    const state = bought([10, 100], [5, 60]);
    const refusal = (...choices: readonly (readonly [number, number])[]) =>
      refuseChoice(
        state,
        choices.map(([lotId, quantity]) => ({ lotId, quantity })),
        7,
      );
    expect(refusal([2, 5], [1, 2])).toBeNull();
    expect(refusal([3, 7])).toEqual({ reason: "tax_lot_not_found", lotId: 3 });
    const few = { reason: "tax_lot_insufficient", lotId: 2, requested: 6, available: 5, reserved: 0 };
    expect(refusal([2, 6], [1, 1])).toEqual(few);
    expect(refusal([2, 3], [2, 2], [1, 2])).toEqual({ reason: "tax_lot_repeated", lotId: 2 });
    expect(refusal([1, 6])).toEqual({ reason: "tax_lots_quantity", chosen: 6, quantity: 7 });
    expect(refusal()).toEqual({ reason: "tax_lots_quantity", chosen: 0, quantity: 7 });
    expect(
      refuseChoice(
        state,
        [
          { lotId: 1, quantity: 4 },
          { lotId: 2, quantity: 3 },
        ],
        7,
        new Map([[2, 3]]),
      ),
    ).toEqual({ ...few, requested: 3, available: 2, reserved: 3 });
  });
});

describe("PF-6: transfers and migration", () => {
  test("a lot that is transferred in keeps date and cost, and is sold in its place", () => {
    const state = bought([10, 100]);
    const lotId = transferIn(state, { acquiredAt: START - 700 * DAY, quantity: 4, cost: 30 });
    const sale = dispose(state, { quantity: 6, proceeds: 60, at: START + DAY });
    expect(sale.lots.map((lot) => [lot.lotId, lot.source, lot.cost, lot.term])).toEqual([
      [lotId, "transferred", 30, "long"],
      [1, "acquired", 20, "short"],
    ]);
  });

  test("what is transferred out arrives with the same dates and costs", () => {
    const from = bought([10, 100], [5, 61]);
    const to = noTaxLots();
    const basis = from.cost;
    for (const lot of transferOut(from, 12, "lifo")) transferIn(to, lot);
    expect(to.lots.map(({ acquiredAt, quantity, cost }) => [acquiredAt, quantity, cost])).toEqual([
      [START, 7, 70],
      [START + DAY, 5, 61],
    ]);
    expect(from.cost + to.cost).toBe(basis);
    expect(from).toMatchObject({ quantity: 3, cost: 30 });
  });

  test("a position with an average cost becomes one migrated lot, once", () => {
    const state = noTaxLots();
    migrate(state, { acquiredAt: START, quantity: 15, cost: 161 });
    expect(state).toMatchObject({ quantity: 15, cost: 161 });
    expect(() => migrate(state, { acquiredAt: START, quantity: 1, cost: 1 })).toThrow(RangeError);
    acquire(state, { quantity: 5, cost: 50, at: START + DAY });
    const sale = dispose(state, { quantity: 16, proceeds: 160, at: START + 2 * DAY });
    expect(sale.lots.map((lot) => [lot.source, lot.quantity, lot.cost])).toEqual([
      ["migrated", 15, 161],
      ["acquired", 1, 10],
    ]);
  });

  test("a migrated lot replaces no loss", () => {
    const state = noTaxLots();
    migrate(state, { acquiredAt: START, quantity: 10, cost: 100 });
    acquire(state, { quantity: 10, cost: 100, at: START + DAY });
    const sale = dispose(state, { quantity: 10, proceeds: 50, at: START + 2 * DAY, method: "lifo" });
    expect(sale.washSales).toEqual([]);
  });
});

describe("PF-7: stock splits", () => {
  test("4 for 1: quantities, not costs", () => {
    const state = bought([10, 100], [5, 61]);
    expect(splitLots(state, { to: 4, from: 1 })).toEqual({ quantity: 60, remainder: 0, costRemoved: 0 });
    expect(costs(state)).toEqual([
      [40, 100],
      [20, 61],
    ]);
  });

  test("1 for 10: the position is rounded down, lots add up to it, and no cost is lost", () => {
    const state = bought([14, 100], [3, 30], [9, 80], [2, 20]);
    // 28 units are 2.8: the running sums 1.4, 1.7, 2.6 and 2.8 are 1, 1, 2 and 2.
    expect(splitLots(state, { to: 1, from: 10 })).toEqual({ quantity: 2, remainder: 8, costRemoved: 0 });
    expect(costs(state)).toEqual([
      [1, 100],
      [1, 130],
    ]);
    expect(state.cost).toBe(230);
  });

  test("a position of less than a unit ends, and its basis is given for the payment in cash", () => {
    const state = bought([3, 100], [3, 30]);
    expect(splitLots(state, { to: 1, from: 10 })).toEqual({ quantity: 0, remainder: 6, costRemoved: 130 });
    expect(state).toMatchObject({ quantity: 0, cost: 0, lots: [] });
  });

  test("a loss before a split is replaced by shares after it", () => {
    const state = bought([10, 100]);
    dispose(state, { quantity: 10, proceeds: 60, at: START + DAY });
    splitLots(state, { to: 2, from: 1 });
    const { washSales } = acquire(state, { quantity: 5, cost: 15, at: START + 2 * DAY });
    expect(washSales).toEqual([{ disposalId: 1, lotId: 1, replacedBy: 2, quantity: 5, disallowed: 10 }]);
  });

  test("a ratio that is none, or a position that would be too large, throws and changes nothing", () => {
    const state = bought([2 ** 52, 100]);
    const before = structuredClone(state);
    for (const [to, from] of [
      [0, 1],
      [1, 0],
      [1.5, 1],
      [4, 1],
    ] as const) {
      expect(() => splitLots(state, { to, from })).toThrow(RangeError);
    }
    expect(state).toEqual(before);
  });
});

test("PF-8: the values of lots add up to the value of the position, and gains to its gain", () => {
  const asset = assetOf("AAPL");
  if (asset === null) throw new Error("no such asset");
  const lot = fc.tuple(fc.integer({ min: 1, max: 5_000_000_000 }), fc.nat(1_000_000_000));
  fc.assert(
    fc.property(fc.array(lot, { maxLength: 20 }), fc.nat(100_000_000), (lots, price) => {
      const state = bought(...lots);
      const values = lotValues(state.lots, price, lotsPerShare(asset), START + 400 * DAY);
      const sum = values.reduce((total, { value }) => total + value, 0);
      expect(sum).toBe(notional(asset, price, state.quantity));
      expect(values.reduce((total, { gain }) => total + gain, 0)).toBe(sum - state.cost);
      expect(values.every(({ term }) => term === "long")).toBe(true);
    }),
  );
});

describe("PF-9: the saved form", () => {
  test("of 20,000 lots is below a megabyte, and has every lot", () => {
    const state = noTaxLots();
    for (let nth = 0; nth < 20_000; nth++) {
      acquire(state, { quantity: 1_000_000 + nth, cost: 1_870_000 + nth, at: START + nth * 41_771 });
    }
    const saved = saveLots(state);
    expect(JSON.stringify(saved).length).toBeLessThan(1_000_000);
    expect(restoreLots(saved)).toEqual(state);
  });

  test("that is cut off or has an unknown source is refused", () => {
    const saved = saveLots(bought([1, 2]));
    expect(() => restoreLots({ ...saved, next: [1] })).toThrow(RangeError);
    expect(() => restoreLots({ ...saved, lots: saved.lots.slice(1) })).toThrow(RangeError);
    expect(() => restoreLots({ ...saved, losses: [1] })).toThrow(RangeError);
    expect(() => restoreLots({ ...saved, lots: [1, START, 1, 2, 0, 7] })).toThrow(RangeError);
  });
});
