/** Orders in words. */
import type { Order } from "../account/order.ts";
import { isOpen } from "../account/order.ts";
import { money, price, quantity } from "../format/numbers.ts";
import { BLOTTER } from "../text/en/blotter.ts";

/** `Buy 10 AAPL, limit 190.50`. */
export function orderText(order: Order): string {
  const amount = order.qty === null ? money(order.notional) : quantity(order.qty);
  const type = BLOTTER.types[order.type] ?? order.type;
  const at = order.limit_price ?? order.stop_price;
  const terms = at === null ? type : `${type} ${price(Number(at))}`;
  return `${BLOTTER.sides[order.side] ?? order.side} ${amount} ${order.symbol}, ${terms.toLowerCase()}`;
}

export const stateText = (status: string): string => BLOTTER.states[status] ?? status;

/** The colour of a state; the word says the same. */
export function stateTone({ status }: Order): "good" | "warn" | "danger" | "accent" | undefined {
  if (status === "filled") return "good";
  if (status === "rejected") return "danger";
  if (status === "pending_cancel" || status === "pending_replace" || status === "pending_new") return "warn";
  return isOpen({ status } as Order) ? "accent" : undefined;
}

/** Why the order is closed, in a sentence; null while it is open or when its owner closed it. */
export function closeText({ close_reason: reason }: Order): string | null {
  return reason === undefined ? null : (BLOTTER.closeReasons[reason] ?? reason);
}

/** When the order was closed; null while it is open. */
export function closedAt(order: Order): string | null {
  return order.filled_at ?? order.canceled_at ?? order.expired_at ?? order.replaced_at ?? order.failed_at;
}

/** Its trail, in dollars or percent. */
export function trailText(order: Order): string {
  if (order.trail_price !== null) return price(Number(order.trail_price));
  return order.trail_percent === null ? "" : `${quantity(order.trail_percent)}%`;
}

/** What an order was worth where it traded, or would be worth at its limit. */
export function orderValue(order: Order): number | null {
  if (order.filled_avg_price !== null) return Number(order.filled_avg_price) * Number(order.filled_qty);
  if (order.notional !== null) return Number(order.notional);
  const at = order.limit_price ?? order.stop_price;
  return at === null || order.qty === null ? null : Number(at) * Number(order.qty);
}

/** Everything that a search looks at. */
export function orderWords(order: Order): string {
  return [
    order.symbol,
    BLOTTER.sides[order.side],
    BLOTTER.types[order.type],
    stateText(order.status),
    BLOTTER.classes[order.order_class],
    order.time_in_force,
    order.client_order_id,
    order.id,
  ].join(" ");
}
