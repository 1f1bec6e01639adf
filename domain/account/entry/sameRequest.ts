import type { Terms } from "../../order/terms.ts";
import { legIdOf } from "./newOrder.ts";
import type { Order } from "../state/order.ts";
import type { ValidatedOrder } from "./validated.ts";

/** Whether an order is what this ticket asks for: as it was accepted, whatever became of it and of its legs. */
export function sameRequest(
  order: Order,
  ticket: ValidatedOrder,
  orderOf: (orderId: string) => Order | undefined,
): boolean {
  const takeProfit = orderOf(legIdOf(order.id, "take_profit"))?.limitPrice ?? null;
  const stopLoss = orderOf(legIdOf(order.id, "stop_loss"));
  return (
    // A replace made it, which is another request.
    !order.replaces &&
    order.symbol === ticket.instrument.symbol &&
    order.side === ticket.side &&
    order.type === ticket.type &&
    order.timeInForce === ticket.timeInForce &&
    (order.notional ?? null) === ticket.notional &&
    (ticket.notional !== null || (order.askedQty ?? order.qty) === ticket.qty) &&
    order.limitPrice === ticket.limitPrice &&
    (order.stopPrice ?? null) === ticket.stopPrice &&
    (order.goodTil ?? null) === ticket.goodTil &&
    order.extendedHours === ticket.extendedHours &&
    (order.orderClass ?? "simple") === ticket.orderClass &&
    // An OCO is its own take profit, whose limit it has.
    (ticket.orderClass === "oco" || takeProfit === (ticket.takeProfit?.limitPrice ?? null)) &&
    (stopLoss?.stopPrice ?? null) === (ticket.stopLoss?.stopPrice ?? null) &&
    (stopLoss?.limitPrice ?? null) === (ticket.stopLoss?.limitPrice ?? null) &&
    sameTerms(order.terms ?? oldTerms(order), ticket.terms)
  );
}

/** Orders of the first releases had only this term, and kept it as a field alone. */
function oldTerms({ extendedHours }: Order): Terms {
  return extendedHours ? { extended: true } : {};
}

/** Every field of terms and what is in them: written in this order, whatever order they were made in. */
const FIELDS = [
  ...["trigger", "kind", "price", "amount", "basisPoints", "display", "postOnly", "minQty", "allOrNone"],
  ...["peg", "to", "offset", "selfTrade", "extended"],
];

function sameTerms(a: Terms, b: Terms): boolean {
  return JSON.stringify(a, FIELDS) === JSON.stringify(b, FIELDS);
}
