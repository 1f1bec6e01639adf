import { describe, expect, test } from "vitest";
import type { BookReport, Waiting } from "../../matching/messages.ts";
import { applyEntry } from "../apply.ts";
import { NO_ORIGIN } from "../state/events.ts";
import { balances, CASH } from "../ledger/ledger.ts";
import type { NewOrder } from "../state/order.ts";
import { applyReport } from "./reports.ts";
import { fundedAccount, orderWith, recorder } from "../testing.ts";

/** An account with one order and these reports of it. */
function reported(order: Partial<NewOrder>, reports: readonly Record<string, unknown>[]) {
  const state = fundedAccount("a", 10_000_000, { AAPL: 10_000_000 });
  const out = recorder();
  applyEntry(state, { kind: "accepted", order: orderWith("o1", order), origin: NO_ORIGIN }, 5, out);
  const report = (facts: Record<string, unknown>) =>
    applyReport(state, { orderId: "o1", at: 7, ...facts } as BookReport, 8, out);
  for (const each of reports) report(each);
  const events = () => out.updates.map(({ event, order: { status } }) => [event, status]);
  return { state, out, report, events, order: () => state.open.get("o1") };
}

const FILL = { kind: "fill", tradeId: 1, price: 1_000_000, qty: 400_000, liquidity: "maker" };

describe("AC-32: what an order waits for is its status", () => {
  test.each<[Waiting | undefined, string, string]>([
    [undefined, "new", "new"],
    ["trigger", "new", "new"],
    ["condition", "new", "new"],
    ["peg", "new", "new"],
    ["session", "accepted", "accepted"],
    ["auction", "accepted", "accepted"],
    ["parent", "held", "held"],
  ])("%s: %s", (waiting, event, status) => {
    const { events } = reported({}, [{ kind: "accepted", waiting }]);
    expect(events().at(-1)).toEqual([event, status]);
  });

  test("and the status is new when the wait is over, or it waits for something else", () => {
    const waits = [
      { kind: "accepted", waiting: "parent" },
      { kind: "activated", waiting: "session" },
      { kind: "activated", waiting: "trigger" },
    ];
    const { events, out } = reported({}, waits);
    expect(events().slice(1)).toEqual([
      ["held", "held"],
      ["accepted", "accepted"],
      ["new", "new"],
    ]);
    expect(out.audits.slice(1)).toMatchObject([
      { action: "order.activated", body: { waiting: "session" }, after: { status: "accepted" } },
      { action: "order.activated", body: { waiting: "trigger" }, after: { status: "new" } },
    ]);
    expect(new Set(out.updates.map(({ executionId }) => executionId)).size).toBe(4);
  });

  test("a pending cancel stays pending, and fills before a wait stay visible", () => {
    const { state, out, report, order } = reported({}, [{ kind: "accepted", waiting: "session" }]);
    report({ kind: "activated" });
    report(FILL);
    report({ kind: "activated" });
    expect(order()?.status).toBe("partially_filled");
    applyEntry(state, { kind: "cancel_requested", orderId: "o1", origin: NO_ORIGIN }, 9, out);
    report({ kind: "activated" });
    expect(order()?.status).toBe("pending_cancel");
  });
});

test("AC-32: a reached trigger sets its time and is audited", () => {
  const { order, out, events } = reported({}, [{ kind: "accepted", waiting: "trigger" }, { kind: "triggered" }]);
  expect(order()).toMatchObject({ triggeredAt: 7, status: "new" });
  expect(out.audits.at(-1)).toMatchObject({ action: "order.triggered", body: { order_id: "o1" } });
  expect(events()).toHaveLength(2);
});

test("AC-32: the order keeps the reason for which its book closed it", () => {
  const { out } = reported({}, [{ kind: "closed", cause: "canceled", reason: "post_only" }]);
  expect(out.closedOrders).toMatchObject([{ status: "canceled", closeReason: "post_only" }]);
  expect(out.audits.at(-1)?.body).toEqual({ order_id: "o1", filled_qty: "0", reason: "post_only" });
});

describe("AC-33: an order whose quantity was reduced", () => {
  test("releases the excess hold of a buy, and is filled by the rest", () => {
    const { state, out, report, order } = reported({}, [
      FILL,
      { kind: "restated", qty: 700_000, reason: "self_trade" },
    ]);
    expect(order()).toMatchObject({ qty: 700_000, askedQty: 1_000_000, held: 300_000, status: "partially_filled" });
    expect(balances(state.ledger, CASH)).toMatchObject({ held: 300_000, available: 9_300_000 });
    expect(out.updates.at(-1)).toMatchObject({ event: "restated", order: { qty: 700_000 } });
    expect(out.audits.at(-1)).toMatchObject({ action: "order.restated", body: { qty: "0.7", reason: "self_trade" } });
    report({ ...FILL, qty: 300_000, tradeId: 2 });
    expect(out.closedOrders).toMatchObject([{ status: "filled", qty: 700_000, held: 0 }]);
  });

  test("releases the excess lots of a sell", () => {
    const { state } = reported({ side: "sell" }, [FILL, { kind: "restated", qty: 500_000, reason: "self_trade" }]);
    expect(balances(state.ledger, "AAPL")).toMatchObject({ held: 100_000, available: 9_500_000 });
  });
});

test("AC-8: a fill of more lots than are held is a defect and throws", () => {
  const { report } = reported({ side: "sell" }, []);
  expect(() => report({ ...FILL, qty: 1_000_001 })).toThrow(/is held/);
});

test("AC-41: a trailing stop keeps its last reported trail in updates, in a replace and after its end", () => {
  const trailing = {
    type: "trailing_stop",
    limitPrice: null,
    terms: { trigger: { kind: "trail", amount: 50_000 } },
  } as const;
  const [first, second, last] = [1_000_000, 1_010_000, 1_020_000].map((best) => ({ best, stop: best - 50_000 }));
  const { state, out, report } = reported({ ...trailing, side: "sell" }, [
    { kind: "accepted", waiting: "trigger", trail: first },
  ]);
  expect(out.updates.at(-1)?.order.trail).toEqual(first);
  const order = orderWith("o2", { ...trailing, side: "sell", replaces: "o1" });
  const command = { kind: "replace", orderId: "o1", newOrderId: "o2" } as const;
  applyEntry(state, { kind: "replace_requested", order, extra: 0, command, origin: NO_ORIGIN }, 9, out);
  report({ kind: "replaced", newOrderId: "o2", waiting: "trigger", trail: second });
  expect(out.updates.slice(-2).map(({ order: { id, trail } }) => [id, trail])).toEqual([
    ["o1", first],
    ["o2", second],
  ]);
  report({ kind: "closed", cause: "canceled", orderId: "o2", trail: last });
  expect(out.updates.at(-1)?.order.trail).toEqual(last);
  expect(out.closedOrders.at(-1)).toMatchObject({ id: "o2", trail: last });
});
