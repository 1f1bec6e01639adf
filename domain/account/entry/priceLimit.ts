import { priceBound } from "../../market/collar.ts";
import type { Instrument } from "../../market/instrument.ts";
import { instrumentOf } from "../../market/instruments.ts";
import type { Instruments } from "../../market/instruments.ts";
import type { NewOrder, Order } from "../state/order.ts";
import type { Side } from "../../order/side.ts";
import type { PriceField, Refusal } from "./refusal.ts";

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

/**
 * Refuses a stop-limit whose limit is too far from its stop price: the market price at the trigger is not known yet.
 */
export function checkStopLimits(
  instrument: Instrument,
  order: NewOrder,
  legs: readonly NewOrder[] = [],
): Refusal | null {
  const own = order.parentId ? "stop_loss.limit_price" : "limit_price";
  const found = beyondStop(instrument, order, own);
  for (const leg of legs) {
    const refusal = found ?? beyondStop(instrument, leg, "stop_loss.limit_price");
    if (refusal !== null) return refusal;
  }
  return found;
}

function beyondStop(
  instrument: Instrument,
  { side, limitPrice: price, stopPrice: reference }: Pick<NewOrder, "side" | "limitPrice" | "stopPrice">,
  field: PriceField,
): Refusal | null {
  if (price === null || !reference) return null;
  const bound = priceBound(instrument, side, reference, instrument.priceLimit);
  return isBeyond(side, price, bound) ? { reason: "price_limit", field, side, price, reference, bound } : null;
}

function isBeyond(side: Side, price: number, bound: number): boolean {
  return side === "buy" ? price > bound : price < bound;
}
