import fc from "fast-check";
import { expect, test } from "vitest";
import { loadBook, saveBook } from "./bookSnapshot.ts";
import { slotsInOrder } from "./engine/snapshot.ts";
import type { BookState } from "./bookState.ts";
import type { NewOrderCommand } from "./messages.ts";
import { applyCommand, applyEntry, newBook } from "./orderBook.ts";
import { inPriorityOrder } from "./priorityOrder.ts";
import type { OrderRef } from "./priorityOrder.ts";

const out = { report: () => undefined, trade: () => undefined };

/** The same order by walking the whole book. */
function byPlace(m: BookState, found: readonly OrderRef[]): OrderRef[] {
  const places = [...slotsInOrder(m.engine)].map((slot) => m.complexOrders.get(slot)?.slot ?? slot);
  const place = ({ slot }: OrderRef): number => (places.includes(slot) ? places.indexOf(slot) : places.length);
  return found.toSorted((a, b) => place(a) - place(b) || a.ref - b.ref);
}

/** Orders that may expire. */
function live(m: BookState): OrderRef[] {
  const found: OrderRef[] = [];
  for (let slot = 0; slot < m.engine.orders.fresh; slot++) {
    const isReserve = m.complexOrders.get(slot)?.reserve === slot;
    if (m.isLive(slot) && !isReserve) found.push({ slot, ref: m.engine.orders.ref(slot) });
  }
  return found;
}

const order = fc.record({
  side: fc.constantFrom("buy", "sell"),
  price: fc.integer({ min: 1, max: 6 }).map((nth) => 1_000_000 + 100 * nth),
  qty: fc.integer({ min: 1, max: 12 }),
  expiresAt: fc.constantFrom(null, 10, 11, 12, 1_000, 2_000),
  terms: fc.constantFrom<Partial<NewOrderCommand>>(
    {},
    {},
    { display: 0 },
    { display: 2 },
    { minQty: 3 },
    { trigger: { kind: "stop", price: 1_900_000 } },
    { trigger: { kind: "trail", basisPoints: 5_000 } },
  ),
});
const step = fc.oneof(
  { weight: 8, arbitrary: order },
  { weight: 2, arbitrary: fc.record({ replace: fc.nat(30), qty: fc.nat(12), expiresAt: fc.constantFrom(null, 11) }) },
  { weight: 1, arbitrary: fc.record({ cancel: fc.nat(30) }) },
  { weight: 1, arbitrary: fc.constantFrom("halt", "resume", "reload", "later") },
);

test("OB-7: orders end in priority order, and the next expiry is known, as if the whole book were walked", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 120, size: "max" }), fc.func(fc.boolean()), (steps, isPicked) => {
      let m = newBook("AAPL");
      let now = 0;
      for (const [nth, each] of steps.entries()) {
        if (each === "halt") applyEntry(m, { kind: "halt", reason: "news", until: 9_999 }, now, out);
        else if (each === "resume") {
          applyEntry(m, { kind: "resume", until: 9_999 }, now, out);
          const phase = { phase: "continuous", session: "regular", until: null } as const;
          applyEntry(m, { kind: "phase", ...phase, uncross: "reopening" }, now, out);
        } else if (each === "reload") m = loadBook(structuredClone(saveBook(m)));
        else if (each === "later") applyEntry(m, { kind: "expire" }, (now = now === 0 ? 9 : now + 1), out);
        else if ("cancel" in each) applyCommand(m, "a", { kind: "cancel", orderId: `o${each.cancel}` }, now, out);
        else if ("replace" in each) {
          const { replace, qty, expiresAt } = each;
          const ids = { orderId: `o${replace}`, newOrderId: `o${replace}`, qty };
          applyCommand(m, "a", { kind: "replace", ...ids, expiresAt }, now, out);
        } else {
          const { side, price, qty, expiresAt, terms } = each;
          const timeInForce = expiresAt === null ? "gtc" : "gtd";
          const simple = { kind: "new", orderId: `o${nth}`, side, price, qty, timeInForce, market: false } as const;
          applyCommand(m, "a", { ...simple, expiresAt, ...terms }, now, out);
        }
        const orders = live(m);
        const picked = orders.filter(({ ref }) => isPicked(ref));
        expect(inPriorityOrder(m, picked)).toEqual(byPlace(m, picked));
        const expiries = orders.map(({ slot }) => m.expiryOf(slot)).filter((expiry) => expiry !== null);
        expect(m.earliestExpiry).toBe(expiries.length === 0 ? null : Math.min(...expiries));
      }
    }),
    { numRuns: 300 },
  );
});
