import { type Terms, sameTerms } from "../../order/terms.ts";
import { sameData } from "../../sameData.ts";
import type { Order } from "../state/order.ts";
import { legIdOf } from "./newOrder.ts";
import type { ValidatedOrder } from "./validated.ts";

/** The fields in which two submissions must agree to be the same request: all but the client order id. */
type Request = Omit<ValidatedOrder, "clientOrderId" | "instrument" | "terms"> & { readonly symbol: string };

/** True when the order came from the same request, whatever happened to it and its legs since. */
export function sameRequest(
  order: Order,
  asked: ValidatedOrder,
  orderOf: (orderId: string) => Order | undefined,
): boolean {
  // An order that a replace has made came from another request.
  if (order.replaces) return false;
  const { clientOrderId: _, instrument, terms, ...rest } = asked;
  const request: Request = { ...rest, symbol: instrument.symbol };
  return sameData(requestOf(order, orderOf), request) && sameTerms(order.terms ?? legacyTerms(order), terms);
}

/**
 * The request that an order came from. A field that is added to `ValidatedOrder` and forgotten here does not compile.
 */
function requestOf(order: Order, orderOf: (orderId: string) => Order | undefined): Request {
  const { orderClass = "simple", notional = null } = order;
  // An OCO order is its own take profit.
  const takeProfit = orderClass === "oco" ? order : orderOf(legIdOf(order.id, "take_profit"));
  const stopLoss = orderOf(legIdOf(order.id, "stop_loss"));
  return {
    symbol: order.symbol,
    side: order.side,
    type: order.type,
    timeInForce: order.timeInForce,
    orderClass,
    qty: notional === null ? (order.askedQty ?? order.qty) : 0,
    notional,
    limitPrice: order.limitPrice,
    stopPrice: order.stopPrice ?? null,
    takeProfit: priceOf(takeProfit?.limitPrice, (limitPrice) => ({ limitPrice })),
    stopLoss: priceOf(stopLoss?.stopPrice, (stopPrice) => ({ stopPrice, limitPrice: stopLoss?.limitPrice ?? null })),
    goodTil: order.goodTil ?? null,
    extendedHours: order.extendedHours,
    lots: order.lots ?? null,
  };
}

function priceOf<T>(price: number | null | undefined, exit: (price: number) => T): T | null {
  return price === null || price === undefined ? null : exit(price);
}

/** Orders of the first releases had no `terms`; `extendedHours` was their only one. */
function legacyTerms({ extendedHours }: Order): Terms {
  return extendedHours ? { extended: true } : {};
}
