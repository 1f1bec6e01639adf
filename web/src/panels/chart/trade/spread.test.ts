import fc from "fast-check";
import { expect, test } from "vitest";
import { spread } from "./spread.ts";

test("UI-36: handles of orders at near prices do not cover one another, and keep their order", () => {
  expect(spread([50, 55, 200], 20, 300)).toEqual([50, 70, 200]);
  expect(spread([295, 290], 20, 300)).toEqual([290, 270]);
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -50, max: 450 }), { maxLength: 12 }), (places) => {
      const found = spread(places, 20, 400);
      const order = places.map((_place, nth) => nth).sort((a, b) => (places[a] ?? 0) - (places[b] ?? 0));
      const sorted = order.map((nth) => found[nth] ?? 0);
      for (const [nth, place] of sorted.entries()) {
        expect(place).toBeGreaterThanOrEqual(10);
        expect(place).toBeLessThanOrEqual(390);
        if (nth > 0) expect(place - (sorted[nth - 1] ?? 0)).toBeGreaterThanOrEqual(20);
      }
    }),
  );
});
