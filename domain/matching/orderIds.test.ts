import fc from "fast-check";
import { expect, test } from "vitest";
import { uuidFromText } from "../ids.ts";
import { OrderIds } from "./orderIds.ts";

const id = fc.oneof(
  fc.nat(60).map((nth) => uuidFromText(`${nth}`)),
  fc.nat(10).map((nth) => `odd ${nth}`),
  // Many at one place of the table.
  fc.nat(30).map((nth) => `00000000-0000-8000-8000-${nth.toString(16).padStart(4, "0")}00000000`),
);

test("OB-9: after any insertions and removals a slot is found by its id, and an id by its slot", () => {
  fc.assert(
    fc.property(fc.array(id, { maxLength: 1_000, size: "max" }), (ids) => {
      const table = new OrderIds();
      const model = new Map<string, number>();
      const free: number[] = [];
      let fresh = 0;
      for (const each of ids) {
        const slot = model.get(each);
        expect(table.slot(each)).toBe(slot);
        if (slot === undefined) {
          const next = free.pop() ?? fresh++;
          table.set(next, each);
          model.set(each, next);
        } else {
          table.delete(slot);
          model.delete(each);
          free.push(slot);
        }
      }
      for (const [each, slot] of model) expect([table.slot(each), table.text(slot)]).toEqual([slot, each]);
    }),
    { numRuns: 100 },
  );
});
