import { describe, expect, test } from "vitest";
import { uuidBytes, uuidFromText } from "../ids.ts";
import type { RestingTable } from "./restingTable.ts";
import { loadBook, saveBook } from "./bookSnapshot.ts";
import { newBook } from "./orderBook.ts";
import { liveOrders, resting } from "./views.ts";

const [FIRST, SECOND] = [uuidFromText("first"), uuidFromText("second")];

/** A snapshot without the fields that only this release writes. */
function oldSnapshot() {
  const { book: _book, owners: _owners, specials: _specials, status: _status, ...old } = saveBook(newBook("AAPL"));
  return old;
}

describe("OB-11: resting orders are loaded from snapshots of earlier releases", () => {
  const expected = [
    { ref: 1, side: "buy", price: 99, qty: 5, owner: "account/a", orderId: FIRST, expiresAt: null },
    { ref: 2, side: "sell", price: 101, qty: 7, owner: "account/b", orderId: SECOND, expiresAt: 1_000 },
  ];

  const restored = (resting_: Parameters<typeof loadBook>[0]["resting"]) => {
    const market = loadBook({ ...oldSnapshot(), ...(resting_ && { resting: resting_ }) });
    expect([...liveOrders(market)].map(({ leaves }) => leaves)).toEqual([5, 7]);
    expect(market.earliestExpiry).toBe(1_000);
    return [...resting(market, "buy"), ...resting(market, "sell")];
  };

  const table = (orderIds: RestingTable["orderIds"]): RestingTable => ({
    owners: ["account/a", "account/b"],
    expiries: [null, 1_000],
    bids: 1,
    refs: [1, 2],
    priceSteps: [99, 2],
    qtys: [5, 7],
    owner: [0, 1],
    expiry: [0, 1],
    orderIds,
  });

  test("of the first, a list", () => {
    const list = [
      [1, "buy", 99, 5, "account/a", FIRST, null],
      [2, "sell", 101, 7, "account/b", SECOND, 1_000],
    ] as const;
    expect(restored(list)).toEqual(expected);
  });

  test("of the second, columns with ids as bytes or as texts", () => {
    const bytes = new Uint8Array(32);
    uuidBytes(FIRST, bytes, 0);
    uuidBytes(SECOND, bytes, 16);
    expect(restored(table(bytes))).toEqual(expected);
    expect(restored(table([FIRST, SECOND]))).toEqual(expected);
  });

  test("unless a column is too short: the error names it", () => {
    expect(() => restored({ ...table([FIRST, SECOND]), qtys: [] })).toThrow("ends before 0");
  });
});
