import { describe, expect, test } from "vitest";
import type { NewOrderCommand, ReplaceCommand } from "./messages.ts";
import { applyCommand, newBook } from "./orderBook.ts";
import { resting } from "./views.ts";

/** A book in which one account has a simple bid and an ask that it must not trade with. */
function floor() {
  const state = newBook("AAPL");
  let lines: string[] = [];
  const out = {
    report: (_owner: string, { orderId, kind, ...rest }: { orderId: string; kind: string }) => {
      const reason = "reason" in rest ? ` ${String(rest.reason)}` : "";
      lines.push(`${orderId} ${kind}${reason}`);
    },
    trade: () => undefined,
  };
  const apply = (command: NewOrderCommand | ReplaceCommand): string[] => {
    lines = [];
    applyCommand(state, "a", command, 0, out);
    return lines;
  };
  const enter = (orderId: string, side: "buy" | "sell", price: number, more: Partial<NewOrderCommand> = {}) => {
    const terms = { timeInForce: "gtc", market: false, expiresAt: null } as const;
    return apply({ kind: "new", orderId, side, price, qty: 5, ...terms, ...more });
  };
  const rest = () =>
    [...resting(state, "buy"), ...resting(state, "sell")].map(
      ({ orderId, qty, price }) => `${orderId} ${qty}@${price}`,
    );
  enter("plain", "buy", 90);
  enter("exit", "sell", 100);
  return { apply, enter, rest };
}

const NEWEST = { kind: "replace", selfTrade: "cancel_newest" } as const;

describe("OB-27: a replace gives an order that has none a self-trade mode", () => {
  test("which applies when it enters again", () => {
    const { apply, rest } = floor();
    const reports = apply({ ...NEWEST, orderId: "plain", newOrderId: "q", price: 100 });
    expect(reports).toEqual(["plain replaced", "q closed self_trade"]);
    expect(rest()).toEqual(["exit 5@100"]);
  });

  test("and an order with a mode keeps that", () => {
    const { apply, enter, rest } = floor();
    enter("other", "buy", 80, { selfTrade: "cancel_oldest" });
    const reports = apply({ ...NEWEST, orderId: "other", newOrderId: "q", price: 100 });
    expect(reports).toEqual(["other replaced", "exit closed self_trade"]);
    expect(rest()).toEqual(["q 5@100", "plain 5@90"]);
  });

  test("one that keeps its queue position does not enter again, and may get a mode by a later replace", () => {
    const { apply } = floor();
    expect(apply({ ...NEWEST, orderId: "plain", newOrderId: "q", qty: 3 })).toEqual(["plain replaced"]);
    const reports = apply({ ...NEWEST, orderId: "q", newOrderId: "r", price: 100 });
    expect(reports).toEqual(["q replaced", "r closed self_trade"]);
  });
});
