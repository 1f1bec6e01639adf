import { type Instrument, lotsFor, lotsPerShare, notionalCeil, ORDER_QTY_LOTS_MAX } from "../market/instrument.ts";
import type { RiskFacts } from "./facts.ts";
import type { RiskLimits, SymbolLimits } from "./limits.ts";
import type { RiskRefusal } from "./refusal.ts";

type LimitFacts = Pick<
  RiskFacts,
  "order" | "instrument" | "market" | "change" | "settings" | "controls" | "position" | "sameSide" | "flattening"
>;

/** Refuses an order beyond the limits of the account and of the symbol: those of the owner, and of the exchange (RK-8). */
export function checkLimits(facts: LimitFacts): RiskRefusal | null {
  const { settings, controls, flattening } = facts;
  if (flattening) return null;
  return exceeded(facts, controls.limits, "exchange") ?? exceeded(facts, settings.limits, "owner");
}

function exceeded(facts: LimitFacts, limits: RiskLimits, by: "owner" | "exchange"): RiskRefusal | null {
  const { orderValue, positionValue, symbols } = limits;
  if (orderValue === null && positionValue === null && symbols.length === 0) return null;
  const own = symbols.find(({ symbol }) => symbol === facts.order.symbol);
  return checkOrder(facts, orderValue, own, by) ?? checkPosition(facts, positionValue, own, by);
}

function checkOrder(
  { order, instrument, market }: LimitFacts,
  orderValue: number | null,
  own: SymbolLimits | undefined,
  by: "owner" | "exchange",
): RiskRefusal | null {
  const { symbol } = order;
  const most = least(orderValue, own?.orderValue ?? null);
  if (most !== null) {
    const value = order.notional ?? valueOf(instrument, order.protectionPrice, order.qty);
    if (value > most) return { reason: "order_limit", limit: "order_value", by, symbol, value, most };
  }
  const mostLots = own?.orderQty ?? null;
  if (mostLots === null) return null;
  const value = lotsOf(order.notional, order.qty, { instrument, market });
  return value > mostLots ? { reason: "order_limit", limit: "order_qty", by, symbol, value, most: mostLots } : null;
}

/** A sell reduces a position: it is not checked. */
function checkPosition(
  facts: LimitFacts,
  positionValue: number | null,
  own: SymbolLimits | undefined,
  by: "owner" | "exchange",
): RiskRefusal | null {
  const { order, instrument } = facts;
  const mostLots = own?.positionQty ?? null;
  if (order.side === "sell" || (positionValue === null && mostLots === null)) return null;
  const { symbol } = order;
  const lots = positionAfter(facts);
  if (mostLots !== null && lots > mostLots) {
    return { reason: "order_limit", limit: "position_qty", by, symbol, value: lots, most: mostLots };
  }
  if (positionValue === null) return null;
  const price = order.notional ? (facts.market.marketPrice ?? instrument.referencePrice) : order.protectionPrice;
  const value = valueOf(instrument, price, lots);
  if (value <= positionValue) return null;
  return { reason: "order_limit", limit: "position_value", by, symbol, value, most: positionValue };
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

function least(a: number | null, b: number | null): number | null {
  return a === null ? b : b === null ? a : Math.min(a, b);
}
