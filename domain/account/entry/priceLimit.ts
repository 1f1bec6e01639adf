import { priceBound } from "../../market/collar.ts";
import { instrumentOf } from "../../market/instruments.ts";
import type { Instruments } from "../../market/instruments.ts";
import type { Order } from "../state/order.ts";
import type { Refusal } from "./refusal.ts";

/**
 * The refusal of an order that its book has closed because its limit was too far from the market (OB-38); null when it
 * ended for another reason. The book decides, because the market may move while the order is in transit.
 */
export function refusedByLimit(order: Order, instruments: Instruments): Refusal | null {
  const { side, closeReason, limitReference: reference, protectionPrice: price } = order;
  if (closeReason !== "price_limit" || reference === undefined) return null;
  const instrument = instrumentOf(instruments, order.symbol);
  const bound = priceBound(instrument, side, reference, order.within ?? instrument.priceLimit);
  return { reason: "price_limit", field: "limit_price", side, price, reference, bound };
}
