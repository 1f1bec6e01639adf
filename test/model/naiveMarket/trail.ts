import type { Side } from "../../../domain/order/side.ts";
import { PRICE_MAX, tickSize } from "../../../domain/market/instrument.ts";
import type { Instrument } from "../../../domain/market/instrument.ts";
import type { NaiveOrder } from "./order.ts";

/** The price at which an order is elected. */
export function triggerPrice(
  { instrument }: { readonly instrument: Instrument },
  { trigger, side, best, roundedBy }: NaiveOrder,
): number {
  if (trigger === undefined) throw new Error("an order without trigger");
  if (trigger.kind !== "trail") return trigger.price;
  const distance = "amount" in trigger ? trigger.amount : (best * trigger.basisPoints) / 10_000;
  return onTick(roundedBy ?? instrument, side, side === "sell" ? best - distance : best + distance);
}

/** A price on a tick, away from the market, and within the limits of all prices. */
export function onTick(instrument: Instrument, side: Side, price: number): number {
  const tick = tickSize(instrument, price);
  const rounded = side === "sell" ? Math.floor(price / tick) * tick : Math.ceil(price / tick) * tick;
  return Math.min(Math.max(rounded, tick), PRICE_MAX);
}
