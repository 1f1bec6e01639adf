import type { Trigger } from "../order/terms.ts";
import { PRICE_MAX, tickSize } from "./instrument.ts";
import type { Instrument } from "./instrument.ts";

/** How far from the market price a market order may trade. The account holds cash up to it, and the book enforces it. */
const COLLAR_PERCENT = 4;

const BASIS_POINTS = 10_000;

type Side = "buy" | "sell";

/** Worst price of a market order: the market price ± the collar, on a tick, between the least and the largest price. */
export function collarPrice(instrument: Instrument, side: Side, marketPrice: number): number {
  return onTick(instrument, side, (marketPrice * (side === "buy" ? 100 + COLLAR_PERCENT : 100 - COLLAR_PERCENT)) / 100);
}

/**
 * The worst price that an order may have at this distance (in hundredths of a percent) from the reference price (OB-38):
 * on a tick, rounded towards the reference.
 */
export function priceBound(instrument: Instrument, side: Side, reference: number, within: number): number {
  const raw = (reference * (BASIS_POINTS + (side === "buy" ? within : -within))) / BASIS_POINTS;
  return onTick(instrument, side === "buy" ? "sell" : "buy", raw);
}

/** The stop price of a trailing stop whose best price is `best` (OB-28): on a tick, rounded away from the market. */
export function trailingStop(
  instrument: Instrument,
  side: Side,
  best: number,
  trail: Extract<Trigger, { kind: "trail" }>,
): number {
  const sign = side === "buy" ? 1 : -1;
  const raw =
    "amount" in trail ? best + sign * trail.amount : (best * (BASIS_POINTS + sign * trail.basisPoints)) / BASIS_POINTS;
  return onTick(instrument, side, raw);
}

/** The price rounded to a tick, up for a buy and down for a sell. */
function onTick(instrument: Instrument, side: Side, price: number): number {
  const tick = tickSize(instrument, price);
  const rounded = side === "buy" ? Math.ceil(price / tick) * tick : Math.floor(price / tick) * tick;
  return Math.min(Math.max(rounded, tick), PRICE_MAX);
}
