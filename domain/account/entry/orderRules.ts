import type { OrderClass } from "../../order/orderClass.ts";
import type { Side } from "../../order/side.ts";
import { type OrderAmounts, refuseTerms } from "./instructions.ts";
import type { Prices } from "./readPrices.ts";
import type { Refusal } from "./refusal.ts";

/** Least distance of an exit from the entry's price: one cent. */
const EXIT_DISTANCE = 100;

/** Prices of an entry and its exits, or of the two exits of an OCO, in 1/10,000 dollar; null when absent or unknown. */
export interface ExitGroup {
  readonly orderClass: OrderClass;
  /** Side of the entry; for an OCO the side of both exits. */
  readonly side: Side;
  readonly entry: Pick<Prices, "limitPrice" | "stopPrice">;
  readonly takeProfit: number | null;
  readonly stopLoss: number | null;
}

/**
 * Checks an order's prices and amounts against each other and against its linked orders (AC-23, AC-24). The same rules
 * apply to a new order and to the result of a replace.
 */
export function refuseOrder(order: OrderAmounts, group: ExitGroup): Refusal | null {
  return refuseMisplacedExit(group) ?? refuseTerms(order);
}

/**
 * Refuses exits on the wrong side of the entry or of each other: an exit that sells has its take profit above, its stop
 * loss below.
 */
export function refuseMisplacedExit({ orderClass, side, entry, takeProfit, stopLoss }: ExitGroup): Refusal | null {
  const { limitPrice, stopPrice } = entry;
  const sells = orderClass === "oco" ? side === "sell" : side === "buy";
  // Distance of `a` from `b` towards profit.
  const ahead = (a: number, b: number) => (sells ? a - b : b - a);
  // The price of a market entry is unknown here: its exits are compared with each other, and later with the market.
  const basePrice = orderClass === "oco" ? null : (limitPrice ?? stopPrice);
  if (basePrice !== null && takeProfit !== null && ahead(takeProfit, basePrice) < EXIT_DISTANCE) {
    return { reason: "exit_price", field: "take_profit.limit_price", side: sells ? "above" : "below", basePrice };
  }
  if (basePrice !== null && stopLoss !== null && ahead(basePrice, stopLoss) < EXIT_DISTANCE) {
    return { reason: "exit_price", field: "stop_loss.stop_price", side: sells ? "below" : "above", basePrice };
  }
  if (takeProfit !== null && stopLoss !== null && ahead(takeProfit, stopLoss) < EXIT_DISTANCE) {
    return { reason: "exits_crossed", takeProfit: sells ? "above" : "below" };
  }
  return null;
}
