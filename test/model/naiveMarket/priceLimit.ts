import { PRICE_MAX, tickSize } from "../../../domain/market/instrument.ts";
import { endOfTradingDay } from "../../../domain/market/session.ts";
import type { NaiveOrder } from "./order.ts";
import { reference } from "./world.ts";
import type { World } from "./world.ts";

/** OB-38: the reference of the day, determined when it is first needed. */
export function limitReference(world: World): number {
  if (world.anchor === null || world.anchor.until <= world.now) {
    world.anchor = { price: reference(world), until: endOfTradingDay(world.now) };
  }
  return world.anchor.price;
}

/** The price, or the bound if the price is beyond it. */
export function withinLimit(world: World, side: string, price: number, within: number | undefined): number {
  if (within === undefined) return price;
  const away = (limitReference(world) * within) / 10_000;
  const raw = side === "buy" ? limitReference(world) + away : limitReference(world) - away;
  const tick = tickSize(world.instrument, raw);
  const onTick = side === "buy" ? Math.floor(raw / tick) * tick : Math.ceil(raw / tick) * tick;
  const bound = Math.min(Math.max(onTick, tick), PRICE_MAX);
  return side === "buy" ? Math.min(price, bound) : Math.max(price, bound);
}

/** Sets the price of a market order, a triggered order or a leg that enters to the bound, if it is beyond. */
export function holdToLimit(world: World, order: NaiveOrder): void {
  if (!order.market && order.trigger === undefined && !order.isLeg) return;
  order.price = withinLimit(world, order.side, order.price, order.terms.within);
}
