import { combines, ORDER_INSTRUCTIONS, EXCLUSIVE } from "../../market/orderMatrix.ts";
import type { OrderInstruction } from "../../market/orderMatrix.ts";
import type { Instrument } from "../../market/instrument.ts";
import type { Peg, SelfTrade, Terms, Trigger } from "../../order/terms.ts";
import type { OrderClass } from "../../order/orderClass.ts";
import type { TimeInForce } from "../../order/timeInForce.ts";
import type { OrderType } from "../../order/orderType.ts";
import { readOffset, readQty } from "./readAmount.ts";
import type { Refusal } from "./refusal.ts";
import type { Instructions, OrderTicket } from "./ticket.ts";

/** Where an order is in the matrix. */
export interface MatrixKey {
  readonly type: OrderType;
  readonly timeInForce: TimeInForce;
  readonly orderClass: OrderClass;
}

const SELF_TRADES: readonly SelfTrade[] = ["cancel_newest", "cancel_oldest", "cancel_both", "decrement"];
const PEGS: readonly Peg["to"][] = ["primary", "mid"];

/** What a ticket asks for, by the names of the matrix. */
export function instructionsOf(ticket: OrderTicket): OrderInstruction[] {
  const asked = ticket.instructions ?? {};
  const is: Readonly<Record<OrderInstruction, boolean>> = {
    extended_hours: ticket.extendedHours,
    notional: ticket.notional !== null,
    display_qty: (asked.displayQty ?? null) !== null,
    hidden: asked.hidden ?? false,
    post_only: asked.postOnly ?? false,
    min_qty: (asked.minQty ?? null) !== null,
    all_or_none: asked.allOrNone ?? false,
    peg: (asked.peg ?? null) !== null,
    self_trade_prevention: (asked.selfTrade ?? null) !== null,
  };
  return ORDER_INSTRUCTIONS.filter((condition) => is[condition]);
}

/** The first two of these that contradict each other; null when none do. */
export function conflictingInstructions(asked: readonly OrderInstruction[]): Refusal | null {
  const conflict = EXCLUSIVE.find((pair) => pair.every((condition) => asked.includes(condition)));
  return conflict === undefined ? null : { reason: "conditions_conflict", first: conflict[0], second: conflict[1] };
}

/** Judges what a ticket asks for by its words: whether the order may have it, and each beside the others. */
export function refuseInstructions(ticket: OrderTicket, place: MatrixKey): Refusal | null {
  const asked = instructionsOf(ticket).filter((condition) => condition !== "notional");
  for (const condition of asked) {
    if (combines(condition, place.type, place.timeInForce, place.orderClass)) continue;
    if (condition === "extended_hours") return { reason: "extended_hours_type" };
    const { type, timeInForce, orderClass } = place;
    return { reason: "condition_unsupported", condition, type, timeInForce, orderClass };
  }
  const conflict = conflictingInstructions(asked);
  if (conflict !== null) return conflict;
  const { selfTrade, peg, expiresAt } = ticket.instructions ?? {};
  if (peg && !PEGS.some((to) => to === peg.to)) {
    return { reason: "invalid_word", field: "advanced_instructions.peg.to" };
  }
  if ((selfTrade ?? null) !== null && !SELF_TRADES.some((mode) => mode === selfTrade)) {
    return { reason: "invalid_word", field: "advanced_instructions.self_trade_prevention" };
  }
  const ends = (expiresAt ?? null) !== null;
  if (place.timeInForce === "gtd") return ends ? null : { reason: "good_til_required" };
  return ends ? { reason: "good_til_without_gtd" } : null;
}

/** A minimum is executed at once or waits out of sight, a peg follows out of sight: to be hidden says no more. */
function displayOf({ displayQty, hidden, minQty, allOrNone, peg }: Instructions): string | 0 | null {
  if ((displayQty ?? null) !== null) return displayQty ?? null;
  return hidden && (minQty ?? null) === null && !allOrNone && !peg ? 0 : null;
}

/** The terms of a ticket whose words are judged. */
export function readTerms(ticket: OrderTicket, instrument: Instrument, trigger: Trigger | null): Terms | Refusal {
  const asked = ticket.instructions ?? {};
  const shown = displayOf(asked);
  const display =
    shown === null || shown === 0 ? shown : readQty(shown, instrument, "advanced_instructions.display_qty");
  if (display !== null && typeof display !== "number") return display;
  const least = asked.minQty ?? null;
  const minQty = least === null ? null : readQty(least, instrument, "advanced_instructions.min_qty");
  if (minQty !== null && typeof minQty !== "number") return minQty;
  const offset = readOffset(asked.peg?.offset ?? null);
  if (typeof offset !== "number") return offset;
  const to = PEGS.find((each) => each === asked.peg?.to);
  const selfTrade = SELF_TRADES.find((each) => each === asked.selfTrade);
  return {
    ...(trigger === null ? {} : { trigger }),
    ...(display === null ? {} : { display }),
    ...(asked.postOnly ? { postOnly: true } : {}),
    ...(minQty === null ? {} : { minQty }),
    ...(asked.allOrNone ? { allOrNone: true } : {}),
    ...(to === undefined ? {} : { peg: { to, offset } }),
    ...(selfTrade === undefined ? {} : { selfTrade }),
    ...(ticket.extendedHours ? { extended: true } : {}),
  };
}
