import type { Instrument } from "../../market/instrument.ts";
import { instrumentOf } from "../../market/instruments.ts";
import type { Instruments } from "../../market/instruments.ts";
import { refusedAlways } from "../../order/combinations.ts";
import { mayRest, TIMES_IN_FORCE } from "../../order/timeInForce.ts";
import type { Trigger } from "../../order/terms.ts";
import { remainingChoice } from "../lots/chosenLots.ts";
import type { LotChoice } from "../../portfolio/lotMethod.ts";
import { sameData } from "../../sameData.ts";
import type { Order } from "../state/order.ts";
import { readLots } from "./readLots.ts";
import { readDistance, readPrice, readQty, readTrailPercent } from "./readAmount.ts";
import type { Outcome, PriceField, Refusal } from "./refusal.ts";
import { CLIENT_ORDER_ID_LENGTH_MAX } from "./validateOrder.ts";
import type { ReplaceTicket } from "./ticket.ts";
import type { ValidatedReplace } from "./validated.ts";

type PriceChanges = Pick<ValidatedReplace, "limitPrice" | "stopPrice" | "trigger">;
type TimeChanges = Pick<ValidatedReplace, "timeInForce" | "goodTil">;

/**
 * Validates a replace of an order and returns the fields that change. The checks run in this sequence: client order id,
 * quantity, limit, stop, trail, tax lots, time in force. `decideReplace` checks whether the order can be replaced now.
 */
export function validateReplace(order: Order, raw: ReplaceTicket, instruments: Instruments): Outcome<ValidatedReplace> {
  const read = readChanges(order, raw, instrumentOf(instruments, order.symbol));
  return "reason" in read ? { ok: false, refusal: read } : { ok: true, value: read };
}

function readChanges(order: Order, raw: ReplaceTicket, instrument: Instrument): ValidatedReplace | Refusal {
  const clientOrderId = raw.clientOrderId?.toWellFormed() ?? null;
  if (clientOrderId !== null && clientOrderId.length > CLIENT_ORDER_ID_LENGTH_MAX) {
    return { reason: "client_order_id_too_long" };
  }
  // The quantity of a notional order follows from its notional.
  if ((order.notional ?? null) !== null) return unsupported(order, "notional");
  const qty = raw.qty === null ? order.qty : readQty(raw.qty, instrument);
  if (typeof qty !== "number") return qty;
  const prices = readPriceChanges(order, raw, instrument);
  if ("reason" in prices) return prices;
  const lots = readLots(raw.lots, soldBy(order), instrument);
  if (lots !== null && "reason" in lots) return lots;
  const times = readTimeChanges(order, raw);
  if ("reason" in times) return times;
  return { qty: qty === order.qty ? null : qty, ...prices, ...times, clientOrderId, lots: changedLots(order, lots) };
}

function soldBy({ side, orderClass = "simple", notional = null }: Order) {
  return { side, orderClass, notional };
}

/** The new choice of tax lots; null when the order has the same. */
function changedLots(order: Order, lots: readonly LotChoice[] | null): readonly LotChoice[] | null {
  return lots !== null && sameData(lots, remainingChoice(order)) ? null : lots;
}

function unsupported(order: Order, field: string): Refusal {
  return { reason: "replace_unsupported", field, type: order.type };
}

function readPriceChanges(order: Order, raw: ReplaceTicket, instrument: Instrument): PriceChanges | Refusal {
  const limitPrice = newPrice(order, raw.limitPrice, order.limitPrice, instrument, "limit_price");
  if (limitPrice !== null && typeof limitPrice !== "number") return limitPrice;
  const stopPrice = newPrice(order, raw.stopPrice, order.stopPrice ?? null, instrument, "stop_price");
  if (stopPrice !== null && typeof stopPrice !== "number") return stopPrice;
  const trigger = stopPrice === null ? newTrail(order, raw.trail) : movedTrigger(order, stopPrice);
  if (trigger !== null && "reason" in trigger) return trigger;
  if (trigger !== null && (order.triggeredAt ?? null) !== null) {
    return unsupported(order, stopPrice === null ? "trail" : "stop_price");
  }
  return { limitPrice, stopPrice, trigger };
}

/** The new price; null when it equals the current one. */
function newPrice(
  order: Order,
  text: string | null,
  current: number | null,
  instrument: Instrument,
  field: PriceField,
): number | null | Refusal {
  if (text === null) return null;
  if (current === null) return unsupported(order, field);
  // What stays as it is may lie between the ticks of now (MK-22).
  return readDistance(text, field) === current ? null : readPrice(text, instrument, field);
}

function movedTrigger({ terms }: Order, price: number): Trigger {
  return { kind: terms?.trigger?.kind === "touch" ? "touch" : "stop", price };
}

/** The new trail, in the unit of the order. */
function newTrail(order: Order, text: string | null): Trigger | null | Refusal {
  if (text === null) return null;
  const trigger = order.terms?.trigger;
  if (trigger?.kind !== "trail") return unsupported(order, "trail");
  if ("amount" in trigger) {
    const amount = readDistance(text, "trail_price");
    if (typeof amount !== "number") return amount;
    return amount === trigger.amount ? null : { kind: "trail", amount };
  }
  const basisPoints = readTrailPercent(text);
  if (typeof basisPoints !== "number") return basisPoints;
  return basisPoints === trigger.basisPoints ? null : { kind: "trail", basisPoints };
}

function readTimeChanges(order: Order, raw: ReplaceTicket): TimeChanges | Refusal {
  const word = raw.timeInForce ?? order.timeInForce;
  const timeInForce = TIMES_IN_FORCE.find((each) => each === word);
  if (timeInForce === undefined) return { reason: "invalid_time_in_force" };
  const { type, role } = order;
  // The order matrix lists entries; exits of a group count as simple orders.
  const orderClass = role ? "simple" : (order.orderClass ?? "simple");
  const changes = timeInForce !== order.timeInForce;
  if (changes) {
    const reason = refusedAlways(type, timeInForce, orderClass);
    if (reason !== null) return { reason, type, timeInForce, orderClass };
    // An order may change between the times in force that rest (OB-20).
    if (!mayRest(order.timeInForce) || !mayRest(timeInForce)) {
      return unsupported(order, "time_in_force");
    }
  }
  const current = order.goodTil ?? null;
  if (timeInForce !== "gtd" && raw.goodTil !== null) return { reason: "good_til_without_gtd" };
  if (timeInForce === "gtd" && raw.goodTil === null && current === null) return { reason: "good_til_required" };
  return { timeInForce: changes ? timeInForce : null, goodTil: raw.goodTil === current ? null : raw.goodTil };
}
