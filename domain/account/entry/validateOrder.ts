import { exceedsNotional } from "../../market/instrument.ts";
import type { Instruments } from "../../market/instruments.ts";
import { refusedAlways } from "../../order/combinations.ts";
import { combines } from "../../order/instructions.ts";
import { ORDER_CLASSES } from "../../order/orderClass.ts";
import { TIMES_IN_FORCE } from "../../order/timeInForce.ts";
import { ORDER_TYPES } from "../../order/orderType.ts";
import type { Side } from "../../order/side.ts";
import { refuseOrder } from "./orderRules.ts";
import { readLots } from "./readLots.ts";
import { readNotional, readQty } from "./readAmount.ts";
import { readExits, readPrices } from "./readPrices.ts";
import { conflictingInstructions, instructionsOf, readTerms, refuseInstructions } from "./instructions.ts";
import type { Outcome, Refusal } from "./refusal.ts";
import type { OrderTicket } from "./ticket.ts";
import type { ValidatedOrder } from "./validated.ts";

/** Longest client order id in characters. */
export const CLIENT_ORDER_ID_LENGTH_MAX = 128;

/** Validates a ticket. When several rules fail, the first in the sequence below is reported (SPEC AC-1). */
export function validateOrder(ticket: OrderTicket, instruments: Instruments): Outcome<ValidatedOrder> {
  const words = readWords(ticket, instruments);
  if ("reason" in words) return refuse(words);
  const { instrument, side, orderClass } = words;
  const conditions = refuseInstructions(ticket, words);
  if (conditions !== null) return refuse(conditions);
  const amount = readAmount(ticket, words);
  if ("reason" in amount) return refuse(amount);
  const prices = readPrices(ticket, words.type, instrument);
  if ("reason" in prices) return refuse(prices);
  const exits = readExits(ticket, orderClass, prices, instrument);
  if ("reason" in exits) return refuse(exits);
  const lots = readLots(ticket.lots, { ...words, ...amount }, instrument);
  if (lots !== null && "reason" in lots) return refuse(lots);
  const { limitPrice, stopPrice, trigger } = prices;
  const terms = readTerms(ticket, instrument, trigger);
  if ("reason" in terms) return refuse(terms);
  const [takeProfit, stopLoss] = [exits.takeProfit?.limitPrice ?? null, exits.stopLoss?.stopPrice ?? null];
  const composed = { instrument, qty: amount.qty, limitPrice, terms };
  const refusal = refuseOrder(composed, { orderClass, side, entry: prices, takeProfit, stopLoss });
  if (refusal !== null) return refuse(refusal);
  if (limitPrice !== null && exceedsNotional(instrument, limitPrice, amount.qty)) {
    return refuse({ reason: "notional_too_large" });
  }
  const { extendedHours } = ticket;
  const goodTil = ticket.instructions?.expiresAt ?? null;
  return {
    ok: true,
    value: { ...words, ...amount, limitPrice, stopPrice, terms, ...exits, goodTil, extendedHours, lots },
  };
}

function refuse<T>(refusal: Refusal): Outcome<T> {
  return { ok: false, refusal };
}

type Words = Pick<ValidatedOrder, "instrument" | "side" | "type" | "timeInForce" | "orderClass" | "clientOrderId">;

/** Reads the enumerated fields of a ticket and checks that the order matrix has the combination. */
function readWords(ticket: OrderTicket, instruments: Instruments): Words | Refusal {
  const instrument = instruments.find(ticket.symbol);
  if (instrument === undefined) return { reason: "asset_not_found", symbol: ticket.symbol.slice(0, 32) };
  const { side } = ticket;
  if (side !== "buy" && side !== "sell") return { reason: "invalid_side" };
  const type = ORDER_TYPES.find((each) => each === ticket.type);
  if (type === undefined) return { reason: "invalid_order_type" };
  const timeInForce = TIMES_IN_FORCE.find((each) => each === ticket.timeInForce);
  if (timeInForce === undefined) return { reason: "invalid_time_in_force" };
  const orderClass = ticket.orderClass === "" ? "simple" : ORDER_CLASSES.find((each) => each === ticket.orderClass);
  if (orderClass === undefined) return { reason: "unsupported_order_class" };
  // A lone surrogate does not survive UTF-8: two ids that differ in memory would be equal on disk.
  const clientOrderId = ticket.clientOrderId?.toWellFormed() ?? null;
  if (clientOrderId !== null && clientOrderId.length > CLIENT_ORDER_ID_LENGTH_MAX) {
    return { reason: "client_order_id_too_long" };
  }
  const unintended = refuseIntent(ticket.positionIntent ?? null, side);
  if (unintended !== null) return unintended;
  const reason = refusedAlways(type, timeInForce, orderClass);
  if (reason !== null) return { reason, type, timeInForce, orderClass };
  return { instrument, side, type, timeInForce, orderClass, clientOrderId };
}

const INTENTS = ["buy_to_open", "buy_to_close", "sell_to_open", "sell_to_close"];

/** Refuses a position intent that a cash account without short positions cannot have: buys open, sells close. */
function refuseIntent(specified: string | null, side: Side): Refusal | null {
  const inferred = side === "buy" ? "buy_to_open" : "sell_to_close";
  if (specified === null || specified === "" || specified === inferred) return null;
  if (!INTENTS.includes(specified)) return { reason: "invalid_word", field: "position_intent" };
  if (specified === "sell_to_open" && side === "sell") return { reason: "short_not_allowed" };
  return { reason: "position_intent_mismatch", inferred, specified };
}

/** Reads the quantity or the notional, whichever is given. */
function readAmount(ticket: OrderTicket, words: Words): Pick<ValidatedOrder, "qty" | "notional"> | Refusal {
  const { type, timeInForce, orderClass, instrument } = words;
  if (ticket.qty !== null) {
    if (ticket.notional !== null) return { reason: "qty_and_notional" };
    const qty = readQty(ticket.qty, instrument);
    return typeof qty === "number" ? { qty, notional: null } : qty;
  }
  if (ticket.notional === null) return { reason: "qty_or_notional_required" };
  if (!combines("notional", type, timeInForce, orderClass)) return { reason: "notional_unsupported" };
  const conflict = conflictingInstructions(instructionsOf(ticket));
  if (conflict !== null) return conflict;
  const notional = readNotional(ticket.notional);
  return typeof notional === "number" ? { qty: 0, notional } : notional;
}
