/** What an order would trade at once against displayed price levels. */
import type { Asset } from "../market/asset.ts";
import type { Side } from "../order/side.ts";

/** Displayed lots at a price, in 1/10,000 dollar. */
export interface Level {
  readonly price: number;
  readonly qty: number;
}

/** An order as it takes liquidity. `cash`: the rest of a notional, which bounds each trade; null without one. */
export interface Taking {
  readonly side: Side;
  readonly qty: number;
  readonly cash: number | null;
  /** The worst price at which it trades. */
  readonly bound: number;
}

/** The trades of an order with the levels of the other side, best first. Hidden quantity is not known. */
export function walk(levels: readonly Level[], { side, qty, cash, bound }: Taking, asset: Asset): Level[] {
  const fills: Level[] = [];
  let [left, budget] = [qty, cash === null ? null : BigInt(cash) * 10n ** BigInt(asset.qtyDecimals)];
  for (const { price, qty: displayed } of levels) {
    if (left === 0 || (side === "buy" ? price > bound : price < bound)) break;
    const affordable = budget === null ? left : Number(budget / BigInt(price));
    const lots = Math.min(left, displayed, affordable);
    if (lots <= 0) break;
    fills.push({ price, qty: lots });
    left -= lots;
    if (budget !== null) budget -= BigInt(price) * BigInt(lots);
  }
  return fills;
}

/** The exact value of trades, as price times lots. */
export function exactValue(fills: readonly Level[]): bigint {
  return fills.reduce((sum, { price, qty }) => sum + BigInt(price) * BigInt(qty), 0n);
}
