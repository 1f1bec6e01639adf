import { formatDecimal, PRICE_DECIMALS } from "../../decimal.ts";
import { assetOf } from "../../market/asset.ts";
import type { Leg, NewOrderCommand } from "../../matching/messages.ts";
import { FIRST_RULES } from "../../matching/rules.ts";
import { isLiveAsMarket } from "../../order/orderType.ts";
import { CASH, move } from "../ledger/ledger.ts";
import { rememberOrder } from "../settings/riskState.ts";
import type { AccountState } from "../state/accountState.ts";
import { balanceSnapshot } from "../state/balanceSnapshot.ts";
import type { Origin } from "../state/events.ts";
import { addOpen } from "../state/openOrders.ts";
import type { NewOrder, Order } from "../state/order.ts";
import type { AccountOutputs } from "../state/outputs.ts";
import { audit, dollars, update } from "../state/record.ts";
import { choiceRows } from "../lots/lotRecords.ts";
import { costOfRest, isRoundedOnce } from "./orderValue.ts";

/** Accepts an order and its legs: holds what the order may cost, and sends the command to its book. */
export function accept(
  state: AccountState,
  order: NewOrder,
  legs: readonly NewOrder[],
  origin: Origin,
  now: number,
  out: AccountOutputs,
): void {
  acceptOne(state, order, requiredHold(order), origin, now, out);
  // A leg sells what its parent's fills bring, or shares the hold of the OCO's take profit.
  for (const leg of legs) acceptOne(state, leg, 0, origin, now, out);
  rememberOrder(state.risk, state.settings, order, now);
  out.command(order.symbol, newCommand(order, legs));
}

/** The hold of a new order: the cash that a buy may cost with its fees, or the lots of a sell. */
export function requiredHold(order: NewOrder): number {
  return order.side === "buy"
    ? costOfRest({ ...order, filledQty: 0, filledValue: "0" }) + (order.feeReserve ?? 0)
    : order.qty;
}

/**
 * Adds an open order with nothing filled, and holds `held` for it. Under the first rules several orders of a millisecond
 * have the same submission time; under later rules each has its own, in microseconds.
 */
export function openOrder(state: AccountState, order: NewOrder, held: number, now: number, rules = FIRST_RULES): Order {
  move(state.ledger, order.side === "buy" ? CASH : order.symbol, "available", "held", held);
  const micros = rules < 2 ? null : Math.max(now * 1_000, state.lastOrderMicros + 1);
  if (micros !== null) state.lastOrderMicros = micros;
  const added: Order = {
    ...order,
    sequence: state.nextSequence++,
    ...(micros === null ? { submittedAt: now } : { submittedAt: Math.floor(micros / 1_000), submittedMicros: micros }),
    status: "pending_new",
    filledQty: 0,
    filledValue: "0",
    held,
    updatedAt: now,
    filledAt: null,
    canceledAt: null,
    expiredAt: null,
  };
  addOpen(state, added);
  return added;
}

/** An order as the audit trail records it. Fields that were not requested are absent. */
export function auditFacts(order: NewOrder, held: number): Record<string, unknown> {
  const { qtyDecimals } = assetOf(order.symbol);
  const { stopPrice, terms, orderClass, parentId, role, notional, replaces, goodTil, rules } = order;
  const { feePlan, feeReserve } = order;
  const facts: Record<string, unknown> = {
    order_id: order.id,
    client_order_id: order.clientOrderId,
    symbol: order.symbol,
    side: order.side,
    type: order.type,
    time_in_force: order.timeInForce,
    qty: formatDecimal(order.qty, qtyDecimals),
    limit_price: order.limitPrice === null ? null : dollars(order.limitPrice),
    held: formatDecimal(held, order.side === "buy" ? PRICE_DECIMALS : qtyDecimals),
    protection_price: dollars(order.protectionPrice),
  };
  if (stopPrice) facts["stop_price"] = dollars(stopPrice);
  if (notional) facts["notional"] = dollars(notional);
  if (goodTil) facts["good_til"] = goodTil;
  if (terms !== undefined) facts["terms"] = terms;
  if (orderClass !== undefined) facts["order_class"] = orderClass;
  if (parentId) facts["parent_id"] = parentId;
  if (role) facts["role"] = role;
  if (replaces) facts["replaces"] = replaces;
  if (rules) facts["rules"] = rules;
  if (order.duplicateOf !== undefined) facts["duplicate_of"] = order.duplicateOf;
  if (order.lots !== undefined) facts["lots"] = choiceRows(order.lots, qtyDecimals);
  if (order.dayLoss !== undefined) facts["day_loss"] = dollars(order.dayLoss);
  if (feePlan !== undefined) facts["fee_plan"] = feePlan;
  if (feeReserve) facts["fee_reserve"] = dollars(feeReserve);
  return facts;
}

function acceptOne(
  state: AccountState,
  order: NewOrder,
  held: number,
  origin: Origin,
  now: number,
  out: AccountOutputs,
): void {
  const before = balanceSnapshot(state, order.symbol, null);
  const added = openOrder(state, order, held, now, order.rules);
  const after = balanceSnapshot(state, order.symbol, added);
  const [resource, body] = [`order/${order.id}`, auditFacts(order, held)];
  audit(state, { action: "order.accepted", resource, body, before, after }, origin, now, out);
  update(state, "pending_new", added, now, out, null);
}

function newCommand(order: NewOrder, legs: readonly NewOrder[]): NewOrderCommand {
  const command: { -readonly [Field in keyof NewOrderCommand]: NewOrderCommand[Field] } = {
    kind: "new",
    orderId: order.id,
    side: order.side,
    price: order.protectionPrice,
    qty: order.qty,
    timeInForce: order.timeInForce,
    market: isLiveAsMarket(order.type),
    expiresAt: order.expiresAt,
  };
  if (order.impliedSelfTrade) command.selfTrade = order.impliedSelfTrade;
  if (order.terms !== undefined) Object.assign(command, order.terms);
  if (order.within !== undefined) command.within = order.within;
  // Orders of earlier rules have a quantity that was calculated before they were sent.
  if (order.notional && isRoundedOnce(order)) command.cash = order.notional;
  const { orderClass } = order;
  if (orderClass === undefined || orderClass === "simple") return command;
  return { ...command, orderClass, legs: legs.map(legOf) };
}

function legOf(leg: NewOrder): Leg {
  return {
    role: leg.role ?? "take_profit",
    orderId: leg.id,
    price: leg.protectionPrice,
    ...(leg.stopPrice ? { stop: leg.stopPrice } : {}),
    ...(leg.limitPrice === null ? {} : { limit: true as const }),
    ...(leg.impliedSelfTrade ? { selfTrade: leg.impliedSelfTrade } : {}),
  };
}
