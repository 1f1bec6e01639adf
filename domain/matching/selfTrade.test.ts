import { describe, expect, test } from "vitest";
import type { NewOrderCommand } from "./messages.ts";
import { RULES } from "./rules.ts";
import type { SelfTrade } from "../order/terms.ts";
import { applyCommand, applyEntry, newBook } from "./orderBook.ts";

const PHASE = { kind: "phase", session: "regular", until: null } as const;

/** A halted market in which account `a` has a bid at 90, and `b` one at 95. */
function halted(rules = RULES) {
  const state = newBook("AAPL");
  let lines: string[] = [];
  const out = {
    report: (_owner: string, report: { orderId: string; kind: string; reason?: string; waiting?: string }) => {
      lines.push([report.orderId, report.kind, report.waiting ?? report.reason ?? ""].join(" ").trim());
    },
    trade: () => undefined,
  };
  const reportsOf = (act: () => void): string[] => {
    lines = [];
    act();
    return lines;
  };
  const enter = (owner: string, side: "buy" | "sell", price: number, more: Partial<NewOrderCommand> = {}) =>
    reportsOf(() => {
      const terms = { timeInForce: "gtc", market: false, expiresAt: null } as const;
      applyCommand(state, owner, { kind: "new", orderId: "new", side, price, qty: 5, ...terms, ...more }, 0, out);
    });
  const uncross = () =>
    reportsOf(() => applyEntry(state, { ...PHASE, phase: "continuous", uncross: "reopening" }, 0, out));
  applyEntry(state, { kind: "rules", version: rules }, 0, out);
  enter("a", "buy", 90, { orderId: "mine" });
  enter("b", "buy", 95, { orderId: "other" });
  applyEntry(state, { ...PHASE, phase: "halted" }, 0, out);
  return { enter, uncross };
}

describe("OB-27: while orders gather, an order that could trade with its own account in the auction", () => {
  test.each<[SelfTrade, string[]]>([
    ["cancel_newest", ["new accepted", "new closed self_trade"]],
    ["cancel_oldest", ["new accepted", "mine closed self_trade"]],
    ["cancel_both", ["new accepted", "mine closed self_trade", "new closed self_trade"]],
    ["decrement", ["new accepted", "new closed self_trade"]],
  ])("%s decides which order is closed", (selfTrade, lines) => {
    expect(halted().enter("a", "sell", 80, { selfTrade })).toEqual(lines);
  });

  test("rests when it cannot trade with its account, and trades with others", () => {
    const { enter, uncross } = halted();
    expect(enter("a", "sell", 91, { selfTrade: "cancel_newest" })).toEqual(["new accepted"]);
    expect(uncross()).toEqual(["other fill", "new fill"]);
  });

  test("is closed because of one that waits for the auction", () => {
    const { enter } = halted();
    const market = { orderId: "first", market: true, timeInForce: "day" } as const;
    expect(enter("a", "buy", 120, market)).toEqual(["first accepted auction"]);
    expect(enter("a", "sell", 110, { selfTrade: "cancel_oldest" })).toEqual([
      "new accepted",
      "first closed self_trade",
    ]);
  });

  test("is closed when it begins to wait for it", () => {
    const { enter } = halted();
    const market = { market: true, timeInForce: "day", selfTrade: "cancel_newest" } as const;
    expect(enter("a", "sell", 80, market)).toEqual(["new accepted auction", "new closed self_trade"]);
  });

  test("rested under the first rules, and traded with its account", () => {
    const { enter } = halted(1);
    expect(enter("a", "sell", 80, { selfTrade: "cancel_newest" })).toEqual(["new accepted"]);
  });
});
