import fc from "fast-check";
import { expect, test } from "vitest";
import type { TradeUpdate } from "../../domain/account/state/events.ts";
import { encodeRow } from "../actor/rowCodec.ts";
import { decodeUpdates, encodeUpdates } from "./updateRows.ts";

const value = fc.oneof(
  fc.constantFrom<unknown>(null, 0, 7, "filled", true),
  fc.record({ kind: fc.string(), price: fc.nat() }),
  fc.array(fc.integer()),
);
const fields = fc.dictionary(
  fc.constantFrom("status", "updatedAt", "filledQty", "held", "filledAt", "terms", "trail", "replacedBy", "0", "1"),
  value,
);
const update = fc.record({
  event: fc.constantFrom("new", "fill", "canceled"),
  executionId: fc.string(),
  at: fc.nat(),
  order: fc.record({ id: fc.constantFrom("a", "b", "c"), more: fields }).map(({ id, more }) => ({ ...more, id })),
  price: fc.option(fc.nat()),
  qty: fc.option(fc.nat()),
  positionQty: fc.option(fc.integer()),
});
const row = fc
  .array(update, { minLength: 1, maxLength: 12 })
  .map((some) => some.map((each, nth) => ({ sequence: nth + 1, ...each })) as unknown as TradeUpdate[]);

test("WS-11: a row of updates is read as it was written, whatever has changed of its orders", () => {
  fc.assert(
    fc.property(row, (updates) => {
      expect(decodeUpdates(Uint8Array.from(encodeUpdates(updates)))).toEqual(updates);
      expect(decodeUpdates(Uint8Array.from(encodeUpdates(updates)).buffer)).toEqual(updates);
    }),
  );
});

test("WS-11: what an order keeps from one update to the next is in a row once", () => {
  const order = { id: "order", clientOrderId: "a client's own name of it", status: "new", qty: 5, filledQty: 0 };
  const first = {
    sequence: 1,
    event: "new",
    executionId: "x",
    at: 1,
    order,
    price: null,
    qty: null,
    positionQty: null,
  };
  const filled = { ...first, sequence: 2, event: "fill", order: { ...order, status: "filled", filledQty: 5 } };
  const updates = [first, filled] as unknown as TradeUpdate[];
  const bytes = encodeUpdates(updates).length;
  expect(bytes - encodeUpdates(updates.slice(0, 1)).length).toBeLessThan(35);
  expect(new TextDecoder().decode(encodeUpdates(updates)).match(/a client's own name/g)).toHaveLength(1);
});

test("AK-7: rows of earlier releases are read: updates with their orders as MessagePack, and JSON", () => {
  fc.assert(
    fc.property(row, (updates) => {
      expect(decodeUpdates(Uint8Array.from(encodeRow(updates)))).toEqual(updates);
      expect(decodeUpdates(JSON.stringify(updates))).toEqual(JSON.parse(JSON.stringify(updates)));
    }),
  );
});
