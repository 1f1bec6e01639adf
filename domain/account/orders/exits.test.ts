import { describe, expect, test } from "vitest";
import type { BookReport } from "../../matching/messages.ts";
import type { NewOrder } from "../state/order.ts";
import { applyEntry } from "../apply.ts";
import { loadAccount, saveAccount } from "../state/save.ts";
import { NO_ORIGIN } from "../state/events.ts";
import { holdMismatches } from "../ledger/holds.ts";
import { balances, checkLedger } from "../ledger/ledger.ts";
import { applyReport } from "./reports.ts";
import { fundedAccount, orderWith, recorder } from "../testing.ts";

const QTY = 1_000_000;
const LINKS = { take: { linkedId: "sl" }, stop: { linkedId: "tp" } };

/** A parent `p` with its legs `tp` and `sl`, which the book has accepted. */
function group(orderClass: "bracket" | "oco" | "oto", rules?: number) {
  const state = fundedAccount("a", 10_000_000, { AAPL: 5 * QTY });
  const out = recorder();
  const leg = { side: "sell", orderClass, parentId: "p", ...(rules && { rules }) } as const;
  const takeProfit = orderWith("tp", { ...leg, ...LINKS.take, role: "take_profit", limitPrice: 1_100_000 });
  const stop = { type: "stop", limitPrice: null, stopPrice: 900_000, protectionPrice: 864_000 } as const;
  const stopLoss = orderWith("sl", { ...leg, ...LINKS.stop, role: "stop_loss", ...stop });
  const parts: Record<typeof orderClass, { order: Partial<NewOrder>; legs: NewOrder[] }> = {
    bracket: { order: { legIds: ["tp", "sl"] }, legs: [takeProfit, stopLoss] },
    oto: { order: { legIds: ["sl"] }, legs: [{ ...stopLoss, linkedId: null }] },
    oco: {
      order: { side: "sell", legIds: ["sl"], linkedId: "sl", limitPrice: 1_100_000 },
      legs: [{ ...stopLoss, linkedId: "p" }],
    },
  };
  const { order, legs } = parts[orderClass];
  applyEntry(
    state,
    { kind: "accepted", order: orderWith("p", { ...order, orderClass }), legs, origin: NO_ORIGIN },
    5,
    out,
  );
  const report = (orderId: string, facts: Record<string, unknown>) => {
    applyReport(state, { orderId, at: 7, ...facts } as BookReport, 8, out);
    expect(holdMismatches(state)).toEqual([]);
    checkLedger(state.ledger);
  };
  let trades = 0;
  const fill = (orderId: string, qty: number, price = 1_000_000) =>
    report(orderId, { kind: "fill", tradeId: ++trades, price, qty, liquidity: "taker" });
  const waits = (orderId: string, waiting?: string) => report(orderId, { kind: "accepted", waiting });
  const order_ = (id: string) => state.open.get(id);
  const held = () => balances(state.ledger, "AAPL").held;
  const closed = () => out.closedOrders.map(({ id, status, closeReason }) => [id, status, closeReason]);
  waits("p");
  for (const { id } of legs) waits(id, orderClass === "oco" ? "trigger" : "parent");
  return { state, out, report, fill, order: order_, held, closed };
}

describe("AC-35: the legs of a bracket", () => {
  test("hold each fill of their parent, once for both", () => {
    const { fill, report, held, order, state } = group("bracket");
    expect([order("tp")?.status, order("sl")?.status]).toEqual(["held", "held"]);
    fill("p", 300_000);
    expect([held(), balances(state.ledger, "AAPL").available]).toEqual([300_000, 5 * QTY]);
    fill("p", 700_000);
    for (const id of ["tp", "sl"]) report(id, { kind: "activated", ...(id === "sl" ? { waiting: "trigger" } : {}) });
    expect([held(), order("tp")?.held, order("sl")?.held]).toEqual([QTY, QTY, 0]);
    expect([order("p"), order("tp")?.status, order("sl")?.status]).toEqual([undefined, "new", "new"]);
  });

  test("share one hold, whichever of them is filled", () => {
    const { fill, report, held, order, state, closed } = group("bracket");
    fill("p", QTY);
    fill("tp", 400_000, 1_100_000);
    report("sl", { kind: "restated", qty: 600_000, reason: "linked" });
    expect([held(), order("sl")?.qty]).toEqual([600_000, 600_000]);
    report("sl", { kind: "triggered" });
    fill("sl", 250_000, 900_000);
    report("tp", { kind: "restated", qty: 750_000, reason: "linked" });
    expect([held(), order("tp")?.held]).toEqual([350_000, 350_000]);
    fill("sl", 350_000, 890_000);
    report("tp", { kind: "closed", cause: "canceled", reason: "linked" });
    expect(closed()).toEqual([
      ["p", "filled", undefined],
      ["sl", "filled", undefined],
      ["tp", "canceled", "linked"],
    ]);
    expect(balances(state.ledger, "AAPL")).toMatchObject({ held: 0, available: 5 * QTY });
  });

  test("pass the hold to the stop loss when the take profit ends first, and release it when both have ended", () => {
    const { fill, report, held, order } = group("bracket");
    fill("p", QTY);
    fill("tp", 400_000, 1_100_000);
    report("tp", { kind: "closed", cause: "canceled" });
    // The book has not restated the stop loss yet.
    expect([held(), order("sl")?.held]).toEqual([600_000, 600_000]);
    report("sl", { kind: "closed", cause: "canceled", reason: "linked" });
    expect(held()).toBe(0);
  });

  test("release what was bought when the parent ends partly filled", () => {
    const { fill, report, held, state } = group("bracket");
    fill("p", 300_000);
    report("p", { kind: "closed", cause: "canceled" });
    expect(held()).toBe(300_000);
    for (const id of ["tp", "sl"]) report(id, { kind: "closed", cause: "canceled", reason: "parent" });
    expect(balances(state.ledger, "AAPL")).toMatchObject({ held: 0, available: 5 * QTY + 300_000 });
    expect(balances(state.ledger, "USD").held).toBe(0);
  });

  test("hold and sell what was bought when the parent ends partly filled", () => {
    const { fill, report, held, order, state, closed } = group("bracket");
    fill("p", 300_000);
    report("p", { kind: "closed", cause: "canceled", reason: "unfilled" });
    for (const id of ["tp", "sl"]) report(id, { kind: "restated", qty: 300_000, reason: "linked" });
    report("tp", { kind: "activated" });
    report("sl", { kind: "activated", waiting: "trigger" });
    expect([held(), balances(state.ledger, "USD").held]).toEqual([300_000, 0]);
    expect([order("tp")?.status, order("tp")?.qty, order("tp")?.askedQty]).toEqual(["new", 300_000, QTY]);
    fill("sl", 300_000, 900_000);
    report("tp", { kind: "closed", cause: "canceled", reason: "linked" });
    expect([held(), state.open.size, balances(state.ledger, "AAPL").available]).toEqual([0, 0, 5 * QTY]);
    expect(closed().map(([id, status]) => [id, status])).toEqual([
      ["p", "canceled"],
      ["sl", "filled"],
      ["tp", "canceled"],
    ]);
  });

  test("that were cancelled hold nothing of later fills of the parent", () => {
    const { fill, report, held } = group("bracket");
    report("tp", { kind: "closed", cause: "canceled" });
    report("sl", { kind: "closed", cause: "canceled", reason: "linked" });
    fill("p", QTY);
    expect(held()).toBe(0);
  });

  test("stay linked when their parent or one of them is replaced", () => {
    const { state, out, fill, report, held, order } = group("bracket");
    const replace = (from: string, to: string, changes: Partial<NewOrder>, extra = 0) => {
      const old = order(from);
      if (old === undefined) throw new Error(`no order ${from}`);
      const { symbol, side, type, limitPrice, protectionPrice, qty, parentId, role, orderClass } = old;
      const as = { symbol, side, type, limitPrice, protectionPrice, qty, parentId, role, orderClass, replaces: from };
      const next = orderWith(to, { ...(as as Partial<NewOrder>), ...changes });
      const resized = changes.qty === undefined ? {} : { qty: changes.qty, expectedQty: qty };
      const command = { kind: "replace", orderId: from, newOrderId: to, ...resized } as const;
      applyEntry(state, { kind: "replace_requested", order: next, extra, command, origin: NO_ORIGIN }, 9, out);
      report(from, { kind: "replaced", newOrderId: to });
    };
    replace("p", "p2", { limitPrice: 1_010_000, protectionPrice: 1_010_000 }, 10_000);
    expect([order("tp")?.parentId, order("sl")?.parentId, order("p2")?.legIds]).toEqual(["p2", "p2", ["tp", "sl"]]);
    fill("p2", 600_000);
    expect(held()).toBe(600_000);
    // A larger leg needs more than its parent buys.
    replace("sl", "sl2", { qty: 1_200_000 }, 200_000);
    report("tp", { kind: "restated", qty: 1_200_000, reason: "linked" });
    expect([order("tp")?.linkedId, order("sl2")?.linkedId, order("p2")?.legIds]).toEqual(["sl2", "tp", ["tp", "sl2"]]);
    fill("p2", 400_000);
    expect([held(), order("tp")?.held, order("sl2")?.held]).toEqual([1_200_000, 1_200_000, 0]);
    replace("tp", "tp2", { qty: 900_000 });
    report("sl2", { kind: "restated", qty: 900_000, reason: "linked" });
    expect([held(), order("tp2")?.held]).toEqual([900_000, 900_000]);
    fill("sl2", 900_000, 900_000);
    report("tp2", { kind: "closed", cause: "canceled", reason: "linked" });
    expect([held(), state.open.size]).toEqual([0, 0]);
  });

  test("are saved and loaded as they are", () => {
    const { state, fill } = group("bracket");
    fill("p", 300_000);
    expect(loadAccount(JSON.parse(JSON.stringify(saveAccount(state))))).toEqual(state);
  });
});

describe("AC-39: a cancel of a leg", () => {
  const commands = (out: ReturnType<typeof group>["out"]) =>
    out.commands.slice(1).map(({ command }) => `${command.kind} ${command.orderId}`);
  const cancel = ({ state, out }: ReturnType<typeof group>, orderId: string) =>
    applyEntry(state, { kind: "cancel_requested", orderId, origin: NO_ORIGIN }, 9, out);

  test("cancels the parent that it waits for as well", () => {
    const it = group("bracket");
    cancel(it, "sl");
    expect(commands(it.out)).toEqual(["cancel p", "cancel sl"]);
    expect([it.order("p")?.status, it.order("sl")?.status]).toEqual(["pending_cancel", "pending_cancel"]);
    cancel(it, "tp");
    expect(commands(it.out)).toEqual(["cancel p", "cancel sl", "cancel tp"]);
  });

  test("is sent before that of its parent, whose end would activate it; under the first rules after it", () => {
    const it = group("bracket", 2);
    cancel(it, "sl");
    expect(commands(it.out)).toEqual(["cancel sl", "cancel p"]);
  });

  test("is sent first when a timer cancels all orders as well", () => {
    const it = group("bracket", 2);
    applyEntry(it.state, { kind: "cancel_timer_fired" }, 9, it.out);
    expect(commands(it.out)).toEqual(["cancel tp", "cancel p", "cancel sl"]);
  });

  test("of a filled parent or of an OCO is one cancel: the book closes the linked exit", () => {
    const filled = group("bracket");
    filled.fill("p", QTY);
    cancel(filled, "tp");
    expect(commands(filled.out)).toEqual(["cancel tp"]);
    const oco = group("oco");
    cancel(oco, "sl");
    expect(commands(oco.out)).toEqual(["cancel sl"]);
  });
});

describe("AC-35: the exits of an OCO", () => {
  test("hold their lots once, and the stop loss keeps them when the take profit ends", () => {
    const { fill, report, held, order, closed } = group("oco");
    expect([held(), order("p")?.held, order("sl")?.held]).toEqual([QTY, QTY, 0]);
    fill("sl", 300_000, 900_000);
    report("p", { kind: "restated", qty: 700_000, reason: "linked" });
    expect([held(), order("p")?.held]).toEqual([700_000, 700_000]);
    // Self-trade prevention has reduced the take profit; the stop loss still sells all lots.
    report("p", { kind: "restated", qty: 500_000, reason: "self_trade" });
    expect(held()).toBe(700_000);
    fill("p", 500_000, 1_100_000);
    report("sl", { kind: "restated", qty: 500_000, reason: "linked" });
    expect([held(), order("sl")?.held]).toEqual([200_000, 200_000]);
    report("sl", { kind: "closed", cause: "canceled", reason: "linked" });
    expect(held()).toBe(0);
    expect(closed().map(([id, status]) => [id, status])).toEqual([
      ["p", "filled"],
      ["sl", "canceled"],
    ]);
  });
});

test("AC-35: the leg of an OTO holds what its parent buys", () => {
  const { fill, report, held, order } = group("oto");
  fill("p", QTY);
  report("sl", { kind: "activated", waiting: "trigger" });
  expect([held(), order("sl")?.held]).toEqual([QTY, QTY]);
  report("sl", { kind: "closed", cause: "expired" });
  expect(held()).toBe(0);
});
