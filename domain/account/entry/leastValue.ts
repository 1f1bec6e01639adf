import { lotsPerShare } from "../../market/instrument.ts";
import type { Instrument } from "../../market/instrument.ts";
import type { NewOrder } from "../state/order.ts";
import type { AccountState } from "../state/accountState.ts";
import { balances } from "../ledger/ledger.ts";
import type { MarketPrices } from "./marketPrices.ts";
import type { Refusal } from "./refusal.ts";

/** What decides whether an order is worth enough. */
export interface MinimumValueFacts extends Pick<MarketPrices, "marketPrice"> {
  /** In 1/10,000 dollar; left out: the instrument's. */
  readonly leastValue?: number;
}

/**
 * The refusal of an order that is worth less than its instrument's least value (AC-46): at its limit, else its stop, else
 * the market. Whole shares are always enough, and so is a sale of all that is free, or a position that has become small
 * could not be closed. `sold`: lots that the order holds already.
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
