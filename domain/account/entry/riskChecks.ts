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

/** Open orders an account may have: bounds the memory of its object. */
export const OPEN_ORDERS_MAX = 10_000;

/** What only the time of arrival decides: the matrix at this session, and the windows of auctions. */
export function checkHours(
  ticket: Pick<ValidatedOrder, "type" | "timeInForce" | "orderClass" | "extendedHours" | "goodTil">,
  hours: SessionRules,
): Refusal | null {
  const { type, timeInForce, orderClass, extendedHours, goodTil } = ticket;
  if (goodTil !== null && goodTil <= hours.now) return { reason: "good_til_past" };
  const found = cell(type, timeInForce, orderClass, hours.session, extendedHours);
  if (found.verdict === "refused") return { reason: found.reason, type, timeInForce, orderClass };
  if (!isForAuction(timeInForce) || hours.takes(timeInForce)) return null;
  return { reason: "auction_hours", type, timeInForce, orderClass };
}

/** Cash account: a buy needs its whole cost, a sell needs the lots. */
export function checkRisk(state: AccountState, order: NewOrder, legs: number, instrument: Instrument): Refusal | null {
  const { side, qty, protectionPrice } = order;
  if (state.open.size + legs >= OPEN_ORDERS_MAX) return { reason: "too_many_open_orders", limit: OPEN_ORDERS_MAX };
  // What a notional comes to only the market has said.
  if (qty === 0) return { reason: "notional_too_small" };
  if (qty > ORDER_QTY_LOTS_MAX) return { reason: "qty_too_large" };
  if (!order.notional && exceedsNotional(instrument, protectionPrice, qty)) return { reason: "notional_too_large" };
  return checkHold(state, order.symbol, side, requiredHold(order));
}

/** Whether an order can be given this hold: cash of a buy, lots of a sell. */
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

/** Ids named in a refusal: enough to act on, and a bounded answer. */
const RELATED_ORDERS_MAX = 20;
