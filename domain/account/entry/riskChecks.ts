import { isForAuction } from "../../order/timeInForce.ts";
import { ORDER_QTY_LOTS_MAX } from "../../market/instrument.ts";
import type { Instrument } from "../../market/instrument.ts";
import { cell } from "../../market/orderMatrix.ts";
import type { Side } from "../../order/side.ts";
import { balances, CASH, owned } from "../ledger/ledger.ts";
import { requiredHold } from "../orders/accept.ts";
import type { AccountState } from "../state/accountState.ts";
import type { NewOrder } from "../state/order.ts";
import type { Refusal } from "./refusal.ts";
import type { SessionRules } from "./sessionRules.ts";
import { exceedsNotional } from "./validateOrder.ts";
import type { ValidatedOrder } from "./validated.ts";

/** Most open orders of an account: bounds the memory of its object. */
export const OPEN_ORDERS_MAX = 10_000;

/** Checks what depends on the time of arrival: the order matrix in this session, and the windows of auctions. */
export function checkHours(
  ticket: Pick<ValidatedOrder, "type" | "timeInForce" | "orderClass" | "extendedHours" | "goodTil">,
  hours: SessionRules,
): Refusal | null {
  const { type, timeInForce, orderClass, extendedHours, goodTil } = ticket;
  if (goodTil !== null && goodTil <= hours.now) return { reason: "good_til_past" };
  const found = cell(type, timeInForce, orderClass, hours.session, extendedHours);
  if (found.verdict === "refused") return { reason: found.reason, type, timeInForce, orderClass };
  if (!isForAuction(timeInForce) || hours.accepts(timeInForce)) return null;
  return { reason: "auction_hours", type, timeInForce, orderClass };
}

/** Checks limits and the hold: a cash account needs the whole cost of a buy, and the lots of a sell. */
export function checkRisk(state: AccountState, order: NewOrder, legs: number, instrument: Instrument): Refusal | null {
  const { side, qty, protectionPrice } = order;
  if (state.open.size + legs >= OPEN_ORDERS_MAX) return { reason: "too_many_open_orders", limit: OPEN_ORDERS_MAX };
  // The quantity of a notional order depends on the market.
  if (qty === 0) return { reason: "notional_too_small" };
  if (qty > ORDER_QTY_LOTS_MAX) return { reason: "qty_too_large" };
  if (!order.notional && exceedsNotional(instrument, protectionPrice, qty)) return { reason: "notional_too_large" };
  return checkHold(state, order.symbol, side, requiredHold(order));
}

/** Refuses a hold that exceeds what is available: cash for a buy, lots for a sell. */
export function checkHold(state: AccountState, symbol: string, side: Side, hold: number): Refusal | null {
  if (side === "buy") {
    const buyingPower = Math.max(0, balances(state.ledger, CASH).available);
    return hold > buyingPower ? { reason: "insufficient_buying_power", buyingPower, costBasis: hold } : null;
  }
  const { available, held } = balances(state.ledger, symbol);
  if (hold <= available) return null;
  const relatedOrders = [...state.open.values()].filter((open) => open.symbol === symbol && open.side === "sell");
  return {
    reason: "insufficient_qty",
    symbol,
    requested: hold,
    available,
    existing: owned(state.ledger, symbol),
    held,
    relatedOrders: relatedOrders.slice(0, RELATED_ORDERS_MAX).map((open) => open.id),
  };
}

/** Most order ids in a refusal: bounds the response. */
const RELATED_ORDERS_MAX = 20;
