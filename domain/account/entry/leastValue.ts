import { lotsPerShare } from "../../market/instrument.ts";
import type { Instrument } from "../../market/instrument.ts";
import type { NewOrder } from "../state/order.ts";
import type { AccountState } from "../state/accountState.ts";
import { balances } from "../ledger/ledger.ts";
import type { MarketPrices } from "./marketPrices.ts";
import type { Refusal } from "./refusal.ts";

/** What the minimum value check needs besides the order. */
export interface MinimumValueFacts extends Pick<MarketPrices, "marketPrice"> {
  /** Minimum value in 1/10,000 dollar; absent: the instrument's. */
  readonly leastValue?: number;
}

/**
 * Refuses an order below its instrument's minimum value (AC-46), valued at its limit, else its stop, else the market price.
 * Exempt are whole shares, and a sale of all available lots, so that a small position can be closed. `sold`: lots that the
 * order holds already.
 */
export function checkMinimumValue(
  state: Readonly<AccountState>,
  order: Pick<NewOrder, "symbol" | "side" | "qty" | "limitPrice" | "stopPrice" | "notional">,
  instrument: Instrument,
  { marketPrice, leastValue }: MinimumValueFacts,
  sold = 0,
): Refusal | null {
  const least = leastValue ?? instrument.leastValue;
  const lots = lotsPerShare(instrument);
  if (instrument.assetClass === "us_equity" && !order.notional && order.qty % lots === 0) return null;
  if (order.side === "sell" && order.qty >= balances(state.ledger, order.symbol).available + sold) return null;
  const price = order.limitPrice ?? order.stopPrice ?? marketPrice ?? instrument.referencePrice;
  const value = order.notional ?? Math.floor((price * order.qty) / lots);
  return value < least ? { reason: "order_value_too_small", value, least } : null;
}
