/** The open orders of a symbol as lines of its chart: one for each price that an order has. */
import type { Order } from "../../../account/order.ts";
import { quantity } from "../../../format/numbers.ts";
import { CHART } from "../../../text/en/chart.ts";
import { COMMON } from "../../../text/en/common.ts";

/** The field of an order that a line is at. */
export type PriceField = "limit_price" | "stop_price";

export interface OrderLine {
  /** Order and field. */
  readonly id: string;
  readonly order: Order;
  readonly field: PriceField;
  readonly price: number;
  /** False for a trailing stop, whose price the exchange moves. */
  readonly movable: boolean;
}

export function linesOf(orders: readonly Order[], symbol: string): OrderLine[] {
  return orders
    .filter((order) => order.symbol === symbol)
    .flatMap((order) =>
      (["limit_price", "stop_price"] as const).flatMap((field) => {
        const text = order[field];
        if (text === null || text === undefined) return [];
        const movable = order.type !== "trailing_stop";
        return [{ id: `${order.id}:${field}`, order, field, price: Number(text), movable }];
      }),
    );
}

export const sideText = ({ side }: Pick<Order, "side">): string => (side === "buy" ? COMMON.buy : COMMON.sell);

/** What is left of an order, in shares or in dollars. */
export function leftText({ qty, filled_qty: filled, notional }: Order): string {
  if (qty === null || qty === undefined) return notional === null || notional === undefined ? "" : `$${notional}`;
  return quantity(Number(qty) - Number(filled));
}

export const typeText = ({ type }: Order): string => CHART.orderTypes[type] ?? type;

/** An order as it is read: Buy 10, LMT: limit price. */
export const orderText = ({ order, field }: OrderLine): string =>
  CHART.orderPrice(
    sideText(order),
    leftText(order),
    typeText(order),
    field === "limit_price" ? CHART.limitPrice : CHART.stopPrice,
  );
