import type { OrderClass } from "../../order/orderClass.ts";
import type { Side } from "../../order/side.ts";
import { type OrderAmounts, refuseTerms } from "./instructions.ts";
import type { Prices } from "./readPrices.ts";
import type { Refusal } from "./refusal.ts";

/** Exits keep at least a cent away from what the entry costs. */
const EXIT_DISTANCE = 100;

/** An entry and its exits, or, of an OCO, two exits without one. Prices in 1/10,000 dollar; null is not there, or not known. */
export interface ExitGroup {
  readonly orderClass: OrderClass;
  /** Of the entry; of an OCO that of both. */
  readonly side: Side;
  readonly entry: Pick<Prices, "limitPrice" | "stopPrice">;
  readonly takeProfit: number | null;
  readonly stopLoss: number | null;
}

/**
 * Judges an order's prices and amounts by each other and by those of what it is linked to (AC-23, AC-24): the rules of a new
 * order, and of the order that a replace would make.
 */
export function refuseOrder(order: OrderAmounts, group: ExitGroup): Refusal | null {
  return refuseMisplacedExit(group) ?? refuseTerms(order);
}

/** An exit that sells takes its profit above and its loss below; what buys back, the other way round. */
export function refuseMisplacedExit({ orderClass, side, entry, takeProfit, stopLoss }: ExitGroup): Refusal | null {
  const { limitPrice, stopPrice } = entry;
  const sells = orderClass === "oco" ? side === "sell" : side === "buy";
  // How far `a` is on the side where profit is.
  const ahead = (a: number, b: number) => (sells ? a - b : b - a);
  // What a market order costs is not known here: its exits are compared with each other, and with the market later.
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
