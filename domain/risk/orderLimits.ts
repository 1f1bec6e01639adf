import { type Bound, boundOf, boundOfExchange, type LimitKind } from "./bounds.ts";
import { type Instrument, lotsFor, lotsPerShare, notionalCeil, ORDER_QTY_LOTS_MAX } from "../market/instrument.ts";
import type { RiskFacts } from "./facts.ts";
import { NO_LIMITS, type RiskLimits } from "./limits.ts";
import type { RiskRefusal } from "./refusal.ts";

type LimitFacts = Pick<
  RiskFacts,
  | "order"
  | "instrument"
  | "market"
  | "change"
  | "settings"
  | "controls"
  | "plan"
  | "position"
  | "sameSide"
  | "flattening"
>;

/**
 * Refuses an order beyond the limits of the account and of the symbol: those of the exchange, for the account or by its
 * plan, and those of the owner (RK-8).
 */
export function checkLimits(facts: LimitFacts): RiskRefusal | null {
  const { settings, controls, plan, flattening } = facts;
  if (flattening) return null;
  const exchange = controls.limits;
  const ofPlan = plan?.limits ?? NO_LIMITS;
  if (!isNone(exchange) || !isNone(ofPlan)) {
    const refusal = exceeded(facts, (kind) => boundOfExchange(kind, exchange, ofPlan, facts.instrument));
    if (refusal !== null) return refusal;
  }
  if (isNone(settings.limits)) return null;
  return exceeded(facts, (kind) => boundOf("owner", kind, settings.limits, facts.instrument));
}

function isNone(limits: RiskLimits): boolean {
  if (limits === NO_LIMITS) return true;
  const { orderValue, positionValue, orderQty = null, positionQty = null, symbols } = limits;
  return orderValue === null && positionValue === null && (orderQty ?? positionQty) === null && symbols.length === 0;
}

function exceeded(facts: LimitFacts, boundTo: (kind: LimitKind) => Bound | null): RiskRefusal | null {
  return checkOrder(facts, boundTo) ?? checkPosition(facts, boundTo);
}

function checkOrder(
  { order, instrument, market }: LimitFacts,
  boundTo: (kind: LimitKind) => Bound | null,
): RiskRefusal | null {
  const [ofValue, ofQty] = [boundTo("orderValue"), boundTo("orderQty")];
  if (ofValue !== null) {
    const value = order.notional ?? valueOf(instrument, order.protectionPrice, order.qty);
    if (value > ofValue.most) return beyond("order_value", order.symbol, value, ofValue);
  }
  if (ofQty === null) return null;
  const lots = lotsOf(order.notional, order.qty, { instrument, market });
  return lots > ofQty.most ? beyond("order_qty", order.symbol, lots, ofQty) : null;
}

/** A sell reduces a position: it is not checked. */
function checkPosition(facts: LimitFacts, boundTo: (kind: LimitKind) => Bound | null): RiskRefusal | null {
  const { order, instrument } = facts;
  if (order.side === "sell") return null;
  const [ofQty, ofValue] = [boundTo("positionQty"), boundTo("positionValue")];
  if (ofQty === null && ofValue === null) return null;
  const lots = positionAfter(facts);
  if (ofQty !== null && lots > ofQty.most) return beyond("position_qty", order.symbol, lots, ofQty);
  if (ofValue === null) return null;
  const price = order.notional ? (facts.market.marketPrice ?? instrument.referencePrice) : order.protectionPrice;
  const value = valueOf(instrument, price, lots);
  return value > ofValue.most ? beyond("position_value", order.symbol, value, ofValue) : null;
}

function beyond(
  limit: Extract<RiskRefusal, { reason: "order_limit" }>["limit"],
  symbol: string,
  value: number,
  { by, most }: Bound,
): RiskRefusal {
  return { reason: "order_limit", limit, by, symbol, value, most };
}

/** The lots that are owned when every open buy and this one are filled. A replaced order counts by its new quantity. */
function positionAfter(facts: LimitFacts): number {
  const { order, change, position, sameSide } = facts;
  let lots = position.available + position.held + lotsOf(order.notional, order.qty, facts);
  for (const open of sameSide.values()) {
    // What a replaced order has filled is owned.
    if (open.id === change?.orderId) lots -= open.filledQty;
    else lots += lotsOf(open.notional ? open.held : null, open.qty - open.filledQty, facts);
  }
  return lots;
}

/** The lots of an order; those of a notional at the market price. */
function lotsOf(
  notional: number | null | undefined,
  qty: number,
  { instrument, market }: Pick<RiskFacts, "instrument" | "market">,
): number {
  if (!notional) return qty;
  return Math.min(lotsFor(instrument, market.marketPrice ?? instrument.referencePrice, notional), ORDER_QTY_LOTS_MAX);
}

/** A position at the price of an order may be worth more than can be written exactly: it counts as the most. */
function valueOf(instrument: Instrument, price: number, lots: number): number {
  const value = (price * lots) / lotsPerShare(instrument);
  return value > EXACT_VALUE_MAX ? Number.MAX_SAFE_INTEGER : notionalCeil(instrument, price, lots);
}

/** Half of the exact range: a product of floats is not further from the value. */
const EXACT_VALUE_MAX = 2 ** 52;
