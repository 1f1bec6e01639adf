import fc from "fast-check";
import { Packr } from "msgpackr";
import { describe, expect, test } from "vitest";
import { uuidFromText } from "../ids.ts";
import type { RestingOrder } from "./book.ts";
import { ordersOf, tableOf } from "./restingTable.ts";
import type { RestingTable } from "./restingTable.ts";
import { loadMarket, newMarket, saveMarket } from "./venue.ts";

/** As a snapshot goes to disk and comes back. */
const packr = new Packr({ useRecords: false, moreTypes: false });
const stored = (table: RestingTable): RestingTable => packr.unpack(packr.pack(table)) as RestingTable;

const order = (side: RestingOrder["side"], orderId: fc.Arbitrary<string>): fc.Arbitrary<RestingOrder> =>
  fc.record({
    ref: fc.nat(2 ** 40),
    side: fc.constant(side),
    price: fc.integer({ min: 1, max: 2 ** 45 }),
    qty: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
    owner: fc.constantFrom("account/a", "account/b", "account/c"),
    orderId,
    expiresAt: fc.constantFrom(null, 1_795_000_000_000, 1_795_086_400_000),
  });

describe("OB-11: orders that rest come back from a snapshot as they were", () => {
  const sides = (ids: fc.Arbitrary<string>) => [fc.array(order("buy", ids)), fc.array(order("sell", ids))] as const;
  const back = (bids: RestingOrder[], asks: RestingOrder[]) => [...ordersOf(stored(tableOf(bids, asks)))];

  test("with the ids that accounts give them", () => {
    fc.assert(
      fc.property(...sides(fc.uuid()), (bids, asks) => {
        expect(back(bids, asks)).toEqual([...bids, ...asks]);
      }),
    );
  });

  test("with any other ids, and when only one of many is such", () => {
    const nearly = fc.uuid().map((id) => id.toUpperCase());
    const ids = fc.oneof(fc.uuid(), nearly, fc.string(), fc.constant("x".repeat(36)));
    fc.assert(
      fc.property(...sides(ids), (bids, asks) => {
        expect(back(bids, asks)).toEqual([...bids, ...asks]);
      }),
    );
  });

  test("from the list that the first release wrote", () => {
    const { resting: _table, ...saved } = saveMarket(newMarket("AAPL"));
    const list = [
      [1, "buy", 99, 5, "account/a", "a1", null],
      [2, "sell", 101, 7, "account/b", "b1", 1_000],
    ] as const;
    const { book, refs, earliestExpiry } = loadMarket({ ...saved, resting: list });
    expect([...book.resting("buy"), ...book.resting("sell")]).toEqual([
      { ref: 1, side: "buy", price: 99, qty: 5, owner: "account/a", orderId: "a1", expiresAt: null },
      { ref: 2, side: "sell", price: 101, qty: 7, owner: "account/b", orderId: "b1", expiresAt: 1_000 },
    ]);
    expect([[...refs], earliestExpiry]).toEqual([
      [
        ["a1", 1],
        ["b1", 2],
      ],
      1_000,
    ]);
  });

  test("unless a column has lost some: that is named", () => {
    const one = { ref: 1, side: "buy", price: 9, qty: 5, owner: "a", orderId: "a1", expiresAt: null } as const;
    const table = tableOf([one], []);
    expect(() => [...ordersOf({ ...table, qtys: [] })]).toThrow("ends before 0");
  });
});

test("a resting order takes at most 40 bytes of a snapshot, however long its owner's address is", () => {
  const orders = Array.from({ length: 10_000 }, (_, nth): RestingOrder => ({
    ref: 1_000_000 + nth,
    side: "buy",
    price: 2_680_000 - 100 * Math.floor(nth / 50),
    qty: 1_000_000 * (1 + (nth % 500)),
    owner: `account/${uuidFromText(`${nth % 500}`)}`,
    orderId: uuidFromText(`order ${nth}`),
    expiresAt: nth % 2 === 0 ? null : 1_795_000_000_000,
  }));
  expect(packr.pack(tableOf(orders, [])).length / orders.length).toBeLessThan(40);
});
