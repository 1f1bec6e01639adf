/** Steps of prices and quantities, exact in decimal digits. */
import { formatDecimal, parseDecimal, PRICE_DECIMALS } from "../../../domain/decimal.ts";
import type { Asset } from "../market/assets.ts";

const DOLLAR = 10_000;
const CENTS = 2;
const QTY_DECIMALS = 9;

/** The tick in 1/10,000 dollar at a price: shares below a dollar trade in hundredths of a cent. */
function tickAt(asset: Asset | null, price: number): number {
  if (asset?.class !== "crypto" && price < DOLLAR) return 1;
  const tick = parseDecimal(asset?.price_increment ?? "0.01", PRICE_DECIMALS);
  return typeof tick === "number" && tick > 0 ? tick : 100;
}

/** A price as fields show it: with cents. */
export function priceText(price: number): string {
  const text = formatDecimal(Math.round(price * DOLLAR), PRICE_DECIMALS);
  const [whole = "", fraction = ""] = text.split(".");
  return `${whole}.${fraction.padEnd(CENTS, "0")}`;
}

/** The price that is some ticks away, on the ticks. Without a price it begins at `start`. */
export function stepPrice(text: string, ticks: number, asset: Asset | null, start: number | null): string {
  const typed = parseDecimal(text.trim(), PRICE_DECIMALS);
  if (typeof typed !== "number") return start === null ? text : priceText(start);
  // Downwards from a dollar the finer tick counts.
  const tick = tickAt(asset, ticks < 0 ? typed - 1 : typed);
  const from = ticks > 0 ? Math.floor(typed / tick) : Math.ceil(typed / tick);
  return priceText(Math.max(tick, (from + ticks) * tick) / DOLLAR);
}

/** A price on the nearest tick, as text. */
export function onTick(price: number, asset: Asset | null): string {
  const tick = tickAt(asset, price * DOLLAR);
  return priceText((Math.round((price * DOLLAR) / tick) * tick) / DOLLAR);
}

/** The quantity that is some steps away: whole shares, or hundredths of a coin. Never below zero. */
export function stepQty(text: string, steps: number, asset: Asset | null): string {
  const step = parseDecimal(asset?.class === "crypto" ? "0.01" : "1", QTY_DECIMALS) as number;
  const typed = parseDecimal(text.trim() === "" ? "0" : text.trim(), QTY_DECIMALS);
  if (typeof typed !== "number") return text;
  const from = steps > 0 ? Math.floor(typed / step) : Math.ceil(typed / step);
  return formatDecimal(Math.max(0, (from + steps) * step), QTY_DECIMALS);
}

/** What a part of a quantity is worth at a price, down to a cent; null without a price. */
export function partInDollars(text: string, share: number, price: number | undefined): string | null {
  const qty = Number(text);
  if (price === undefined || !(price > 0) || !(qty > 0)) return null;
  return priceText(Math.floor(qty * price * share * 100) / 100);
}

/**
 * A part of a quantity, down to what may be ordered: whole shares when there is at least one, or else the smallest step.
 * All of it is exactly that.
 */
export function partOf(text: string, share: number, asset: Asset | null): string {
  const all = parseDecimal(text, QTY_DECIMALS);
  if (typeof all !== "number") return text;
  if (share === 1) return formatDecimal(all, QTY_DECIMALS);
  const one = 10 ** QTY_DECIMALS;
  const lot = parseDecimal(asset?.min_order_size ?? "0.000001", QTY_DECIMALS);
  const part = all * share;
  const step = asset?.class !== "crypto" && part >= one ? one : typeof lot === "number" && lot > 0 ? lot : 1;
  return formatDecimal(Math.floor(part / step) * step, QTY_DECIMALS);
}
