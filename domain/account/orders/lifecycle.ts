import { formatDecimal } from "../../decimal.ts";
import { assetOf } from "../../market/asset.ts";
import type { BookReport, Waiting } from "../../matching/messages.ts";
import type { AccountOutputs } from "../state/outputs.ts";
import type { AccountState } from "../state/accountState.ts";
import { NO_ORIGIN } from "../state/events.ts";
import type { UpdateEvent } from "../state/events.ts";
import { releaseExcessOfExit } from "./exits.ts";
import { CASH, move } from "../ledger/ledger.ts";
import type { Order, OrderStatus } from "../state/order.ts";
import { audit, update } from "../state/record.ts";
import { balanceSnapshot } from "../state/balanceSnapshot.ts";
import { holdOfRest } from "../fees/feeReserve.ts";

type Reported<K extends BookReport["kind"]> = Extract<BookReport, { kind: K }>;

/** The book has accepted the order: it is live, or waits. */
export function onAccepted(state: AccountState, order: Order, report: Reported<"accepted">, out: AccountOutputs): void {
  advanceStatus(order, liveStatus(order, report.waiting), report.at);
  update(state, eventOf(report.waiting), order, report.at, out, null);
}

/** The order no longer waits, or waits for something else. */
export function onActivated(
  state: AccountState,
  order: Order,
  report: Reported<"activated">,
  now: number,
  out: AccountOutputs,
): void {
  const before = balanceSnapshot(state, order.symbol, order);
  advanceStatus(order, liveStatus(order, report.waiting), report.at);
  releaseExcess(state, order);
  const body = { order_id: order.id, waiting: report.waiting ?? null };
  const after = balanceSnapshot(state, order.symbol, order);
  audit(state, { action: "order.activated", resource: `order/${order.id}`, body, before, after }, NO_ORIGIN, now, out);
  update(state, eventOf(report.waiting), order, report.at, out, null);
}

/** The trigger price of the order was reached. Client streams have no event for it; they see the fills that follow. */
export function onTriggered(
  state: AccountState,
  order: Order,
  report: Reported<"triggered">,
  now: number,
  out: AccountOutputs,
): void {
  const before = balanceSnapshot(state, order.symbol, order);
  order.triggeredAt = report.at;
  order.updatedAt = report.at;
  const event = { action: "order.triggered", resource: `order/${order.id}`, body: { order_id: order.id } };
  audit(state, { ...event, before, after: balanceSnapshot(state, order.symbol, order) }, NO_ORIGIN, now, out);
}

/** The book has reduced the order's quantity: the excess hold is released. */
export function onRestated(
  state: AccountState,
  order: Order,
  report: Reported<"restated">,
  now: number,
  out: AccountOutputs,
): void {
  const before = balanceSnapshot(state, order.symbol, order);
  // The client did not request the quantity of a notional order.
  if (report.reason !== "notional") order.askedQty ??= order.qty;
  order.qty = report.qty;
  order.updatedAt = report.at;
  const { replacement } = order;
  if (replacement && !replacement.resized) {
    const next = state.open.get(replacement.orderId);
    if (next !== undefined) next.qty = report.qty;
  }
  releaseExcess(state, order);
  const qty = formatDecimal(report.qty, assetOf(order.symbol).qtyDecimals);
  const body = { order_id: order.id, qty, reason: report.reason };
  const after = balanceSnapshot(state, order.symbol, order);
  audit(state, { action: "order.restated", resource: `order/${order.id}`, body, before, after }, NO_ORIGIN, now, out);
  if (report.reason !== "notional") update(state, "restated", order, report.at, out, null);
}

/** Releases the hold beyond what the order, or it and its linked exit, can still trade. */
export function releaseExcess(state: AccountState, order: Order): void {
  if (order.side === "sell") return releaseExcessOfExit(state, order);
  const freed = Math.max(0, order.held - holdOfRest(order));
  move(state.ledger, CASH, "held", "available", freed);
  order.held -= freed;
}

/** The status of an order without a pending cancel or replace. */
export function liveStatus(order: Order, waiting: Waiting | undefined): OrderStatus {
  if (waiting === "parent") return "held";
  if (waiting === "session" || waiting === "auction") return "accepted";
  return order.filledQty > 0 ? "partially_filled" : "new";
}

/**
 * Sets the status of an order. A pending cancel or replace stays visible; a pending replace remembers the new status.
 */
export function advanceStatus(order: Order, status: OrderStatus, at: number): void {
  order.updatedAt = at;
  if (order.replacement) order.replacement = { ...order.replacement, status };
  if (order.status !== "pending_cancel" && order.status !== "pending_replace") order.status = status;
}

/** The trade_updates event for what an order waits for. */
export function eventOf(waiting: Waiting | undefined): UpdateEvent {
  if (waiting === "parent") return "held";
  return waiting === "session" || waiting === "auction" ? "accepted" : "new";
}
