/**
 * What the ticket offers and refuses. It asks the same tables by which the exchange validates orders (docs/orders.md is
 * made of them), so the two cannot differ. The type is chosen freely; class, time in force and instructions follow it.
 */
import { refusedAlways } from "../../../domain/order/combinations.ts";
import { combines, EXCLUSIVE, ORDER_INSTRUCTIONS, type OrderInstruction } from "../../../domain/order/instructions.ts";
import { ORDER_CLASSES, type OrderClass } from "../../../domain/order/orderClass.ts";
import { RESTING_TIMES, TIMES_IN_FORCE, type TimeInForce } from "../../../domain/order/timeInForce.ts";
import { cell, type CellReason } from "../../../domain/market/orderMatrix.ts";
import type { OrderSession } from "../../../domain/market/schedule.ts";
import type { MarketStatus } from "../feed/messages.ts";
import { isAmount, type TicketForm } from "./ticketForm.ts";

/** Why something cannot be chosen; text/en/ticket.ts has the words. */
export type ChoiceReason =
  | { readonly kind: "cell"; readonly reason: CellReason }
  /** In a cash account entries buy and exits sell. */
  | { readonly kind: "side"; readonly side: "buy" | "sell" }
  | { readonly kind: "instruction"; readonly instruction: OrderInstruction }
  | { readonly kind: "excluded"; readonly by: OrderInstruction };

/** The session of an order that arrives now; null while the market's status is not known. */
export function sessionNow(isCoin: boolean, status: MarketStatus | null): OrderSession | null {
  if (isCoin) return "always";
  if (status === null) return null;
  const { phase, session, until } = status;
  if (phase === "pre_open" || phase === "opening_auction") return "opening";
  if (phase === "closing_auction") return "closing";
  // Around the clock no phase ends by itself.
  if (phase === "continuous" && (until === null || Number.isNaN(until))) return "always";
  return ["overnight", "pre", "regular", "post", "closed"].includes(session) ? (session as OrderSession) : null;
}

type Key = Pick<TicketForm, "type" | "timeInForce" | "orderClass" | "side">;

/** Why an order of the form's type and side cannot have this class; null when it can. */
export function classRefused(form: Key, orderClass: OrderClass): ChoiceReason | null {
  const isPossible = TIMES_IN_FORCE.some((time) => refusedAlways(form.type, time, orderClass) === null);
  if (!isPossible) return { kind: "cell", reason: "class_for_type" };
  if (orderClass === "oco" && form.side === "buy") return { kind: "side", side: "sell" };
  if ((orderClass === "bracket" || orderClass === "oto") && form.side === "sell") return { kind: "side", side: "buy" };
  return null;
}

/** Why an order of the form's type and class cannot have this time in force now; null when it can. */
export function timeRefused(
  form: Key & Pick<TicketForm, "extendedHours">,
  time: TimeInForce,
  session: OrderSession | null,
): ChoiceReason | null {
  const always = refusedAlways(form.type, time, form.orderClass);
  if (always !== null) return { kind: "cell", reason: always };
  if (session === null) return null;
  const found = cell(form.type, time, form.orderClass, session, form.extendedHours);
  return found.verdict === "refused" ? { kind: "cell", reason: found.reason } : null;
}

/** The instructions that the form asks for. */
export function asked(form: TicketForm): OrderInstruction[] {
  const carries: Readonly<Record<OrderInstruction, boolean>> = {
    extended_hours: form.extendedHours,
    notional: form.unit === "notional",
    display_qty: form.displayQty.trim() !== "",
    hidden: form.hidden,
    post_only: form.postOnly,
    min_qty: form.minQty.trim() !== "",
    all_or_none: form.allOrNone,
    peg: form.pegTo !== "",
    self_trade_prevention: form.selfTrade !== "",
  };
  return ORDER_INSTRUCTIONS.filter((instruction) => carries[instruction]);
}

/** How many options are set, as the folded list counts them: instructions, and the choice of tax lots. */
export function optionCount(form: TicketForm): number {
  const instructions = asked(form).filter((one) => one !== "notional").length;
  return instructions + (Object.values(form.lots).some(isAmount) ? 1 : 0);
}

/** Why the form's order cannot carry this instruction; null when it can. */
export function instructionRefused(form: TicketForm, instruction: OrderInstruction): ChoiceReason | null {
  const { type, timeInForce, orderClass } = form;
  if (!combines(instruction, type, timeInForce, orderClass)) return { kind: "instruction", instruction };
  const others = asked(form).filter((other) => other !== instruction);
  const pair = EXCLUSIVE.find((two) => two.includes(instruction) && two.some((one) => others.includes(one)));
  const by = pair?.find((one) => one !== instruction);
  return by === undefined ? null : { kind: "excluded", by };
}

/** The form without what its order cannot have, after another choice was made. */
export function settle(form: TicketForm): TicketForm {
  const orderClass = classRefused(form, form.orderClass) === null ? form.orderClass : "simple";
  const withClass = { ...form, orderClass };
  const isTime = (time: TimeInForce): boolean => refusedAlways(form.type, time, orderClass) === null;
  const timeInForce = isTime(form.timeInForce) ? form.timeInForce : (RESTING_TIMES.find(isTime) ?? "day");
  let settled: TicketForm = { ...withClass, timeInForce };
  for (const instruction of ORDER_INSTRUCTIONS) {
    const { type } = settled;
    if (!combines(instruction, type, timeInForce, orderClass)) settled = without(settled, instruction);
  }
  return settled.side === "sell" && orderClass === "simple" && settled.unit === "qty"
    ? settled
    : { ...settled, lots: {} };
}

function without(form: TicketForm, instruction: OrderInstruction): TicketForm {
  switch (instruction) {
    case "extended_hours":
      return { ...form, extendedHours: false };
    case "notional":
      return form.unit === "notional" ? { ...form, unit: "qty", amount: "" } : form;
    case "display_qty":
      return { ...form, displayQty: "" };
    case "hidden":
      return { ...form, hidden: false };
    case "post_only":
      return { ...form, postOnly: false };
    case "min_qty":
      return { ...form, minQty: "" };
    case "all_or_none":
      return { ...form, allOrNone: false };
    case "peg":
      return { ...form, pegTo: "", pegOffset: "" };
    case "self_trade_prevention":
      return { ...form, selfTrade: "" };
  }
}

export { ORDER_CLASSES, TIMES_IN_FORCE };
