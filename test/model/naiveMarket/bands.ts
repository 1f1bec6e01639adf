import { bandsAt, updateLimitState, luldTrade, newLuld, pauseDue, reopenedLuld } from "../../../domain/market/luld.ts";
import type { Side } from "../../../domain/order/side.ts";
import { compareForSide, showable } from "./order.ts";
import type { NaiveOrder } from "./order.ts";
import { bestDisplayed, gathers, matches, reference, regular } from "./world.ts";
import type { World } from "./world.ts";

/** OB-35: the price, or the band if the price is beyond it. */
export function withinBands({ bands }: World, { side }: NaiveOrder, price: number): number {
  if (bands === null) return price;
  return side === "buy" ? Math.min(price, bands.upper) : Math.max(price, bands.lower);
}

/** At the beginning of a phase: starts or ends the bands, which are in effect in continuous matching in regular hours. */
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

/** Updates the bands and the limit state after each change. */
export function followBands(world: World): void {
  const { luld, now } = world;
  if (luld === null || world.bands === null) return;
  const before = world.bands;
  if (bandsAt(luld, now) !== before) setBands(world);
  updateLimitState(luld, bestDisplayed(world, "buy"), bestDisplayed(world, "sell"), now);
}

/** End of the pause that is due after a long limit state; null when none is due. */
export function pauseUntil({ luld, bands, now }: World): number | null {
  return luld === null || bands === null ? null : pauseDue(luld, now);
}

/** Moves orders beyond new bands to the band, behind the orders there. */
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

/** Orders in or beside the book, except pegged orders, oldest first. */
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
