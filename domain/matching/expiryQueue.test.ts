import fc from "fast-check";
import { expect, test } from "vitest";
import { Engine } from "./engine/engine.ts";
import { ExpiryQueue } from "./expiryQueue.ts";
import { InternTable } from "./internTable.ts";

const change = fc.oneof(
  { weight: 4, arbitrary: fc.nat(40).map((expiresAt) => ({ expiresAt })) },
  { weight: 3, arbitrary: fc.nat(200).map((nth) => ({ remove: nth })) },
  { weight: 1, arbitrary: fc.nat(40).map((now) => ({ now })) },
);

test("OB-7: after any additions and removals the queue knows the earliest expiry and the orders that are due, as a list does", () => {
  fc.assert(
    fc.property(fc.array(change, { maxLength: 500, size: "max" }), (changes) => {
      const { orders } = new Engine();
      const expiries = new InternTable<number>();
      const queue = new ExpiryQueue(orders, expiries);
      const list = new Map<number, number>();
      const remove = (slot: number): void => {
        queue.remove(slot);
        expiries.release(orders.expiries[slot] ?? -1);
        orders.release(slot);
        list.delete(slot);
      };
      for (const each of changes) {
        if ("expiresAt" in each) {
          const slot = orders.take(1, 1, 0, 1);
          orders.expiries[slot] = expiries.acquire(each.expiresAt);
          queue.add(slot);
          list.set(slot, each.expiresAt);
        } else if ("remove" in each) {
          const slot = [...list.keys()][each.remove];
          if (slot !== undefined) remove(slot);
        } else {
          const due = [...list].filter(([, expiresAt]) => expiresAt <= each.now).map(([slot]) => slot);
          expect(queue.due(each.now).toSorted((a, b) => a - b)).toEqual(due.toSorted((a, b) => a - b));
          for (const slot of due) remove(slot);
        }
        expect(queue.earliest).toBe(list.size === 0 ? null : Math.min(...list.values()));
      }
      expect(() => queue.remove(1_000)).toThrow("does not expire");
    }),
    { numRuns: 200 },
  );
});
