import { notionalCeil } from "../../market/instrument.ts";
import type { Instrument } from "../../market/instrument.ts";
import { sharesOfBoth } from "../lots/chosenLots.ts";
import { reserveLeft } from "../fees/feeReserve.ts";
import type { NewOrder, Order } from "../state/order.ts";

/**
 * What the new order may need beyond the old one's hold, whatever is filled before the book replaces it. Fills at the old
 * price consume the old hold, so the need is largest either now or when nearly all is filled.
 */
export function extraHold(order: Order, next: NewOrder, instrument: Instrument): number {
  const more = Math.max(0, next.qty - order.qty);
  // Either order's choice of tax lots may be sold until the book replaces it.
  if (order.side === "sell")
    return next.lots === undefined ? more : Math.max(more, sharesOfBoth(order, next) - order.held);
  const held = order.held - reserveLeft(order);
  const now = notionalCeil(instrument, next.protectionPrice, Math.max(0, next.qty - order.filledQty)) - held;
  const cost = Math.max(0, now, notionalCeil(instrument, next.protectionPrice, more));
  return cost + (next.feeReserve ?? 0) - (order.feeReserve ?? 0);
}
