import fc from "fast-check";
import { expect, test } from "vitest";
import { acquire, dispose, transferOut } from "./lots.ts";
import { putBack } from "./returnedLots.ts";
import { noTaxLots } from "./taxLot.ts";

const START = Date.UTC(2026, 0, 5, 15);
const DAY = 86_400_000;

const trade = fc.record({
  buys: fc.boolean(),
  days: fc.integer({ min: 0, max: 20 }),
  quantity: fc.integer({ min: 1, max: 12 }),
  cash: fc.integer({ min: 0, max: 900 }),
});

test("PF-6: lots that come back are what they were, with their numbers and what they had replaced", () => {
  fc.assert(
    fc.property(fc.array(trade, { maxLength: 30 }), fc.integer({ min: 1, max: 40 }), (trades, quantity) => {
      const state = noTaxLots();
      let at = START;
      for (const { buys, days, quantity: lots, cash } of trades) {
        at += days * DAY;
        if (buys) acquire(state, { quantity: lots, cost: cash, at });
        else if (state.quantity >= lots) dispose(state, { quantity: lots, proceeds: cash, at });
      }
      if (state.quantity < quantity) return;
      const before = structuredClone(state);
      const sent = transferOut(state, quantity);
      expect(state.quantity).toBe(before.quantity - quantity);
      putBack(state, sent);
      expect(state).toEqual(before);
    }),
    { numRuns: 300 },
  );
});

test("PF-6: what was sold of a lot while its other part was away stays sold", () => {
  const state = noTaxLots();
  acquire(state, { quantity: 10, cost: 100, at: START });
  acquire(state, { quantity: 5, cost: 61, at: START + DAY });
  const sent = transferOut(state, 4);
  expect(sent).toMatchObject([{ lotId: 1, quantity: 4, cost: 40 }]);
  dispose(state, { quantity: 8, proceeds: 80, at: START + 2 * DAY });
  expect(state.lots.map(({ lotId }) => lotId)).toEqual([2]);
  putBack(state, sent);
  expect(state.lots.map(({ lotId, quantity, cost }) => [lotId, quantity, cost])).toEqual([
    [1, 4, 40],
    [2, 3, 37],
  ]);
  expect(state).toMatchObject({ quantity: 7, cost: 77, nextLotId: 3 });
});
