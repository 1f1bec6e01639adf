import fc from "fast-check";
import { expect, test } from "vitest";
import { SEEDED } from "../../domain/market/listing.ts";
import { batchBySchema, batchFromBody, plainBatch } from "./orderCommands.ts";

const ID = "7b8f2d0e-1b2c-4d3e-8f90-0123456789AB";
const value = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom("AAPL", "buy", "limit", "day", "1", "100.25", "my-order", "", ID) },
  { weight: 2, arbitrary: fc.constantFrom<unknown>(null, true, 0, -1, 1e-7, "a\u200bc", Number.POSITIVE_INFINITY) },
  fc.jsonValue({ maxDepth: 1 }),
);
const PLACE = { action: "place", symbol: "AAPL", side: "buy", type: "limit", time_in_force: "day", qty: "1" };
const others = fc.dictionary(
  fc.constantFrom(
    "action",
    "qty",
    "limit_price",
    "client_order_id",
    "order_id",
    "trail",
    "order_class",
    "legs",
    "extra",
  ),
  value,
  { maxKeys: 2 },
);
const command = fc.oneof(
  { weight: 4, arbitrary: others.map((some) => ({ ...PLACE, limit_price: 1, ...some })) },
  { weight: 2, arbitrary: others.map((some) => ({ action: "replace", order_id: ID, qty: "2", ...some })) },
  { weight: 2, arbitrary: others.map((some) => ({ action: "cancel", order_id: ID, ...some })) },
  { weight: 1, arbitrary: others },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 2 }) },
);
const body = fc.oneof(
  { weight: 8, arbitrary: fc.record({ commands: fc.array(command, { minLength: 1, maxLength: 3 }) }) },
  fc.record({ commands: fc.array(command, { maxLength: 2 }), all_or_none: value }),
  fc.record({ commands: fc.array(command, { maxLength: 2 }), extra: value }),
  fc.jsonValue({ maxDepth: 2 }),
);

test("GW-12: a batch is read to the same commands with and without its schema", () => {
  let plain = 0;
  fc.assert(
    fc.property(body, (batch) => {
      const read = plainBatch(batch, SEEDED, null);
      if (read === null) return;
      plain++;
      expect(JSON.stringify({ ok: true, value: read })).toBe(JSON.stringify(batchBySchema(batch, SEEDED, null)));
    }),
    { numRuns: 3_000 },
  );
  expect(plain).toBeGreaterThan(100);
});

test("GW-12: an ordinary batch does not need the schema, one over the limit is left to it", () => {
  const cancel = { action: "cancel", order_id: ID };
  const commands = [PLACE, { action: "replace", order_id: ID, qty: "2" }, cancel];
  expect(plainBatch({ commands, all_or_none: true }, SEEDED, null)?.commands).toHaveLength(3);
  expect(plainBatch({ commands: Array.from({ length: 100 }, () => cancel) }, SEEDED, null)).not.toBeNull();
  expect(plainBatch({ commands: Array.from({ length: 101 }, () => cancel) }, SEEDED, null)).toBeNull();
  expect(plainBatch({ commands: [] }, SEEDED, null)).toBeNull();
});

test("GW-14: a key names the places and replaces that have no client order id", () => {
  const commands = [PLACE, { ...PLACE, client_order_id: "own" }, { action: "cancel", client_order_id: "own" }];
  const read = batchFromBody({ commands: [...commands, { action: "replace", order_id: ID, qty: "2" }] }, SEEDED, "k");
  const ids = read.ok && read.value.commands.map((each) => ("ticket" in each ? each.ticket.clientOrderId : null));
  expect(ids).toEqual(["k-0", "own", null, "k-3"]);
});
