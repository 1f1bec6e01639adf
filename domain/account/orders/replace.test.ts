import { ORDER_QTY_LOTS_MAX, PRICE_MAX } from "../../market/instrument.ts";
import { SEEDED } from "../../market/listing.ts";
import { describe, expect, test } from "vitest";
import type { BookReport } from "../../matching/messages.ts";
import type { NewOrder, Order } from "../state/order.ts";
import { applyEntry } from "../apply.ts";
import { loadAccount, saveAccount } from "../state/save.ts";
import { decideCancel } from "../entry/decide.ts";
import { decideReplace } from "../entry/decideReplace.ts";
import type { ReplaceFacts } from "../entry/decideReplace.ts";
import { NO_ORIGIN } from "../state/events.ts";
import { holdMismatches } from "../ledger/holds.ts";
import { balances, CASH } from "../ledger/ledger.ts";
import { applyReport } from "./reports.ts";
import { sameRequest } from "../entry/sameRequest.ts";
import { fundedAccount, orderWith, validatedOrderWith, recorder } from "../testing.ts";
import type { ValidatedReplace } from "../entry/validated.ts";
import { sessionRules } from "../../market/sessionRules.ts";

const NOW = Date.UTC(2026, 10, 20, 15);
const NOTHING = {
  qty: null,
  limitPrice: null,
  stopPrice: null,
  timeInForce: null,
  goodTil: null,
  clientOrderId: null,
  lots: null,
};

/** An account with $1,000 and ten shares, and order `o1`, which the book has accepted. */
function setUp(order: Partial<NewOrder> = {}, accepted: Partial<BookReport> = {}) {
  const state = fundedAccount("a", 10_000_000, { AAPL: 10_000_000 });
  const out = recorder();
  const entry = { kind: "accepted", order: orderWith("o1", order), origin: NO_ORIGIN } as const;
  applyEntry(state, entry, 5, out);
  const report = (facts: Record<string, unknown>) => {
    applyReport(state, { orderId: "o1", at: 7, ...facts } as BookReport, 8, out);
    expect(holdMismatches(state)).toEqual([]);
  };
  report({ kind: "accepted", ...accepted });
  const orderOf = (id: string) => state.open.get(id) ?? out.closedOrders.find((closed) => closed.id === id);
  const known = (id: string): Order | undefined =>
    [...state.open.values(), ...out.closedOrders].find(({ clientOrderId }) => clientOrderId === id);
  let made = 1;
  const replace = (asked: Partial<ValidatedReplace>, orderId = "o1", facts: Partial<ReplaceFacts> = {}) => {
    const given = { ...facts, lastPrice: facts.lastPrice ?? null, marketPrice: null, late: facts.late ?? false };
    const all = {
      known,
      order: orderOf(orderId),
      newOrderId: `o${++made}`,
      hours: sessionRules("always", NOW),
      instruments: SEEDED,
      ...given,
    };
    const { clientOrderId = null } = asked;
    const read = () => ({ ok: true, value: { ...NOTHING, trigger: null, ...asked } }) as const;
    const decision = decideReplace(state, orderId, { ...NOTHING, trail: null, clientOrderId }, read, all, NO_ORIGIN);
    for (const each of decision.entries) applyEntry(state, each, NOW, out);
    expect(holdMismatches(state)).toEqual([]);
    return decision;
  };
  const cash = () => balances(state.ledger, CASH);
  return { state, out, report, replace, known, cash, lots: () => balances(state.ledger, "AAPL"), order: orderOf };
}

const FILL = { kind: "fill", tradeId: 1, price: 1_000_000, qty: 400_000, liquidity: "maker" };
const reasonOf = ({ outcome }: ReturnType<ReturnType<typeof setUp>["replace"]>) =>
  outcome.ok ? "ok" : outcome.refusal.reason;

describe("AC-36: a replace", () => {
  test("beyond the largest value of an order is refused, at the old price too", () => {
    const most = { limitPrice: PRICE_MAX, protectionPrice: PRICE_MAX };
    const { replace, state } = setUp({ qty: 10, ...most });
    expect(reasonOf(replace({ qty: ORDER_QTY_LOTS_MAX }))).toBe("notional_too_large");
    expect(reasonOf(replace({ qty: ORDER_QTY_LOTS_MAX, limitPrice: 1_000_000 }))).toBe("notional_too_large");
    expect(state.open.get("o1")?.status).toBe("new");
    const sale = setUp({ side: "sell", qty: 10, ...most });
    expect(reasonOf(sale.replace({ qty: ORDER_QTY_LOTS_MAX }))).toBe("notional_too_large");
    expect(reasonOf(sale.replace({ qty: 2_000_000, limitPrice: 1_000_000 }))).toBe("ok");
  });

  test("holds what it needs in addition at once, and sends one command", () => {
    const { out, replace, cash, order } = setUp();
    expect(replace({ qty: 1_500_000, limitPrice: 1_100_000 }).outcome).toEqual({ ok: true, value: "o2" });
    expect(cash()).toMatchObject({ held: 1_650_000, available: 8_350_000 });
    expect(out.commands.at(-1)?.command).toEqual({
      kind: "replace",
      orderId: "o1",
      within: 5_000,
      newOrderId: "o2",
      qty: 1_500_000,
      expectedQty: 1_000_000,
      price: 1_100_000,
    });
    expect(order("o1")).toMatchObject({ status: "pending_replace", held: 1_000_000 });
    expect(order("o2")).toMatchObject({ status: "pending_new", held: 650_000, replaces: "o1", clientOrderId: "o2" });
    expect(out.updates.slice(-2).map(({ event, order: { id } }) => [event, id])).toEqual([
      ["pending_replace", "o1"],
      ["pending_new", "o2"],
    ]);
    expect(out.audits.at(-1)).toMatchObject({
      action: "order.replace_requested",
      resource: "order/o2",
      body: { order_id: "o2", replaces: "o1", qty: "1.5", limit_price: "110", held: "65" },
    });
  });

  test("of a sell holds lots for a larger quantity, and none for another price", () => {
    const { replace, lots } = setUp({ side: "sell" });
    replace({ qty: 1_300_000 });
    expect(lots().held).toBe(1_300_000);
    const other = setUp({ side: "sell" });
    other.replace({ limitPrice: 900_000 });
    expect(other.lots().held).toBe(1_000_000);
  });

  test("without enough cash or lots is refused and audited, and changes nothing", () => {
    const { state, out, replace } = setUp();
    const before = JSON.stringify([...state.open]);
    const numbers = { buyingPower: 9_000_000, costBasis: 9_000_001, largest: { symbol: "AAPL", qty: 999_999 } };
    const refusal = { reason: "insufficient_buying_power", ...numbers };
    expect(replace({ limitPrice: 10_000_001 }).outcome).toEqual({ ok: false, refusal });
    expect(JSON.stringify([...state.open])).toBe(before);
    expect(out.audits.at(-1)).toMatchObject({
      action: "order.replace_refused",
      resource: "order/o1",
      result: "refused",
    });
    expect(out.audits.at(-1)?.body).toMatchObject({ reason: "insufficient_buying_power" });
    expect(reasonOf(setUp({ side: "sell" }).replace({ qty: 10_000_001 }))).toBe("insufficient_qty");
    expect(setUp({ side: "sell" }).replace({ qty: 10_000_000 }).outcome.ok).toBe(true);
  });

  test("that changes nothing, or to no more than was filled, is refused", () => {
    const { report, replace } = setUp();
    expect(reasonOf(replace({}))).toBe("order_unchanged");
    report(FILL);
    expect(reasonOf(replace({ qty: 400_000 }))).toBe("qty_not_above_filled");
    expect(reasonOf(replace({ qty: 400_001 }))).toBe("ok");
  });

  test("is refused while the order is pending, waits for its session, or is being replaced or cancelled", () => {
    const { state, out, replace } = setUp();
    replace({ qty: 2_000_000 });
    expect(replace({ qty: 3_000_000 }).outcome).toMatchObject({
      refusal: { reason: "order_not_replaceable", status: "pending_replace" },
    });
    expect(replace({ qty: 3_000_000 }, "o2").outcome).toMatchObject({ refusal: { status: "pending_new" } });
    applyEntry(state, { kind: "cancel_requested", orderId: "o1", origin: NO_ORIGIN }, 9, out);
    expect(replace({ qty: 3_000_000 }).outcome).toMatchObject({ refusal: { status: "pending_cancel" } });
    const waits = setUp({}, { waiting: "session" }).replace({ qty: 3_000_000 });
    expect(waits.outcome).toMatchObject({ refusal: { status: "accepted" } });
    expect(reasonOf(setUp({}, { waiting: "parent" }).replace({ qty: 2_000_000 }))).toBe("ok");
  });

  test("of an order that is closed is refused, and of none is not found", () => {
    const { report, replace } = setUp();
    report({ kind: "closed", cause: "expired" });
    expect(reasonOf(replace({ qty: 2_000_000 }))).toBe("order_not_open");
    expect(reasonOf(replace({ qty: 2_000_000 }, "nope"))).toBe("order_not_found");
  });

  test("that comes too late is refused", () => {
    expect(reasonOf(setUp().replace({ qty: 2_000_000 }, "o1", { late: true }))).toBe("order_late");
  });

  test("repeated with the same client order id returns the same order; with other changes it is refused", () => {
    const { report, replace, state } = setUp();
    const asked = { qty: 1_500_000, clientOrderId: "again" };
    expect(replace(asked).outcome).toEqual({ ok: true, value: "o2" });
    expect(replace(asked)).toEqual({ entries: [], outcome: { ok: true, value: "o2" } });
    report({ kind: "replaced", newOrderId: "o2" });
    expect(replace(asked)).toEqual({ entries: [], outcome: { ok: true, value: "o2" } });
    expect(reasonOf(replace({ ...asked, qty: 1_600_000 }))).toBe("client_order_id_taken");
    expect(reasonOf(replace({ qty: 1_600_000, clientOrderId: "c-o1" }, "o2"))).toBe("client_order_id_taken");
    // Unnamed fields stay unchanged: neither no change nor another price alone is the same request.
    expect(reasonOf(replace({ clientOrderId: "again" }))).toBe("client_order_id_taken");
    expect(reasonOf(replace({ limitPrice: 900_000, clientOrderId: "again" }))).toBe("client_order_id_taken");
    expect(reasonOf(replace({ ...asked, limitPrice: 900_000 }))).toBe("client_order_id_taken");
    expect(state.open.size).toBe(1);
  });

  test("makes an order that is never the result of a submission, even with equal fields", () => {
    const { replace, known } = setUp();
    replace({ qty: 1_500_000, clientOrderId: "again" });
    const ticket = validatedOrderWith({ qty: 1_500_000, clientOrderId: "again" });
    const made = known("again");
    expect(made !== undefined && sameRequest(made, ticket, () => undefined)).toBe(false);
    expect(made !== undefined && sameRequest({ ...made, replaces: null }, ticket, () => undefined)).toBe(true);
  });

  test("of a stop moves its collar, and that of a trail restarts at the last trade", () => {
    const trigger = { kind: "stop", price: 1_000_000 } as const;
    const stop = { type: "stop", limitPrice: null, stopPrice: 1_000_000, protectionPrice: 1_040_000 } as const;
    const moved = setUp({ ...stop, terms: { trigger } });
    const to = { kind: "stop", price: 1_100_000 } as const;
    moved.replace({ stopPrice: 1_100_000, trigger: to });
    expect(moved.out.commands.at(-1)?.command).toMatchObject({ trigger: to, price: 1_144_000 });
    expect(moved.cash().held).toBe(1_144_000);
    const trail = { kind: "trail", amount: 50_000 } as const;
    const trailing = { type: "trailing_stop", limitPrice: null, protectionPrice: 1_092_000 } as const;
    const follows = setUp({ ...trailing, terms: { trigger: trail } });
    const wider = { kind: "trail", amount: 60_000 } as const;
    follows.replace({ trigger: wider, qty: 2_000_000 }, "o1", { lastPrice: 1_090_000 });
    // 1,090,000 + 60,000, and 4 % past it.
    expect(follows.out.commands.at(-1)?.command).toMatchObject({ price: 1_196_000 });
    expect(follows.cash().held).toBe(2_392_000);
    const larger = setUp({ ...trailing, terms: { trigger: trail } });
    larger.replace({ qty: 2_000_000 }, "o1", { lastPrice: 1_300_000 });
    expect(larger.out.commands.at(-1)?.command).not.toHaveProperty("price");
    expect(larger.cash().held).toBe(2 * 1_092_000);
  });

  test("of the time in force changes the order's end", () => {
    const { out, replace } = setUp();
    const goodTil = NOW + 60_000;
    expect(reasonOf(replace({ timeInForce: "gtd", goodTil: NOW }))).toBe("good_til_past");
    replace({ timeInForce: "gtd", goodTil });
    expect(out.commands.at(-1)?.command).toMatchObject({ timeInForce: "gtd", expiresAt: goodTil });
    const back = setUp({ timeInForce: "gtd", expiresAt: goodTil, goodTil });
    back.replace({ timeInForce: "gtc" });
    expect(back.out.commands.at(-1)?.command).toMatchObject({ timeInForce: "gtc", expiresAt: null });
    expect(back.order("o2")?.goodTil ?? null).toBeNull();
  });
});

describe("AC-37: when the book has replaced an order", () => {
  test("the new order takes over fills and hold, reduced to what it needs", () => {
    const { out, report, replace, cash, order } = setUp();
    report(FILL);
    replace({ qty: 900_000, limitPrice: 900_000 });
    report({ kind: "replaced", newOrderId: "o2" });
    expect(order("o1")).toMatchObject({
      status: "replaced",
      replacedBy: "o2",
      replacedAt: 7,
      held: 0,
      filledQty: 400_000,
    });
    expect(order("o2")).toMatchObject({
      status: "partially_filled",
      qty: 900_000,
      filledQty: 400_000,
      filledValue: "400000000000",
      filledAt: 7,
      held: 450_000,
    });
    expect(cash()).toMatchObject({ held: 450_000, available: 9_150_000 });
    expect(out.updates.slice(-2).map(({ event, order: { id } }) => [event, id])).toEqual([
      ["replaced", "o1"],
      ["new", "o2"],
    ]);
    expect(out.audits.at(-1)).toMatchObject({ action: "order.replaced", body: { order_id: "o1", new_order_id: "o2" } });
    report({ ...FILL, orderId: "o2", qty: 500_000, price: 900_000, tradeId: 2 });
    expect(order("o2")).toMatchObject({ status: "filled", filledValue: "850000000000" });
    expect(cash()).toMatchObject({ held: 0, available: 9_150_000 });
  });

  test("fills that crossed the replace count for the new order, whose hold still does", () => {
    const { report, replace, cash, order } = setUp();
    // Cheaper but larger: with 0.6 filled at the old price it needs more than it would now.
    replace({ qty: 3_000_000, limitPrice: 500_000 });
    expect(cash().held).toBe(2_000_000);
    report({ ...FILL, qty: 600_000 });
    report({ kind: "replaced", newOrderId: "o2" });
    expect(order("o2")).toMatchObject({ filledQty: 600_000, held: 1_200_000 });
    expect(cash()).toMatchObject({ held: 1_200_000, available: 8_200_000 });
  });

  test("the new order has the quantity to which the book reduced the old one, unless another was requested", () => {
    const { report, replace, cash, order } = setUp();
    replace({ limitPrice: 1_100_000 });
    report({ kind: "restated", qty: 700_000, reason: "self_trade" });
    report({ kind: "replaced", newOrderId: "o2" });
    expect(order("o2")).toMatchObject({ qty: 700_000, held: 770_000 });
    expect(cash().held).toBe(770_000);
  });

  test("the status of the new order says what it waits for", () => {
    const { report, replace, order } = setUp({}, { waiting: "parent" });
    replace({ limitPrice: 1_100_000 });
    report({ kind: "replaced", newOrderId: "o2", waiting: "parent" });
    expect(order("o2")?.status).toBe("held");
  });
});

describe("AC-38: when the book refuses a replace", () => {
  test("the old order continues, the new one is rejected, and its hold is released", () => {
    const { out, report, replace, cash, order } = setUp();
    replace({ qty: 2_000_000 });
    report(FILL);
    expect(order("o1")?.status).toBe("pending_replace");
    report({ kind: "replace_rejected", newOrderId: "o2" });
    expect(order("o1")).toMatchObject({ status: "partially_filled", held: 600_000 });
    expect(order("o2")).toMatchObject({ status: "rejected", held: 0 });
    expect(cash()).toMatchObject({ held: 600_000, available: 9_000_000 });
    expect(out.updates.slice(-2).map(({ event, order: { id } }) => [event, id])).toEqual([
      ["order_replace_rejected", "o1"],
      ["rejected", "o2"],
    ]);
    expect(out.audits.at(-1)).toMatchObject({ action: "order.replace_rejected", body: { new_order_id: "o2" } });
    expect(replace({ qty: 2_000_000 }).outcome).toEqual({ ok: true, value: "o3" });
  });

  test("because it would have traded, the new order has that reason", () => {
    const { out, report, replace, order } = setUp({ terms: { postOnly: true } });
    replace({ limitPrice: 1_100_000 });
    report({ kind: "replace_rejected", newOrderId: "o2", reason: "post_only" });
    expect(order("o1")).toMatchObject({ status: "new", limitPrice: 1_000_000, replacement: null });
    expect(order("o2")).toMatchObject({ status: "rejected", closeReason: "post_only" });
    expect(out.audits.at(-1)?.body).toMatchObject({ reason: "post_only" });
  });

  test("because the order has ended, only the new order has an update", () => {
    const { out, report, replace, cash, order } = setUp();
    replace({ qty: 2_000_000 });
    report({ ...FILL, qty: 1_000_000 });
    report({ kind: "replace_rejected", newOrderId: "o2" });
    expect([order("o1")?.status, order("o2")?.status]).toEqual(["filled", "rejected"]);
    expect(cash().held).toBe(0);
    expect(out.updates.at(-1)).toMatchObject({ event: "rejected", order: { id: "o2" } });
  });
});

describe("AC-39: a cancel while a replace is pending", () => {
  test.each(["o1", "o2"])("of %s cancels both orders", (orderId) => {
    const { state, out, report, replace, order } = setUp();
    replace({ qty: 2_000_000 });
    const decision = decideCancel(state, orderId, () => undefined, NO_ORIGIN);
    for (const entry of decision.entries) applyEntry(state, entry, 9, out);
    const cancels = out.commands.slice(-2).map(({ command }) => `${command.kind} ${command.orderId}`);
    expect(new Set(cancels)).toEqual(new Set(["cancel o1", "cancel o2"]));
    expect(decideCancel(state, "o1", () => undefined, NO_ORIGIN).entries).toEqual([]);
    report({ kind: "replaced", newOrderId: "o2" });
    expect(order("o2")?.status).toBe("pending_cancel");
    report({ kind: "closed", cause: "canceled", orderId: "o2" });
    expect([order("o1")?.status, order("o2")?.status]).toEqual(["replaced", "canceled"]);
    expect(state.open.size).toBe(0);
  });

  test("and a replace that is refused", () => {
    const { state, out, report, replace, order, cash } = setUp();
    replace({ qty: 2_000_000 });
    applyEntry(state, { kind: "cancel_requested", orderId: "o1", origin: NO_ORIGIN }, 9, out);
    report({ kind: "replace_rejected", newOrderId: "o2" });
    expect([order("o1")?.status, order("o2")?.status]).toEqual(["pending_cancel", "rejected"]);
    report({ kind: "closed", cause: "canceled" });
    expect(cash().held).toBe(0);
  });
});

test("AK-1: an account with a pending replace is saved and loaded unchanged", () => {
  const { state, replace } = setUp();
  replace({ qty: 2_000_000 });
  expect(loadAccount(JSON.parse(JSON.stringify(saveAccount(state))))).toEqual(state);
});
