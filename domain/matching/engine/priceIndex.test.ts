import fc from "fast-check";
import { expect, test } from "vitest";
import { OrderPool } from "./orderPool.ts";
import { Ladder } from "./ladder.ts";
import { KEY_END, NONE, PriceIndex } from "./priceIndex.ts";

/** Keys that share nodes of every size, and some that share none. */
const key = fc.oneof(
  fc.integer({ min: 1, max: 200 }),
  fc.integer({ min: 32_700, max: 32_900 }),
  fc.integer({ min: 1, max: KEY_END - 1 }),
  fc.constantFrom(1, 31, 32, 1_023, 1_024, 32_767, 32_768, 2 ** 30 - 1, 2 ** 30, KEY_END - 1),
);

test("OB-1: after any insertions and deletions the index finds each key, the least and the next", () => {
  fc.assert(
    fc.property(fc.array(key, { maxLength: 200 }), (keys) => {
      const index = new PriceIndex();
      const model = new Map<number, number>();
      for (const [nth, each] of keys.entries()) {
        if (model.delete(each)) index.delete(each);
        else {
          model.set(each, nth);
          index.set(each, nth);
        }
        const sorted = [...model.keys()].sort((a, b) => a - b);
        expect(index.least()).toBe(sorted[0] ?? KEY_END);
        expect(index.after(each)).toBe(sorted.find((other) => other > each) ?? KEY_END);
        for (const other of keys.slice(0, 20)) expect(index.get(other)).toBe(model.get(other) ?? NONE);
      }
    }),
    { numRuns: 300 },
  );
});

test("OB-1: the best price is right after any level was removed", () => {
  fc.assert(
    fc.property(fc.boolean(), fc.array(key, { minLength: 1, maxLength: 100 }), (bids, prices) => {
      const orders = new OrderPool(16);
      const ladder = new Ladder(orders, bids);
      const slots = prices.map((price, nth) => {
        const slot = orders.take(nth, 1, 0, 1);
        ladder.push(slot, price);
        return slot;
      });
      const left = [...prices];
      for (const slot of slots) {
        const best = bids ? Math.max(...left) : Math.min(...left);
        expect(ladder.price(ladder.best)).toBe(best);
        left.shift();
        ladder.unlink(slot);
      }
      expect([ladder.best, ladder.size]).toEqual([NONE, 0]);
    }),
    { numRuns: 300 },
  );
});

test("OB-1: a rebuilt index has exactly the current levels", () => {
  const orders = new OrderPool(16);
  const ladder = new Ladder(orders, false);
  const kept = [orders.take(0, 1, 0, 1), orders.take(0, 1, 0, 1)] as const;
  ladder.push(kept[0], 5);
  ladder.push(kept[1], KEY_END - 5);
  // Each far from the others, never more than one at a time.
  for (let nth = 1; nth <= 100_000; nth++) {
    const slot = orders.take(nth, 1, 0, 1);
    ladder.push(slot, nth * 20_000);
    ladder.unlink(slot);
    orders.release(slot);
  }
  const prices = [ladder.best, ladder.worse(ladder.best)].map((level) => ladder.price(level));
  expect(prices).toEqual([5, KEY_END - 5]);
  expect([ladder.at(5), ladder.at(KEY_END - 5), ladder.at(20_000)]).toEqual([ladder.best, expect.any(Number), NONE]);
});
