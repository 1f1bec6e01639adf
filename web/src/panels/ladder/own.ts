/** The account's own orders as the ladder shows them. */
import { compact, quantity } from "../../format/numbers.ts";
import type { Order } from "../../account/order.ts";
import type { Queue } from "../../feed/messages.ts";
import { unitsOf } from "../../market/tradeLog.ts";
import { keyOf, type Side } from "./geometry.ts";

export interface OwnOrder {
  readonly id: string;
  readonly side: Side;
  /** The limit price, or of an order that waits for its stop the stop price, in units. */
  readonly units: number;
  readonly size: number;
  readonly isStop: boolean;
  /** What trades before it; null when its place in the queue is not known. */
  readonly ahead: number | null;
  readonly ordersAhead: number;
}

/** The types that wait at their stop price. */
const WAITING: ReadonlySet<Order["type"]> = new Set(["stop", "stop_limit", "trailing_stop", "market_if_touched"]);

/** What is left of an order; NaN of one in dollars. */
export const leftOf = ({ qty, filled_qty: filled }: Order): number => Number(qty ?? Number.NaN) - Number(filled);

/** The orders of a side of a symbol, whatever they are: those at the market, or in dollars, have no price. */
export function ordersOf(orders: readonly Order[], symbol: string, side: Side): readonly Order[] {
  return orders.filter((order) => order.symbol === symbol && order.side === side);
}

/** The open orders of a symbol that have a price, with their places in the queue. */
export function ownOrders(orders: readonly Order[], symbol: string, queue: Queue | null): readonly OwnOrder[] {
  const places = new Map((queue?.own ?? []).map((place) => [place.orderId, place]));
  return orders.flatMap((order) => {
    if (order.symbol !== symbol) return [];
    const place = places.get(order.id);
    // A stop that was elected rests at its limit and has a place in the queue.
    const isStop = WAITING.has(order.type) && place === undefined;
    const price = place?.price ?? Number((isStop ? order.stop_price : order.limit_price) ?? Number.NaN);
    const size = leftOf(order);
    if (!Number.isFinite(price) || !(size > 0)) return [];
    return [
      {
        id: order.id,
        side: order.side,
        units: unitsOf(price),
        size,
        isStop,
        ahead: place?.ahead ?? null,
        ordersAhead: place?.ordersAhead ?? 0,
      },
    ];
  });
}

/** By row, the orders in it. */
export function byRow(orders: readonly OwnOrder[], step: number): ReadonlyMap<number, readonly OwnOrder[]> {
  return Map.groupBy(orders, ({ units, side }) => keyOf(units, step, side));
}

export const sizeOf = (orders: readonly OwnOrder[]): number => orders.reduce((sum, { size }) => sum + size, 0);

/** From this quantity on a size is written in few letters. */
const COMPACT_FROM = 1_000_000;

/** A size in the rows. */
export const sizeText = (size: number): string => (size >= COMPACT_FROM ? compact(size) : quantity(size));
