import { describe, expect, test } from "vitest";
import type { Order } from "../account/order.ts";
import { outcomeOf, unconfirmed, type Found, type PendingRequest } from "./pending.ts";

const order = (id: string, status: Order["status"] = "new"): Order => ({ id, status }) as Order;

function request(kind: PendingRequest["kind"], ...orderIds: string[]): PendingRequest {
  return { kind, id: "mine", account: null, user: "u", text: "It", orderIds, sentAt: 0 };
}

const NOTHING: Found = { order: null, open: [], held: 0 };

describe("UI-15: what became of a request without an answer", () => {
  test.each(["place", "replace", "close"] as const)(
    "%s: the order of its client order id, or none in the end",
    (kind) => {
      expect(outcomeOf(request(kind), { ...NOTHING, order: order("a") }, false)).toEqual({
        tone: "accent",
        text: "It: the exchange has it. State: Working.",
      });
      // An order that is open says nothing about another one.
      expect(outcomeOf(request(kind, "a"), { ...NOTHING, open: [order("a")] }, false)).toBeNull();
      expect(outcomeOf(request(kind), NOTHING, true)?.tone).toBe("warn");
    },
  );

  test("a cancel: its orders are no longer open, or being cancelled", () => {
    const one = request("cancel", "a", "b");
    expect(outcomeOf(one, { ...NOTHING, open: [order("c")] }, false)?.tone).toBe("accent");
    expect(outcomeOf(one, { ...NOTHING, open: [order("a", "pending_cancel")] }, false)?.tone).toBe("accent");
  });

  test("a cancel that did not arrive: what is open after the time in which it could, may be cancelled again", () => {
    const found = { ...NOTHING, open: [order("a"), order("b"), order("c")] };
    expect(outcomeOf(request("cancel", "a", "b"), found, false)).toBeNull();
    const outcome = outcomeOf(request("cancel", "a", "b"), found, true);
    expect(outcome).toEqual({ tone: "warn", text: "It: 2 are still open. Cancel again." });
  });

  test("flatten: nothing is open and nothing held, or the numbers of both in the end", () => {
    const one = request("flatten", "a");
    expect(outcomeOf(one, NOTHING, false)?.tone).toBe("accent");
    expect(outcomeOf(one, { ...NOTHING, held: 1 }, false)).toBeNull();
    const waiting = { ...NOTHING, open: [order("b")], held: 1 };
    expect(outcomeOf(one, waiting, false)).toBeNull();
    expect(outcomeOf(one, waiting, true)).toEqual({ tone: "warn", text: "It: 1 order open, 1 position held." });
  });
});

describe("UI-15: an order says that a request about it is not confirmed", () => {
  test("by the newest such request", () => {
    const all = [request("replace", "a"), request("cancel", "a", "b"), request("place")];
    expect(unconfirmed(order("a"), all)).toBe("Cancel not confirmed");
    expect(unconfirmed(order("a"), [request("replace", "a")])).toBe("Replace not confirmed");
    expect(unconfirmed(order("b"), [request("flatten", "b")])).toBe("Cancel not confirmed");
    expect(unconfirmed(order("c"), all)).toBeNull();
  });

  test("not when its state shows the outcome", () => {
    for (const status of ["pending_cancel", "canceled", "filled"] as const) {
      expect(unconfirmed(order("a", status), [request("cancel", "a")])).toBeNull();
    }
  });
});
