/** The open orders of an account, also by symbol and side: the check for wash trades looks at the other side only. */
import type { Side } from "../../order/side.ts";
import type { Order } from "./order.ts";

/** Open orders by id, of each side of each symbol that has any. */
export type OpenBySide = Map<string, Map<string, Order>>;

export interface OpenOrders {
  /** Open orders by id, in order of arrival. */
  readonly open: Map<string, Order>;
  readonly openByClientId: Map<string, string>;
  readonly openBySide: OpenBySide;
  /** Those for which tax lots are chosen, by symbol; most accounts have none. */
  readonly openWithLots: Map<string, Set<Order>>;
}

type OfSide = Pick<Order, "symbol" | "side">;

function keyOf({ symbol, side }: OfSide): string {
  let known = keys.get(symbol);
  if (known === undefined) {
    known = { buy: `b${symbol}`, sell: `s${symbol}` };
    if (keys.size < KEYS_KEPT) keys.set(symbol, known);
  }
  return known[side];
}

/** Keys by symbol, because a new text is hashed and interned in each look-up. */
const keys = new Map<string, Readonly<Record<Side, string>>>();
const KEYS_KEPT = 10_000;

/** Adds an order. */
export function addOpen(state: OpenOrders, order: Order): void {
  state.open.set(order.id, order);
  state.openByClientId.set(order.clientOrderId, order.id);
  addToSide(state.openBySide, order);
  if (order.lots !== undefined) addWithLots(state.openWithLots, order);
}

/** Removes an order that has closed. */
export function removeOpen(state: OpenOrders, order: Order): void {
  state.open.delete(order.id);
  state.openByClientId.delete(order.clientOrderId);
  const key = keyOf(order);
  const side = state.openBySide.get(key);
  side?.delete(order.id);
  if (side?.size === 0) state.openBySide.delete(key);
  const withLots = state.openWithLots.get(order.symbol);
  if (withLots?.delete(order) === true && withLots.size === 0) state.openWithLots.delete(order.symbol);
}

const NONE: ReadonlyMap<string, Order> = new Map();

/** The open orders of the other side of an order's symbol, by id. */
export function oppositeOf(
  state: Pick<OpenOrders, "openBySide">,
  { symbol, side }: OfSide,
): ReadonlyMap<string, Order> {
  return sameSideOf(state, { symbol, side: side === "buy" ? "sell" : "buy" });
}

/** The open orders of this side of this symbol, by id. */
export function sameSideOf({ openBySide }: Pick<OpenOrders, "openBySide">, of: OfSide): ReadonlyMap<string, Order> {
  return openBySide.get(keyOf(of)) ?? NONE;
}

/** The index of these orders. */
export function bySide(orders: Iterable<Order>): OpenBySide {
  const index: OpenBySide = new Map();
  for (const order of orders) addToSide(index, order);
  return index;
}

/** The orders among these for which tax lots are chosen, by symbol. */
export function withLots(orders: Iterable<Order>): Map<string, Set<Order>> {
  const index = new Map<string, Set<Order>>();
  for (const order of orders) if (order.lots !== undefined) addWithLots(index, order);
  return index;
}

function addWithLots(index: Map<string, Set<Order>>, order: Order): void {
  const orders = index.get(order.symbol);
  if (orders === undefined) index.set(order.symbol, new Set([order]));
  else orders.add(order);
}

function addToSide(index: OpenBySide, order: Order): void {
  const key = keyOf(order);
  const side = index.get(key) ?? new Map<string, Order>();
  index.set(key, side);
  side.set(order.id, order);
}
