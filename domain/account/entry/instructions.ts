import { formatDecimal, PRICE_DECIMALS } from "../../decimal.ts";
import { tickSize } from "../../market/instrument.ts";
import type { Instrument } from "../../market/instrument.ts";
import { combines, EXCLUSIVE, ORDER_INSTRUCTIONS } from "../../order/instructions.ts";
import type { OrderInstruction } from "../../order/instructions.ts";
import type { OrderClass } from "../../order/orderClass.ts";
import type { OrderType } from "../../order/orderType.ts";
import { PEG_REFERENCES, SELF_TRADE_MODES } from "../../order/terms.ts";
import type { Terms, Trigger } from "../../order/terms.ts";
import type { TimeInForce } from "../../order/timeInForce.ts";
import { readOffset, readQty } from "./readAmount.ts";
import type { InstructionField, Refusal } from "./refusal.ts";

/** The `advanced_instructions` of a ticket, for which Alpaca has no fields. Null or absent is not asked for. */
export interface Instructions {
  readonly displayQty?: string | null;
  readonly hidden?: boolean | null;
  readonly minQty?: string | null;
  readonly allOrNone?: boolean | null;
  readonly postOnly?: boolean | null;
  readonly peg?: { readonly to: string; readonly offset: string | null } | null;
  readonly selfTrade?: string | null;
  /** When a gtd order ends, epoch milliseconds. */
  readonly expiresAt?: number | null;
}

/** The fields of a ticket that carry instructions. */
interface Instructed {
  readonly extendedHours: boolean;
  readonly notional: string | null;
  readonly instructions?: Instructions | null;
}

/** The cell of the order matrix that an order belongs to, without the session. */
export interface MatrixKey {
  readonly type: OrderType;
  readonly timeInForce: TimeInForce;
  readonly orderClass: OrderClass;
}

const NONE: Instructions = {};
const NO_TERMS: Terms = {};

/** Most tickets have no instructions, so that nothing is read of them. */
function isPlain({ instructions, extendedHours }: Instructed): boolean {
  return (instructions === null || instructions === undefined) && !extendedHours;
}

/** The instructions that a ticket carries. */
export function instructionsOf(ticket: Instructed): OrderInstruction[] {
  const asked = ticket.instructions ?? NONE;
  const carries: Readonly<Record<OrderInstruction, boolean>> = {
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
  return ORDER_INSTRUCTIONS.filter((instruction) => carries[instruction]);
}

/** The refusal of the first two instructions that exclude each other; null when none do. */
export function conflictingInstructions(asked: readonly OrderInstruction[]): Refusal | null {
  const conflict = EXCLUSIVE.find((pair) => pair.every((instruction) => asked.includes(instruction)));
  return conflict === undefined ? null : { reason: "conditions_conflict", first: conflict[0], second: conflict[1] };
}

/**
 * The first refusal of a ticket's instructions: not supported for its order, excluding each other, or an unknown word.
 */
export function refuseInstructions(ticket: Instructed, key: MatrixKey): Refusal | null {
  if (isPlain(ticket)) return refuseEnd(null, key);
  const asked = instructionsOf(ticket).filter((instruction) => instruction !== "notional");
  for (const instruction of asked) {
    if (combines(instruction, key.type, key.timeInForce, key.orderClass)) continue;
    if (instruction === "extended_hours") return { reason: "extended_hours_type" };
    const { type, timeInForce, orderClass } = key;
    return { reason: "condition_unsupported", condition: instruction, type, timeInForce, orderClass };
  }
  const conflict = conflictingInstructions(asked);
  if (conflict !== null) return conflict;
  const { selfTrade, peg, expiresAt } = ticket.instructions ?? NONE;
  if (peg && !PEG_REFERENCES.some((to) => to === peg.to)) {
    return { reason: "invalid_word", field: "advanced_instructions.peg.to" };
  }
  if ((selfTrade ?? null) !== null && !SELF_TRADE_MODES.some((mode) => mode === selfTrade)) {
    return { reason: "invalid_word", field: "advanced_instructions.self_trade_prevention" };
  }
  return refuseEnd(expiresAt ?? null, key);
}

/** A gtd order has a time at which it ends, and no other order has one. */
function refuseEnd(expiresAt: number | null, { timeInForce }: MatrixKey): Refusal | null {
  if (timeInForce === "gtd") return expiresAt === null ? { reason: "good_til_required" } : null;
  return expiresAt === null ? null : { reason: "good_til_without_gtd" };
}

/**
 * The displayed quantity as text, 0 for a hidden order. An order with a minimum or a peg is hidden by itself: `hidden`
 * adds nothing.
 */
function displayOf({ displayQty, hidden, minQty, allOrNone, peg }: Instructions): string | 0 | null {
  if ((displayQty ?? null) !== null) return displayQty ?? null;
  return hidden && (minQty ?? null) === null && !allOrNone && !peg ? 0 : null;
}

/** The terms of a ticket whose instructions are not refused. */
export function readTerms(ticket: Instructed, instrument: Instrument, trigger: Trigger | null): Terms | Refusal {
  if (isPlain(ticket)) return trigger === null ? NO_TERMS : { trigger };
  const asked = ticket.instructions ?? NONE;
  const shown = displayOf(asked);
  const display =
    shown === null || shown === 0 ? shown : readQty(shown, instrument, "advanced_instructions.display_qty");
  if (display !== null && typeof display !== "number") return display;
  const least = asked.minQty ?? null;
  const minQty = least === null ? null : readQty(least, instrument, "advanced_instructions.min_qty");
  if (minQty !== null && typeof minQty !== "number") return minQty;
  const offset = readOffset(asked.peg?.offset ?? null);
  if (typeof offset !== "number") return offset;
  const to = PEG_REFERENCES.find((each) => each === asked.peg?.to);
  const selfTrade = SELF_TRADE_MODES.find((each) => each === asked.selfTrade);
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

/** The fields of an order that its terms are checked against. */
export interface OrderAmounts {
  readonly instrument: Instrument;
  readonly qty: number;
  readonly limitPrice: number | null;
  readonly terms: Terms;
}

/**
 * Refuses a displayed quantity or a minimum above the order's, and a peg's offset that is not in ticks of its limit.
 */
export function refuseTerms({ instrument, qty, limitPrice, terms }: OrderAmounts): Refusal | null {
  const { display, minQty, peg } = terms;
  if (display !== undefined && display > qty) return aboveOrder("advanced_instructions.display_qty");
  if (minQty !== undefined && minQty > qty) return aboveOrder("advanced_instructions.min_qty");
  if (peg === undefined || peg.offset % tickSize(instrument, limitPrice ?? 0) === 0) return null;
  const price = formatDecimal(peg.offset, PRICE_DECIMALS);
  return { reason: "price_increment", price, field: "advanced_instructions.peg.offset" };
}

function aboveOrder(field: InstructionField): Refusal {
  return { reason: "qty_above_order", field };
}
