import { otherSide } from "./order.ts";
import type { NaiveOrder } from "./order.ts";
import { onTick, triggerPrice } from "./trail.ts";
import { bestDisplayed, matches, reference, regular, report } from "./world.ts";
import type { World } from "./world.ts";

/** Collar of an elected order. */
const COLLAR_PERCENT = 4;

/** OB-28: whether trade prices are observed now. */
export const observes = (world: World): boolean => matches(world) && regular(world);

/** Begins to wait for the trigger. A trailing stop begins to follow the market, or continues to. */
export function startWaiting(world: World, order: NaiveOrder): void {
  if (order.best === 0) order.best = reference(world);
  order.roundedBy = world.instrument;
}

/** Whether a trade at a price elects the order. */
export function reached(world: World, order: NaiveOrder, price: number): boolean {
  const upwards = (order.side === "buy") === (order.trigger?.kind !== "touch");
  return upwards ? price >= triggerPrice(world, order) : price <= triggerPrice(world, order);
}

/** Triggers the order, which then is a market or limit order. */
export function elect(world: World, order: NaiveOrder): void {
  if (world.rules < 2 && order.trigger?.kind === "trail" && order.market) {
    collar(world, order, triggerPrice(world, order));
  }
  order.triggered = true;
  order.where = "entering";
}

/** The collar past a price; for a buy no worse than its own price, which its hold covers. */
function collar({ instrument }: World, order: NaiveOrder, from: number): void {
  const percent = order.side === "buy" ? 100 + COLLAR_PERCENT : 100 - COLLAR_PERCENT;
  const price = onTick(instrument, order.side, (from * percent) / 100);
  order.price = order.side === "buy" ? Math.min(price, order.price) : price;
}

/** OB-28: observes a trade price: moves trailing stops, then elects the orders that it reaches, in order of arrival. */
export function observe(world: World, price: number): void {
  if (!observes(world)) return;
  const waiting = world.orders.filter(({ where }) => where === "trigger").sort((a, b) => a.arrival - b.arrival);
  for (const order of waiting) {
    const best = order.side === "sell" ? Math.max(order.best, price) : Math.min(order.best, price);
    if (best === order.best) continue;
    order.best = best;
    order.roundedBy = world.instrument;
  }
  for (const order of waiting) {
    if (!reached(world, order, price)) continue;
    elect(world, order);
    world.queue.push(order);
  }
}

/** Enters an elected order. A market order becomes a limit order at the collar of the current market. */
export function tellTriggered(world: World, order: NaiveOrder): void {
  report(world, order, { kind: "triggered" });
  if (world.rules < 2 || !order.market) return;
  order.market = false;
  collar(world, order, bestDisplayed(world, otherSide(order.side)) ?? reference(world));
}
