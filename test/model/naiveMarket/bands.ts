import { bandsAt, updateLimitState, luldTrade, newLuld, pauseDue, reopenedLuld } from "../../../domain/market/luld.ts";
import type { Side } from "../../../domain/order/side.ts";
import { compareForSide, showable } from "./order.ts";
import type { NaiveOrder } from "./order.ts";
import { bestDisplayed, gathers, matches, reference, regular } from "./world.ts";
import type { World } from "./world.ts";

/** OB-35: a price, or that of the band if it is beyond. */
export function withinBands({ bands }: World, { side }: NaiveOrder, price: number): number {
  if (bands === null) return price;
  return side === "buy" ? Math.min(price, bands.upper) : Math.max(price, bands.lower);
}

/** A phase has begun: bands are in effect while the market matches in regular hours. */
export function beginBands(world: World): void {
  const { tier, until, now } = world;
  if (!regular(world) || tier !== (world.luld?.tier ?? tier)) world.luld = null;
  if (tier === null || !matches(world) || !regular(world)) {
    world.bands = null;
    for (const order of gathers(world) ? placed(world) : [])
      if (order.at !== order.price) moveTo(world, order, order.price);
    return;
  }
  world.luld =
    world.luld === null ? newLuld(tier, reference(world), now, until) : reopenedLuld(world.luld, reference(world), now);
  setBands(world);
}

/** Counts a trade of continuous matching. */
export function countTrade(world: World, price: number): void {
  if (world.luld !== null && world.bands !== null) luldTrade(world.luld, price, world.now);
}

/** After something has happened: the bands move, and the market leans on one or no longer does. */
export function followBands(world: World): void {
  const { luld, now } = world;
  if (luld === null || world.bands === null) return;
  const before = world.bands;
  if (bandsAt(luld, now) !== before) setBands(world);
  updateLimitState(luld, bestDisplayed(world, "buy"), bestDisplayed(world, "sell"), now);
}

/** When the pause ends that is due because the market has leant on a band for too long; null when none is due. */
export function pauseUntil({ luld, bands, now }: World): number | null {
  return luld === null || bands === null ? null : pauseDue(luld, now);
}

/** New bands: what lies beyond goes to the band, behind what is there. */
function setBands(world: World): void {
  world.bands = world.luld?.bands ?? null;
  const ofSide = (side: Side) => placed(world).filter((order) => order.side === side);
  const bestFirst = (["buy", "sell"] as const).flatMap((side) =>
    ofSide(side).sort((a, b) => compareForSide(side, a.at, b.at)),
  );
  for (const order of bestFirst) {
    const within = withinBands(world, order, order.at);
    if (within !== order.at) moveTo(world, order, within);
  }
}

/** What lies in the book or beside it at a price of its own, oldest first. */
function placed({ orders }: World): NaiveOrder[] {
  return orders
    .filter(({ where, terms }) => terms.peg === undefined && (where === "book" || where === "condition"))
    .sort((a, b) => a.arrival - b.arrival);
}

function moveTo(world: World, order: NaiveOrder, price: number): void {
  order.at = price;
  order.shownSince = order.hiddenSince = ++world.arrivals;
  if (order.where === "book") order.shown = showable(order);
}
