import { formatDecimal } from "../../decimal.ts";
import { assetOf } from "../../market/asset.ts";
import type { BookReport } from "../../matching/messages.ts";
import type { AccountState } from "../state/accountState.ts";
import { balanceSnapshot } from "../state/balanceSnapshot.ts";
import type { ReplaceEntry } from "../state/entries.ts";
import { NO_ORIGIN } from "../state/events.ts";
import type { Order } from "../state/order.ts";
import type { AccountOutputs } from "../state/outputs.ts";
import { audit, update } from "../state/record.ts";
import { auditFacts, openOrder } from "./accept.ts";
import { takeOverFees } from "../fees/feeReserve.ts";
import { close } from "./close.ts";
import { holdOwner, linkedTo, openLegs } from "./exits.ts";
import { advanceStatus, eventOf, liveStatus, releaseExcess } from "./lifecycle.ts";

/** Sends a replace to the book. Throws when the order is not open. */
export function requestReplace(state: AccountState, entry: ReplaceEntry, now: number, out: AccountOutputs): void {
  const { order, extra, command, origin } = entry;
  const old = state.open.get(command.orderId);
  if (old === undefined) throw new Error(`replace of an order that is not open: ${command.orderId}`);
  const before = balanceSnapshot(state, order.symbol, null);
  old.replacement = { orderId: order.id, resized: command.qty !== undefined, status: old.status };
  old.status = "pending_replace";
  old.updatedAt = now;
  const added = openOrder(state, order, extra, now, entry.rules);
  out.command(order.symbol, command);
  const body = { ...auditFacts(order, extra), resized: old.replacement.resized };
  const event = { action: "order.replace_requested", resource: `order/${order.id}`, body };
  audit(state, { ...event, before, after: balanceSnapshot(state, order.symbol, added) }, origin, now, out);
  update(state, "pending_replace", old, now, out, null);
  update(state, "pending_new", added, now, out, null);
}

/** The book has replaced the order: the new order takes over the fills, the hold and the links. */
export function onReplaced(
  state: AccountState,
  old: Order,
  report: Extract<BookReport, { kind: "replaced" }>,
  now: number,
  out: AccountOutputs,
): void {
  const next = state.open.get(report.newOrderId);
  if (next === undefined) throw new Error(`replaced by an order that is not open: ${report.newOrderId}`);
  const before = balanceSnapshot(state, old.symbol, old);
  next.filledQty = old.filledQty;
  next.filledValue = old.filledValue;
  next.filledAt = old.filledAt;
  takeOverFees(old, next);
  next.triggeredAt = old.triggeredAt ?? null;
  if (report.trail !== undefined) next.trail = report.trail;
  relink(state, old, next);
  const extra = next.held;
  next.held = 0;
  holdOwner(state, next).held += extra + old.held;
  old.held = 0;
  old.replacement = null;
  old.status = "replaced";
  old.replacedBy = next.id;
  old.replacedAt = report.at;
  old.updatedAt = report.at;
  close(state, old, out);
  advanceStatus(next, liveStatus(next, report.waiting), report.at);
  releaseExcess(state, next);
  const filledQty = formatDecimal(old.filledQty, assetOf(old.symbol).qtyDecimals);
  const body = { order_id: old.id, new_order_id: next.id, filled_qty: filledQty };
  const event = { action: "order.replaced", resource: `order/${old.id}`, body, before };
  audit(state, { ...event, after: balanceSnapshot(state, old.symbol, next) }, NO_ORIGIN, now, out);
  update(state, "replaced", old, report.at, out, null);
  update(state, eventOf(report.waiting), next, report.at, out, null);
}

/** The book has refused the replace: the old order continues or has ended, the new order is rejected. */
export function onReplaceRejected(
  state: AccountState,
  report: Extract<BookReport, { kind: "replace_rejected" }>,
  now: number,
  out: AccountOutputs,
): void {
  const next = state.open.get(report.newOrderId);
  if (next === undefined) throw new Error(`no replace by an order that is not open: ${report.newOrderId}`);
  const old = state.open.get(report.orderId);
  const before = balanceSnapshot(state, next.symbol, next);
  if (old !== undefined) {
    if (old.status === "pending_replace") old.status = old.replacement?.status ?? "new";
    old.replacement = null;
    old.updatedAt = report.at;
  }
  next.status = "rejected";
  next.updatedAt = report.at;
  if (report.reason !== undefined) next.closeReason = report.reason;
  if (report.reference !== undefined) next.limitReference = report.reference;
  close(state, next, out);
  const reason = report.reason === undefined ? {} : { reason: report.reason };
  const body = { order_id: report.orderId, new_order_id: next.id, ...reason };
  const event = { action: "order.replace_rejected", resource: `order/${next.id}`, body, before };
  audit(state, { ...event, after: balanceSnapshot(state, next.symbol, next) }, NO_ORIGIN, now, out);
  if (old !== undefined) update(state, "order_replace_rejected", old, report.at, out, null);
  update(state, "rejected", next, report.at, out, null);
}

/** Moves the links of the old order to the new one: as a leg, as a parent, as one of two exits. */
function relink(state: AccountState, old: Order, next: Order): void {
  const linked = linkedTo(state, old);
  if (linked !== undefined) {
    linked.linkedId = next.id;
    next.linkedId = linked.id;
    old.linkedId = null;
  }
  for (const leg of openLegs(state, old)) leg.parentId = next.id;
  if (old.legIds !== undefined) {
    next.legIds = old.legIds;
    delete old.legIds;
  }
  // Its parent may have been replaced since the replace was requested.
  if (old.parentId) next.parentId = old.parentId;
  const parent = state.open.get(old.parentId ?? "");
  if (parent?.legIds === undefined) return;
  parent.legIds = parent.legIds.map((id) => (id === old.id ? next.id : id));
}
