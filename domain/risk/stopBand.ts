import { PRICE_MAX } from "../market/instrument.ts";
import type { MarketPrices } from "../market/marketPrices.ts";
import type { RiskFacts, RiskOrder } from "./facts.ts";
import type { RiskRefusal } from "./refusal.ts";

/** A trigger price is at most so many times the market price, and at least the same part of it: Binance's bounds. */
const TRIGGER_BAND = 5;

/**
 * Refuses a trigger price that is so far from the market that it is a mistake (AC-44): above five times the last price, or
 * below a fifth of it. Before the first trade the price it would trade at counts; a stop loss of an entry with a limit is
 * measured from that limit. Without a price it is not checked.
 */
export function checkStopBand({
  order,
  legs,
  change,
  market,
}: Pick<RiskFacts, "order" | "legs" | "change" | "market">): RiskRefusal | null {
  if (change !== null && !change.retriggered) return null;
  const base = basePriceOf(market);
  const refusal = beyondBand(order, base, order.parentId ? "stop_loss.stop_price" : "stop_price");
  if (refusal !== null) return refusal;
  const entry = order.orderClass === "oco" ? base : (order.limitPrice ?? base);
  for (const leg of legs) {
    const found = beyondBand(leg, entry, "stop_loss.stop_price");
    if (found !== null) return found;
  }
  return null;
}

function basePriceOf({ lastPrice, marketPrice }: MarketPrices): number | null {
  return lastPrice ?? marketPrice;
}

function beyondBand(
  { side, stopPrice: price }: Pick<RiskOrder, "side" | "stopPrice">,
  reference: number | null,
  field: "stop_price" | "stop_loss.stop_price",
): RiskRefusal | null {
  if (!price || reference === null) return null;
  const [least, most] = [Math.ceil(reference / TRIGGER_BAND), Math.min(reference * TRIGGER_BAND, PRICE_MAX)];
  if (price >= least && price <= most) return null;
  return { reason: "stop_price_limit", field, side, price, reference, bound: price < least ? least : most };
}
