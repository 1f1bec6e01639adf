/** Parses the decimal amounts of a request into exact integers, or refuses them (SPEC AC-2). */
import { parseDecimal, PRICE_DECIMALS } from "../../decimal.ts";
import { ORDER_NOTIONAL_MAX, ORDER_QTY_LOTS_MAX, PRICE_MAX, tickSize } from "../../market/instrument.ts";
import type { Instrument } from "../../market/instrument.ts";
import type { PriceField, QtyField, Refusal } from "./refusal.ts";

/** A notional is in whole cents. */
const NOTIONAL_STEP = 100;
const NOTIONAL_MIN = 10_000;
/** The trail of a trailing stop is at least 0.1 % and less than 100 %, here in hundredths of a percent. */
const TRAIL_MIN = 10;
const TRAIL_END = 10_000;
const PERCENT_DECIMALS = 2;

/** Most decimals of a quantity, as at Alpaca. */
const QTY_DECIMALS_MAX = 9;

/**
 * Parses a quantity into lots. Decimals below a lot are truncated, because clients divide cash by a price. A quantity below
 * one lot is refused.
 */
export function readQty(text: string, instrument: Instrument, field: QtyField = "qty"): number | Refusal {
  const named = field === "qty" ? {} : { field };
  const parts = parseDecimal(text, QTY_DECIMALS_MAX);
  if (parts === "malformed") return { reason: "qty_malformed", ...named };
  if (text.startsWith("-") || parts === 0) return { reason: "qty_not_positive", ...named };
  const partsOfLot = 10 ** (QTY_DECIMALS_MAX - instrument.qtyDecimals);
  const qty = typeof parts === "number" ? Math.floor(parts / partsOfLot) : parts;
  if (qty === "inexact" || qty === 0) return { reason: "qty_increment", qtyDecimals: instrument.qtyDecimals, ...named };
  if (qty === "overflow" || qty > ORDER_QTY_LOTS_MAX) return { reason: "qty_too_large", ...named };
  return qty;
}

/** Parses a notional into 1/10,000 dollar. */
export function readNotional(text: string): number | Refusal {
  const cash = parseDecimal(text, PRICE_DECIMALS);
  if (cash === "malformed") return { reason: "notional_malformed" };
  if (text.startsWith("-") || cash === 0) return { reason: "notional_not_positive" };
  if (cash === "overflow") return { reason: "notional_too_large" };
  if (cash === "inexact" || cash % NOTIONAL_STEP !== 0) return { reason: "notional_increment" };
  if (cash < NOTIONAL_MIN) return { reason: "notional_too_small" };
  return cash > ORDER_NOTIONAL_MAX ? { reason: "notional_too_large" } : cash;
}

/** Parses a price on its tick into 1/10,000 dollar. */
export function readPrice(text: string, instrument: Instrument, field: PriceField = "limit_price"): number | Refusal {
  const price = readDistance(text, field);
  if (typeof price !== "number" || price % tickSize(instrument, price) === 0) return price;
  return { reason: "price_increment", price: text, ...(field === "limit_price" ? {} : { field }) };
}

/** Parses a distance between prices into 1/10,000 dollar. A distance need not lie on a tick. */
export function readDistance(text: string, field: PriceField): number | Refusal {
  const named = field === "limit_price" ? {} : { field };
  const price = parseDecimal(text, PRICE_DECIMALS);
  if (price === "malformed") return { reason: "price_malformed", ...named };
  if (text.startsWith("-") || price === 0) return { reason: "price_not_positive", ...named };
  if (price === "overflow") return { reason: "price_too_large", ...named };
  if (price === "inexact") return { reason: "price_increment", price: text, ...named };
  return price > PRICE_MAX ? { reason: "price_too_large", ...named } : price;
}

/** Parses the offset of a peg from its reference; 0 when absent. */
export function readOffset(text: string | null): number | Refusal {
  if (text === null || parseDecimal(text, PRICE_DECIMALS) === 0) return 0;
  return readDistance(text, "advanced_instructions.peg.offset");
}

/** Parses a trail in percent into hundredths of a percent. */
export function readTrailPercent(text: string): number | Refusal {
  const basisPoints = parseDecimal(text, PERCENT_DECIMALS);
  if (typeof basisPoints !== "number" || basisPoints < TRAIL_MIN || basisPoints >= TRAIL_END) {
    return { reason: "trail_percent_invalid" };
  }
  return basisPoints;
}
