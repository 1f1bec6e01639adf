import { lotsPerShare } from "../../../domain/market/instrument.ts";
import type { Side } from "../../../domain/order/side.ts";
import { countTrade } from "./bands.ts";
import { accepts, compareForSide, conditional, left, minimum, otherSide, showable, worth } from "./order.ts";
import type { NaiveOrder } from "./order.ts";
import { close, removeOrder, report } from "./world.ts";
import type { World } from "./world.ts";

/** A part of an order, with its position in the queue of its price. */
export interface Part {
  readonly order: NaiveOrder;
  readonly rank: "displayed" | "hidden" | "beside";
  readonly since: number;
  readonly qty: number;
}

const RANKS = ["displayed", "hidden", "beside"];

/** All parts of a side that may trade, in the order in which they would. */
export function partsOf(orders: readonly NaiveOrder[], side: Side): Part[] {
  const parts: Part[] = [];
  for (const order of orders) {
    if (order.side !== side) continue;
    const { shown, shownSince, hiddenSince, arrival, where } = order;
    const hidden = left(order) - shown;
    if (where === "book" && shown > 0) parts.push({ order, rank: "displayed", since: shownSince, qty: shown });
    if (where === "book" && hidden > 0) parts.push({ order, rank: "hidden", since: hiddenSince, qty: hidden });
    if (where === "condition") parts.push({ order, rank: "beside", since: hiddenSince, qty: left(order) });
    if (where === "auction") parts.push({ order, rank: "beside", since: arrival, qty: left(order) });
  }
  return parts.sort(
    (a, b) =>
      compareForSide(side, a.order.at, b.order.at) ||
      RANKS.indexOf(a.rank) - RANKS.indexOf(b.rank) ||
      a.since - b.since,
  );
}

/** The part that an incoming order would trade with next. */
export function nextFor(world: World, incoming: NaiveOrder): Part | undefined {
  return partsOf(world.orders, otherSide(incoming.side)).find(
    ({ order }) =>
      order.where !== "auction" &&
      accepts(incoming, order.at) &&
      (!conditional(order) || worth(incoming, order.at, lotsPerShare(world.instrument)) >= minimum(order)),
  );
}

/** Lots that an order can execute at once (OB-25). */
export function countFor(world: World, incoming: NaiveOrder): number {
  const counted: NaiveOrder[] = [];
  let lots = 0;
  for (const { order, qty } of partsOf(world.orders, otherSide(incoming.side))) {
    if (order.where === "auction" || !accepts(incoming, order.at)) continue;
    const { selfTrade } = incoming.terms;
    if (selfTrade !== undefined && order.owner === incoming.owner) {
      if (selfTrade === "cancel_oldest") continue;
      break;
    }
    if (order.where === "condition" || (order.linked !== null && counted.includes(order.linked))) continue;
    counted.push(order);
    lots += qty;
  }
  return lots;
}

/** Trades an incoming order until it is filled or no order that it accepts is left. */
export function sweep(world: World, incoming: NaiveOrder): void {
  while (incoming.where !== "over") {
    const part = nextFor(world, incoming);
    if (part === undefined) return;
    const lots = worth(incoming, part.order.at, lotsPerShare(world.instrument));
    if (lots === 0) return;
    const own = incoming.terms.selfTrade !== undefined && part.order.owner === incoming.owner;
    if (!own || incoming.terms.selfTrade === "decrement")
      spendBudget(world, incoming, part.order.at, Math.min(lots, part.qty));
    const qty = Math.min(left(incoming), part.qty);
    if (incoming.terms.selfTrade !== undefined && part.order.owner === incoming.owner) {
      preventSelfTrade(world, incoming, part, qty);
      continue;
    }
    const price = part.order.at;
    takeFrom(world, part, qty);
    incoming.traded += qty;
    const trade = { kind: "fill", tradeId: ++world.trades, price, qty } as const;
    report(world, part.order, { ...trade, liquidity: "maker" });
    report(world, incoming, { ...trade, liquidity: "taker" });
    world.last = price;
    world.stepPrices.push(price);
    countTrade(world, price);
    reduceLinked(world, part.order, qty);
    reduceLinked(world, incoming, qty);
  }
}

/** OB-37: before a trade of a notional order: restates it if the budget would buy no further lot. */
function spendBudget(world: World, incoming: NaiveOrder, price: number, qty: number): void {
  if (incoming.terms.cash === undefined) return;
  incoming.spent += price * qty;
  if (worth(incoming, price, lotsPerShare(world.instrument)) === 0) restateTo(world, incoming, qty);
}

/** Restates a notional order to this many lots more than it has traded. */
export function restateTo(world: World, order: NaiveOrder, lots: number): void {
  if (left(order) === lots) return;
  order.total = order.traded + lots;
  report(world, order, { kind: "restated", qty: order.total, reason: "notional" });
}

/** Applies an execution of a resting part. */
export function takeFrom(world: World, { order, rank }: Part, qty: number): void {
  order.traded += qty;
  lowerShown(world, order, rank === "displayed" ? qty : 0);
}

function lowerShown(world: World, order: NaiveOrder, qty: number): void {
  if (qty === 0) return;
  order.shown -= qty;
  if (order.shown === 0) world.ranOut.push(order);
}

/** After an execution: the order may be filled, its linked leg is reduced, its legs are activated. */
export function reduceLinked(world: World, order: NaiveOrder, qty: number): void {
  if (left(order) === 0) {
    removeOrder(world, order);
    world.queue.push(...order.legs.filter((leg) => leg.where === "parent"));
  }
  if (order.linked !== null && order.linked.where !== "over") changeTotal(world, order.linked, -qty);
}

/** Sets another total because of a linked order. A displayed part that becomes larger moves to the end of its queue. */
function changeTotal(world: World, order: NaiveOrder, by: number): void {
  if (left(order) + by === 0) return close(world, order, "canceled", "linked");
  order.total += by;
  report(world, order, { kind: "restated", qty: order.total, reason: "linked" });
  if (order.where !== "book") return;
  if (by > 0) order.arrival = order.shownSince = order.hiddenSince = ++world.arrivals;
  order.shown = by > 0 ? showable(order) : Math.min(order.shown, left(order));
}

/** OB-27: the incoming order would trade with its own account. */
function preventSelfTrade(world: World, incoming: NaiveOrder, part: Part, qty: number): void {
  const { order } = part;
  const mode = incoming.terms.selfTrade;
  if (mode === "decrement") {
    lowerShown(world, order, part.rank === "displayed" ? qty : 0);
    decrement(world, order, qty);
    if (incoming.where !== "over") decrement(world, incoming, qty);
    return;
  }
  if (mode !== "cancel_newest") close(world, order, "canceled", "self_trade");
  if (mode !== "cancel_oldest" && incoming.where !== "over") close(world, incoming, "canceled", "self_trade");
}

/** OB-27 while orders gather: closes orders of the same account that the order could trade with, or says that it is closed. */
export function preventAuctionSelfTrade(world: World, incoming: NaiveOrder): boolean {
  const { selfTrade } = incoming.terms;
  if (selfTrade === undefined || world.rules < 2) return false;
  const parts = partsOf(world.orders, otherSide(incoming.side)).filter(
    ({ order }) => order.owner === incoming.owner && order.where !== "condition" && accepts(incoming, order.at),
  );
  const waiting = parts.filter(({ order }) => order.where === "auction").sort((a, b) => a.since - b.since);
  const own = [...parts.filter(({ order }) => order.where === "book"), ...waiting];
  if (own.length === 0) return false;
  const olderGoes = selfTrade === "cancel_oldest" || selfTrade === "cancel_both";
  for (const { order } of own) if (olderGoes && order.where !== "over") close(world, order, "canceled", "self_trade");
  return selfTrade !== "cancel_oldest";
}

function decrement(world: World, order: NaiveOrder, qty: number): void {
  if (left(order) === qty) return close(world, order, "canceled", "self_trade");
  order.total -= qty;
  report(world, order, { kind: "restated", qty: order.total, reason: "self_trade" });
  changeLinked(world, order, -qty);
}

/** Changes the linked leg's total by the same amount as the order's, and sets the total of legs that wait for it. */
export function changeLinked(world: World, order: NaiveOrder, by: number): void {
  if (order.linked !== null && order.linked.where !== "over") changeTotal(world, order.linked, by);
  for (const leg of order.legs) {
    if (leg.where === "parent" && leg.total !== order.total) changeTotal(world, leg, order.total - leg.total);
  }
}

/** Orders in the book, bids before asks, best first; then orders that wait, in order of arrival. */
export function inPriorityOrder({ orders }: World): NaiveOrder[] {
  const inBook = (["buy", "sell"] as const).flatMap((side) =>
    partsOf(orders, side)
      .map(({ order }) => order)
      .filter(({ where }) => where === "book"),
  );
  return [...inBook, ...orders.filter(({ where }) => where !== "book").sort((a, b) => a.arrival - b.arrival)];
}
