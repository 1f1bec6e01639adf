import { divideHalfEven } from "../../decimal.ts";
import { exceedsNotional, lotsPerShare, notionalCeil } from "../../market/instrument.ts";
import { assetOf } from "../../market/asset.ts";
import type { Order } from "../state/order.ts";
import type { Side } from "../../order/side.ts";

/**
 * The cash value of an order's fills (AC-7). The exact value is the sum of price × lots over the fills, in units of cash ÷
 * lots per share. The sum is rounded once, up for a buy and down for a sell, and each fill moves the increase of the
 * rounded sum. So no buyer pays less and no seller gets more than the exact value; the venue keeps the difference.
 */

/** The fields of an order that determine its value. */
type Valued = Pick<Order, "symbol" | "side" | "qty" | "filledQty" | "filledValue" | "protectionPrice"> &
  Partial<Pick<Order, "rules" | "notional">>;

/** First rules version that rounds the sum once; earlier versions round each fill. */
const ROUNDED_ONCE = 2;

/** True for an order under rules that round the sum of its fills once. */
export function isRoundedOnce({ rules = 1 }: Pick<Order, "rules">): boolean {
  return rules >= ROUNDED_ONCE;
}

/** True for an order that is refused for its value, which may be beyond what can be computed. */
export function isTooLarge(order: Pick<Valued, "symbol" | "qty" | "protectionPrice" | "notional">): boolean {
  return !order.notional && exceedsNotional(assetOf(order.symbol), order.protectionPrice, order.qty);
}

/** The rounded cash value of an exact value. */
export function roundedValue(symbol: string, side: Side, value: bigint): number {
  const lots = BigInt(lotsPerShare(assetOf(symbol)));
  const cash = Number(side === "buy" ? (value + lots - 1n) / lots : value / lots);
  if (!Number.isSafeInteger(cash)) throw new RangeError("value of an order outside the exact range");
  return cash;
}

/** Cash that a fill moves; `order` is the order before the fill. */
export function cashOfFill(order: Valued, price: number, lots: number): number {
  const { symbol, side, filledValue } = order;
  const value = BigInt(price) * BigInt(lots);
  if (!isRoundedOnce(order)) {
    return Number(divideHalfEven(value, BigInt(lotsPerShare(assetOf(symbol)))));
  }
  const before = BigInt(filledValue);
  return roundedValue(symbol, side, before + value) - roundedValue(symbol, side, before);
}

/** Cash that a buy may still cost: the rest of its notional, or the rest of its quantity at its worst price. */
export function costOfRest(order: Valued): number {
  const { symbol, qty, filledQty, filledValue, protectionPrice } = order;
  const left = qty - filledQty;
  if (!isRoundedOnce(order)) return notionalCeil(assetOf(symbol), protectionPrice, left);
  const value = BigInt(filledValue);
  const paid = roundedValue(symbol, "buy", value);
  if (order.notional) return left === 0 ? 0 : order.notional - paid;
  return roundedValue(symbol, "buy", value + BigInt(protectionPrice) * BigInt(left)) - paid;
}
