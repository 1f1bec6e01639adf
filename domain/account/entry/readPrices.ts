import type { Instrument } from "../../market/instrument.ts";
import type { Trigger } from "../../order/terms.ts";
import type { OrderClass } from "../../order/orderClass.ts";
import { type OrderType, rulesOf } from "../../order/orderType.ts";
import { readDistance, readPrice, readTrailPercent } from "./readAmount.ts";
import type { Refusal } from "./refusal.ts";
import type { OrderTicket } from "./ticket.ts";
import type { ValidatedOrder } from "./validated.ts";

/** The prices of an order without its exits. */
export interface Prices {
  readonly limitPrice: number | null;
  readonly stopPrice: number | null;
  readonly trigger: Trigger | null;
}

/** The exits of a request. */
export type Exits = Pick<ValidatedOrder, "takeProfit" | "stopLoss">;

/** Reads exactly the prices that the order's type needs. */
export function readPrices(ticket: OrderTicket, type: OrderType, instrument: Instrument): Prices | Refusal {
  const { needs, missingPrice, extraPrice, trigger } = rulesOf(type);
  if (trigger !== "trail" && (given(ticket.trailPrice) || given(ticket.trailPercent))) {
    return { reason: "trail_without_trailing_stop" };
  }
  const [needsLimit, needsStop] = [needs.includes("limit"), needs.includes("stop")];
  const limit = needsLimit ? (ticket.limitPrice ?? ocoLimit(ticket)) : ticket.limitPrice;
  const stop = ticket.stopPrice;
  if (extraPrice !== null && stop !== null && !needsStop) return { reason: extraPrice };
  if (missingPrice !== null && ((needsLimit && limit === null) || (needsStop && stop === null))) {
    return { reason: missingPrice };
  }
  if (extraPrice !== null && limit !== null && !needsLimit) return { reason: extraPrice };
  return trigger === "trail" ? readTrail(ticket) : pricesOf(limit, stop, instrument, trigger ?? "stop");
}

const NO_PRICES: Prices = { limitPrice: null, stopPrice: null, trigger: null };

function given(text: string | null | undefined): text is string {
  return text !== null && text !== undefined;
}

/** The limit of an OCO may be given as its take profit alone. */
function ocoLimit(ticket: OrderTicket): string | null {
  return ticket.orderClass === "oco" ? (ticket.takeProfit?.limitPrice ?? null) : null;
}

function pricesOf(
  limit: string | null,
  stop: string | null,
  instrument: Instrument,
  kind: "stop" | "touch",
): Prices | Refusal {
  const stopPrice = stop === null ? null : readPrice(stop, instrument, "stop_price");
  if (stopPrice !== null && typeof stopPrice !== "number") return stopPrice;
  const limitPrice = limit === null ? null : readPrice(limit, instrument);
  if (limitPrice !== null && typeof limitPrice !== "number") return limitPrice;
  return { limitPrice, stopPrice, trigger: stopPrice === null ? null : { kind, price: stopPrice } };
}

function readTrail({ trailPrice, trailPercent }: OrderTicket): Prices | Refusal {
  if (given(trailPrice) === given(trailPercent)) return { reason: "trail_required" };
  if (given(trailPrice)) {
    const amount = readDistance(trailPrice, "trail_price");
    return typeof amount === "number" ? { ...NO_PRICES, trigger: { kind: "trail", amount } } : amount;
  }
  const basisPoints = readTrailPercent(trailPercent ?? "");
  return typeof basisPoints === "number" ? { ...NO_PRICES, trigger: { kind: "trail", basisPoints } } : basisPoints;
}

/** Reads exactly the exits that the order's class needs. */
export function readExits(
  ticket: OrderTicket,
  orderClass: OrderClass,
  prices: Prices,
  instrument: Instrument,
): Exits | Refusal {
  const profit = ticket.takeProfit?.limitPrice ?? null;
  const stop = ticket.stopLoss?.stopPrice ?? null;
  const stopLimit = ticket.stopLoss?.limitPrice ?? null;
  const loses = stop !== null || stopLimit !== null;
  if (orderClass === "simple") {
    return profit === null && !loses ? { takeProfit: null, stopLoss: null } : { reason: "exits_without_class" };
  }
  const complete = orderClass === "oto" ? (profit !== null) !== loses : profit !== null && loses;
  if (!complete || (loses && stop === null)) return { reason: "exits_required", orderClass };
  const takeProfit = profit === null ? null : readPrice(profit, instrument, "take_profit.limit_price");
  if (takeProfit !== null && typeof takeProfit !== "number") return takeProfit;
  const stopPrice = stop === null ? null : readPrice(stop, instrument, "stop_loss.stop_price");
  if (stopPrice !== null && typeof stopPrice !== "number") return stopPrice;
  const limitPrice = stopLimit === null ? null : readPrice(stopLimit, instrument, "stop_loss.limit_price");
  if (limitPrice !== null && typeof limitPrice !== "number") return limitPrice;
  if (orderClass === "oco" && takeProfit !== prices.limitPrice) return { reason: "oco_limit_price" };
  return {
    takeProfit: takeProfit === null ? null : { limitPrice: takeProfit },
    stopLoss: stopPrice === null ? null : { stopPrice, limitPrice },
  };
}
