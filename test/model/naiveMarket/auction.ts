import { lotsPerShare } from "../../../domain/market/instrument.ts";
import type { Indicative } from "../../../domain/market/phase.ts";
import { accepts, compareForSide, ofAuction, worth } from "./order.ts";
import type { NaiveOrder } from "./order.ts";
import { reduceLinked, partsOf, restateTo, takeFrom } from "./trade.ts";
import type { Part } from "./trade.ts";
import { close, reference, replenishReserves, report } from "./world.ts";
import type { World } from "./world.ts";

export type Uncross = "opening" | "closing" | "reopening";

/** Orders that are eligible in the auction: those that rest and those that wait for this auction. */
function participants(world: World, kind: Uncross): NaiveOrder[] {
  return world.orders.filter((order) => {
    if (order.where !== "auction") return order.where === "book" && order.terms.peg === undefined;
    return endsWith(order, kind);
  });
}

function endsWith(order: NaiveOrder, kind: Uncross): boolean {
  if (order.where !== "auction") return false;
  if (!ofAuction(order)) return true;
  return order.timeInForce === (kind === "opening" ? "opg" : kind === "closing" ? "cls" : null);
}

/** Counts only the better priced one of two linked legs, because together they execute only one. */
function countsFor(other: NaiveOrder, order: NaiveOrder): boolean {
  if (order.linked !== other) return false;
  return (compareForSide(order.side, other.at, order.at) || other.arrival - order.arrival) < 0;
}

/** The indicative result of the auction (OB-31). */
export function indicative(world: World, kind: Uncross): Indicative {
  const all = participants(world, kind);
  const orders = all.filter((order) => !all.some((other) => countsFor(other, order)));
  const middle = reference(world);
  const at = (price: number) => {
    const offered = (side: string, good: (at: number) => boolean) =>
      orders
        .filter((order) => order.side === side && good(order.at))
        .reduce((sum, order) => sum + worth(order, price, lotsPerShare(world.instrument)), 0);
    const bought = offered("buy", (limit) => limit >= price);
    const sold = offered("sell", (limit) => limit <= price);
    return { price, paired: Math.min(bought, sold), imbalance: bought - sold };
  };
  const [best] = [...all.map((order) => order.at), middle]
    .map(at)
    .sort(
      (a, b) =>
        b.paired - a.paired ||
        Math.abs(a.imbalance) - Math.abs(b.imbalance) ||
        Math.abs(a.price - middle) - Math.abs(b.price - middle) ||
        a.price - b.price,
    );
  if (best === undefined || best.paired === 0) {
    return { price: null, ...side(0), paired: 0, reference: middle };
  }
  return { price: best.price, ...side(best.imbalance), paired: best.paired, reference: middle };
}

const side = (imbalance: number) => ({
  imbalance: Math.abs(imbalance),
  imbalanceSide: imbalance === 0 ? null : imbalance > 0 ? ("buy" as const) : ("sell" as const),
});

/** Executes the auction and closes orders that were only for it. Returns the price; null when nothing traded. */
export function uncross(world: World, kind: Uncross): number | null {
  const { price } = indicative(world, kind);
  const all = participants(world, kind);
  const orders = price === null ? all : sizeByCash(world, all, price);
  for (let pair = nextPair(orders, price); pair !== null && price !== null; pair = nextPair(orders, price)) {
    const [buyer, seller] = pair;
    const qty = Math.min(buyer.qty, seller.qty);
    const fill = { kind: "fill", tradeId: ++world.trades, price, qty, liquidity: "auction" } as const;
    for (const part of pair) takeFrom(world, part, qty);
    for (const part of pair) report(world, part.order, fill);
    for (const part of pair) reduceLinked(world, part.order, qty);
    world.last = price;
  }
  if (price !== null && world.anchor !== null) world.anchor.price = price;
  const over = world.orders.filter((order) => endsWith(order, kind)).sort((a, b) => a.arrival - b.arrival);
  for (const order of over) {
    if (order.where === "auction") close(world, order, "canceled", "auction_over");
  }
  replenishReserves(world);
  return price;
}

/** OB-37: restates notional orders to their quantity at the auction price. Returns the orders that have a quantity. */
function sizeByCash(world: World, orders: readonly NaiveOrder[], price: number): NaiveOrder[] {
  const lotsOf = (order: NaiveOrder) => worth(order, price, lotsPerShare(world.instrument));
  const byCash = orders.filter((order) => order.terms.cash !== undefined && accepts(order, price));
  const sized = byCash.filter((order) => lotsOf(order) > 0).sort((a, b) => a.arrival - b.arrival);
  for (const order of sized) restateTo(world, order, lotsOf(order));
  return orders.filter((order) => !byCash.includes(order) || sized.includes(order));
}

/** The first part of each side, if both accept the price. */
function nextPair(orders: readonly NaiveOrder[], price: number | null): [Part, Part] | null {
  const live = orders.filter(({ where }) => where === "book" || where === "auction");
  const [buyer] = partsOf(live, "buy");
  const [seller] = partsOf(live, "sell");
  if (price === null || buyer === undefined || seller === undefined) return null;
  return buyer.order.at >= price && seller.order.at <= price ? [buyer, seller] : null;
}
