import { describe, expect, test } from "vitest";
import { loadBook, saveBook } from "../../domain/matching/bookSnapshot.ts";
import { applyCommand, newBook } from "../../domain/matching/orderBook.ts";
import { RECONCILE_FINDINGS_MAX } from "../actor/limits.ts";
import { differingOrders } from "./orderDifferences.ts";

/** A book with two orders of ann and one of bob; `o2` is half filled. */
function market() {
  const state = newBook("AAPL");
  const send = (owner: string, orderId: string, side: "buy" | "sell", qty: number) =>
    applyCommand(
      state,
      owner,
      { kind: "new", orderId, side, price: 100, qty, timeInForce: "gtc", market: false, expiresAt: null },
      5,
      { report: () => undefined, trade: () => undefined },
    );
  send("account/ann", "o1", "buy", 4);
  send("account/ann", "o2", "buy", 6);
  send("account/bob", "b1", "sell", 7);
  send("account/bob", "b2", "buy", 1);
  return state;
}

describe("AK-11: a book that compares an account's orders", () => {
  test("finds no difference in equal orders, also after a restart", () => {
    // o1 was filled with 4 of the 7, o2 has 3 left.
    expect(differingOrders(market(), "account/ann", [["o2", 3]])).toEqual([]);
    expect(differingOrders(loadBook(saveBook(market())), "account/ann", [["o2", 3]])).toEqual([]);
    expect(differingOrders(market(), "account/cyd", [])).toEqual([]);
  });

  test("reports orders that are missing, of another quantity, of another account, or not named", () => {
    const differing = differingOrders(market(), "account/ann", [
      ["o1", 4],
      ["o2", 6],
      ["b2", 1],
    ]);
    expect(differing).toEqual([
      { orderId: "o1", asked: 4, found: null },
      { orderId: "o2", asked: 6, found: 3 },
      { orderId: "b2", asked: 1, found: null },
    ]);
    expect(differingOrders(market(), "account/bob", [])).toEqual([{ orderId: "b2", asked: null, found: 1 }]);
  });

  test("reports at most RECONCILE_FINDINGS_MAX", () => {
    const many = Array.from({ length: 100 }, (_, nth) => [`x${nth}`, 1] as const);
    expect(differingOrders(market(), "account/ann", many)).toHaveLength(RECONCILE_FINDINGS_MAX);
  });
});
