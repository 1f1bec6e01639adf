/** Elements of responses that list what a command has done to each order or position. */
import { assetOf } from "../../domain/market/asset.ts";
import { wireError } from "../../protocol/errors/catalogue.ts";
import { compactSymbol } from "../../protocol/mapping/assets.ts";
import { orderToWire } from "../../protocol/mapping/orders.ts";
import type { CancelAllEntry, ClosedPosition } from "../../protocol/rpc/orderViews.ts";
import { type AppContext, audienceOf } from "./context.ts";

/** An order that was to be cancelled. */
export function canceledEntry(c: AppContext, { order, outcome }: CancelAllEntry) {
  if (outcome.ok) return { id: order.id, status: 200, body: orderToWire(order) };
  return { id: order.id, ...wireError(outcome.refusal, audienceOf(c)) };
}

/** A position that was to be closed. */
export function closedEntry(c: AppContext, { symbol, outcome }: ClosedPosition) {
  const name = assetOf(symbol).assetClass === "crypto" ? compactSymbol(symbol) : symbol;
  if (outcome.ok) return { symbol: name, status: 200, body: orderToWire(outcome.value) };
  return { symbol: name, ...wireError(outcome.refusal, audienceOf(c)) };
}
