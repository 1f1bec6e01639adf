import fc from "fast-check";
import { Packr } from "msgpackr";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { applyEntry } from "../../domain/account/apply.ts";
import { newOrders } from "../../domain/account/entry/newOrder.ts";
import { applyReport } from "../../domain/account/orders/reports.ts";
import { NO_ORIGIN } from "../../domain/account/state/events.ts";
import { saveAccount } from "../../domain/account/state/save.ts";
import { fundedAccount, recorder, validatedOrderWith } from "../../domain/account/testing.ts";
import { sessionRules } from "../../domain/market/sessionRules.ts";

/** The codec of a process that has just started, which knows nothing of the rows that another one wrote. */
type Codec = typeof import("./rowCodec.ts");
let writer: Codec;
let reader: Codec;
beforeEach(async () => {
  vi.resetModules();
  writer = await import("./rowCodec.ts");
  vi.resetModules();
  reader = await import("./rowCodec.ts");
});

const bytesOf = (value: unknown) => writer.encodeRow(value).slice();
const readAgain = (value: unknown) => JSON.stringify(reader.decodeRow(bytesOf(value)));

/** Objects of known shapes, of known shapes that lack fields or have more of them, and of others. */
const value = fc.letrec((tie) => ({
  any: fc.oneof(
    { maxDepth: 4 },
    fc.string(),
    fc.integer(),
    fc.maxSafeInteger(),
    fc.boolean(),
    fc.constant(null),
    tie("object"),
    fc.array(tie("any"), { maxLength: 4 }),
  ),
  object: fc
    .oneof(
      fc.subarray(["kind", "orderId", "side", "price", "qty", "timeInForce", "market", "expiresAt", "within"]),
      fc.subarray(["requestId", "ip", "userAgent", "actor", "more"]),
      fc.subarray(["kind", "orderId", "at", "waiting"]),
      fc.uniqueArray(
        fc.string({ minLength: 1, maxLength: 3 }).filter((name) => name !== "__proto__" && !/^\d+$/.test(name)),
      ),
    )
    .chain((names) => fc.record(Object.fromEntries(names.map((name) => [name, tie("any")])))),
})).any;

/** An account with one order in each state, and the entries and messages by which it came there. */
function accountWithOrders() {
  // Of an earlier release: audit events with tax lots were never objects in an outbox.
  const state = fundedAccount("ann", 1_000_000_000, { AAPL: 10_000_000 }, true);
  const out = recorder();
  const written: unknown[] = [];
  for (const [nth, changes] of [{}, { terms: { postOnly: true as const } }].entries()) {
    const ticket = validatedOrderWith({ clientOrderId: `c-${nth}`, ...changes });
    const prices = { marketPrice: null, lastPrice: null };
    const { order } = newOrders(ticket, `0b8e6ab7-5b0f-4bd5-8a3c-5a1f3a8b9c0${nth}`, prices, sessionRules("always", 5));
    const origin = {
      ...NO_ORIGIN,
      requestId: "r",
      actor: { userId: "ann", credentialKind: "api_key", credentialId: "k" },
    } as const;
    const entry = { kind: "accepted", order, origin } as const;
    applyEntry(state, entry, 5, out);
    written.push(["local", entry]);
    const report = {
      kind: "fill",
      orderId: order.id,
      tradeId: 7,
      price: 1_000_000,
      qty: 500_000,
      at: 6,
      liquidity: "maker",
    } as const;
    applyReport(state, report, 6, out);
    written.push(["mail", "book/AAPL", 1, [report, out.commands.at(-1)?.command]]);
  }
  return { written, saved: { state: saveAccount(state), pending: out.audits } };
}

describe("AK-1: rows", () => {
  test("of any content are read as they were written, by another process, in any sequence", () => {
    fc.assert(
      fc.property(fc.array(value, { maxLength: 5 }), (values) => {
        expect(values.map(readAgain)).toEqual(values.map((each) => JSON.stringify(each)));
      }),
      { numRuns: 500 },
    );
  });

  test("of orders, reports and snapshots are read as they were written", () => {
    const { written, saved } = accountWithOrders();
    for (const each of [...written, saved]) expect(readAgain(each)).toBe(JSON.stringify(each));
  });

  test("AK-7: of earlier formats, which have the names of all fields, are read alike", () => {
    const earlier = new Packr({ useRecords: false, moreTypes: false });
    const { written, saved } = accountWithOrders();
    const rows = [[5, 1, written] as const, [5, saved] as const];
    for (const row of rows) expect(JSON.stringify(reader.decodeFormatted(earlier.pack(row)))).toBe(JSON.stringify(row));
    const row = fc.tuple(fc.integer({ min: 1, max: 5 }), fc.nat(300), fc.array(fc.oneof(value, fc.nat(300))));
    fc.assert(
      fc.property(row, (each) => {
        expect(JSON.stringify(reader.decodeFormatted(earlier.pack(each)))).toBe(JSON.stringify(each));
      }),
      { numRuns: 500 },
    );
    // A number of one byte in earlier formats, of which some are the bytes of shapes today.
    for (let number = 0; number < 256; number++) {
      expect(reader.decodeFormatted(earlier.pack([5, { sequence: number }]))).toEqual([5, { sequence: number }]);
      expect(reader.decodeFormatted(bytesOf([6, { sequence: number }]))).toEqual([6, { sequence: number }]);
    }
  });

  test("of orders have no names of fields", () => {
    const { written, saved } = accountWithOrders();
    for (const each of [...written, saved.pending]) {
      const text = new TextDecoder().decode(bytesOf(each));
      expect(text).not.toMatch(/clientOrderId|timeInForce|tradeId|orderId|userAgent|cash_held|cum_qty|executionId/);
    }
    const bytes = (rows: unknown) => new Packr({ useRecords: false }).pack(rows).length;
    expect(bytesOf(written).length).toBeLessThan(0.55 * bytes(written));
    expect(bytesOf(saved).length).toBeLessThan(0.6 * bytes(saved));
  });

  test("AK-7: a shape keeps its place in every release that reads this format", () => {
    const { written } = accountWithOrders();
    const [first] = written;
    expect(Buffer.from(bytesOf(first).subarray(0, 9)).toString("hex")).toMatchInlineSnapshot(`"92a56c6f63616c4da8"`);
    expect([...bytesOf({ available: 0, held: 0, venue: 0, outside: 0 })]).toEqual([0x5e, 0, 0, 0, 0]);
    expect([...bytesOf({ requestId: "", ip: "", userAgent: "" })]).toEqual([0x4a, 0xa0, 0xa0, 0xa0]);
  });
});
