/** Prices of orders that are set on the chart. */

/** Below it shares have a finer tick (SEC Rule 612). */
const SUBPENNY_BELOW = 1;
const SUBPENNY = 0.0001;
const CENT = 0.01;
/** Ticks are whole numbers of it. */
const UNIT = 10_000;

/** The step of prices near a price. `increment` is that of the instrument, when it says one. */
export function tickAt(symbol: string, price: number, increment?: string): number {
  if (!symbol.includes("/") && price < SUBPENNY_BELOW) return SUBPENNY;
  const step = Number(increment);
  return step >= CENT ? step : CENT;
}

/** The price on a tick that is nearest, never below one tick. */
export function toTick(price: number, tick: number): number {
  const size = Math.round(tick * UNIT);
  return (Math.max(1, Math.round((price * UNIT) / size)) * size) / UNIT;
}

/** A price on a tick as the text that an order has: with the decimals of its tick. */
export function priceText(price: number, tick: number): string {
  const decimals = Math.max(2, Math.ceil(-Math.log10(tick) - 1e-9));
  return toTick(price, tick).toFixed(decimals);
}

/** A price some ticks away; the tick follows the price. */
export function stepped(price: number, ticks: number, tickNear: (price: number) => number): number {
  // One tick below a dollar is that of the prices below it.
  const tick = tickNear(ticks < 0 ? price - SUBPENNY / 2 : price);
  return toTick(toTick(price, tick) + ticks * tick, tick);
}
