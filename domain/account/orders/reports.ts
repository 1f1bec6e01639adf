import { formatDecimal } from "../../decimal.ts";
import { uuidFromParts } from "../../ids.ts";
import { assetOf } from "../../market/asset.ts";
import type { BookReport } from "../../matching/messages.ts";
import type { AccountOutputs } from "../state/outputs.ts";
import type { AccountState } from "../state/accountState.ts";
import { NO_ORIGIN } from "../state/events.ts";
import { chargeFill, feeFacts, payFees } from "../fees/chargeFill.ts";
import { holdOfRest } from "../fees/feeReserve.ts";
import { recordFill } from "../activities/recordFill.ts";
import { close } from "./close.ts";
import { holdForLegs, holdOwner } from "./exits.ts";
import { rollTradingDay } from "../ledger/previousClose.ts";
import { CASH, move } from "../ledger/ledger.ts";
import { changeLots } from "../lots/changeLots.ts";
import { sellOfNext, takingOf } from "../lots/chosenLots.ts";
import { addLotFacts, recordMoreLots } from "../lots/lotRecords.ts";
import { onActivated, advanceStatus, onRestated, onAccepted, onTriggered } from "./lifecycle.ts";
import { settleFill } from "../settlement/accountSettlement.ts";
import type { Order } from "../state/order.ts";
import { killAtLimit } from "../settings/lossLimitEntry.ts";
import { recordGain } from "../settings/riskState.ts";
import { audit, dollars, update } from "../state/record.ts";
import { onReplaced, onReplaceRejected } from "./replace.ts";
import { balanceSnapshot } from "../state/balanceSnapshot.ts";
import { cashOfFill } from "./orderValue.ts";

/** Applies a book's report about one of the account's orders. */
export function applyReport(state: AccountState, report: BookReport, now: number, out: AccountOutputs): void {
  rollTradingDay(state, now);
  if (report.kind === "replace_rejected") return onReplaceRejected(state, report, now, out);
  const order = state.open.get(report.orderId);
  // Reports arrive once and in order, so a report for a closed order can only be a defect of the sender.
  if (order === undefined) throw new Error(`report for an order that is not open: ${report.orderId}`);
  const trailed = "trail" in report ? report.trail : undefined;
  // The trail of a replace belongs to the new order; onReplaced sets it.
  if (trailed !== undefined && report.kind !== "replaced") order.trail = trailed;
  switch (report.kind) {
    case "accepted":
      return onAccepted(state, order, report, out);
    case "activated":
      return onActivated(state, order, report, now, out);
    case "triggered":
      return onTriggered(state, order, report, now, out);
    case "restated":
      return onRestated(state, order, report, now, out);
    case "replaced":
      return onReplaced(state, order, report, now, out);
    case "fill":
      return onFill(state, order, report, now, out);
    case "closed":
      return onClosed(state, order, report, now, out);
  }
}

function onFill(
  state: AccountState,
  order: Order,
  report: BookReport & { kind: "fill" },
  now: number,
  out: AccountOutputs,
): void {
  const { price, qty } = report;
  const instrument = assetOf(order.symbol);
  const cash = cashOfFill(order, price, qty);
  const fees = chargeFill(state.fees, order, report, cash);
  const before = balanceSnapshot(state, order.symbol, order);
  const taking = order.side === "sell" ? takingOf(state, order, qty) : undefined;
  order.filledQty += qty;
  order.filledValue = (BigInt(order.filledValue) + BigInt(price) * BigInt(qty)).toString();
  order.updatedAt = report.at;
  order.filledAt = report.at;
  const basis = state.costBasis.get(order.symbol) ?? 0;
  const shares = { symbol: order.symbol, quantity: qty, at: report.at };
  const change = changeLots(state, order.side, shares, cash, fees.total, taking);
  if (change !== null && order.side === "sell") sellOfNext(state, order, change.lots);
  if (order.side === "buy") settleBuy(state, order, qty, cash, fees.total);
  else settleSell(state, order, qty, cash, fees.total);
  const violation = settleFill(state, order, report, { cash, fees: fees.total }, now, out);
  let reached = false;
  if (order.side === "buy") holdForLegs(state, order, qty);
  else {
    const sold = basis - (state.costBasis.get(order.symbol) ?? 0);
    const gain = change?.disposal?.gain ?? cash - fees.total - sold;
    reached = recordGain(state.risk, state.settings, gain, state.dayEnd);
  }
  const full = order.filledQty === order.qty;
  if (full) order.status = "filled";
  else advanceStatus(order, "partially_filled", report.at);

  const executionId = uuidFromParts("execution:", order.symbol, ":", String(report.tradeId), ":", order.id);
  const decimals = instrument.qtyDecimals;
  const body: Record<string, unknown> = {
    order_id: order.id,
    client_order_id: order.clientOrderId,
    symbol: order.symbol,
    side: order.side,
    price: dollars(price),
    qty: formatDecimal(qty, decimals),
    notional: dollars(cash),
    trade_id: report.tradeId,
    execution_id: executionId,
    liquidity: report.liquidity,
    cum_qty: formatDecimal(order.filledQty, decimals),
    leaves_qty: formatDecimal(order.qty - order.filledQty, decimals),
  };
  Object.assign(body, feeFacts(fees), violation);
  if (change !== null) {
    body["executed_at"] = report.at;
    addLotFacts(body, change);
  }
  const after = balanceSnapshot(state, order.symbol, order);
  const event = { action: "order.filled", resource: `order/${order.id}`, body, before, after };
  audit(state, event, NO_ORIGIN, now, out);
  if (change !== null) recordMoreLots(state, change, { order_id: order.id, execution_id: executionId }, now, out);
  update(state, full ? "fill" : "partial_fill", order, report.at, out, { id: executionId, price, qty });
  recordFill(state, order, report, { cash, fees, change }, now, out);
  if (full) close(state, order, out);
  if (reached) killAtLimit(state, now, out);
}

/** Pays from the hold, and releases the excess of the hold when the price was better than the limit. Fees are basis. */
function settleBuy(state: AccountState, order: Order, qty: number, cash: number, fees: number): void {
  const needed = Math.min(order.held, holdOfRest(order));
  move(state.ledger, CASH, "held", "available", order.held - needed);
  order.held = needed;
  move(state.ledger, CASH, "available", "venue", cash);
  payFees(state.ledger, fees);
  move(state.ledger, order.symbol, "venue", "available", qty);
}

function settleSell(state: AccountState, order: Order, qty: number, cash: number, fees: number): void {
  const owner = holdOwner(state, order);
  if (owner.held < qty) throw new Error(`order ${order.id} sold ${qty}, and ${owner.held} is held`);
  move(state.ledger, order.symbol, "held", "venue", qty);
  owner.held -= qty;
  move(state.ledger, CASH, "venue", "available", cash);
  payFees(state.ledger, fees);
}

function onClosed(
  state: AccountState,
  order: Order,
  report: BookReport & { kind: "closed" },
  now: number,
  out: AccountOutputs,
): void {
  const before = balanceSnapshot(state, order.symbol, order);
  const refused = report.reason === "price_limit";
  order.status = refused ? "rejected" : report.cause;
  order.updatedAt = report.at;
  if (report.cause === "expired") order.expiredAt = report.at;
  else if (!refused) order.canceledAt = report.at;
  if (report.reference !== undefined) order.limitReference = report.reference;
  if (report.reason !== undefined) order.closeReason = report.reason;
  const filledQty = formatDecimal(order.filledQty, assetOf(order.symbol).qtyDecimals);
  const reason = report.reason === undefined ? {} : { reason: report.reason };
  const body = { order_id: order.id, filled_qty: filledQty, ...reason };
  close(state, order, out);
  const after = balanceSnapshot(state, order.symbol, order);
  audit(
    state,
    { action: `order.${report.cause}`, resource: `order/${order.id}`, body, before, after },
    NO_ORIGIN,
    now,
    out,
  );
  update(state, refused ? "rejected" : report.cause, order, report.at, out, null);
}
