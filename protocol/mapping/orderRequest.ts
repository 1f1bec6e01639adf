/** Reads requests for orders and replacements into tickets. */
import type * as z from "zod";
import type { OrderTicket, ReplaceTicket } from "../../domain/account/entry/ticket.ts";
import type { Instruments } from "../../domain/market/instruments.ts";
import { readBody } from "../http/readRequest.ts";
import type { Read } from "../http/readRequest.ts";
import { orderRequest, replaceRequest } from "../wire/orderRequest.ts";
import { readInstructions } from "./advancedInstructions.ts";
import { canonicalSymbol } from "./assets.ts";
import { plainReplaceTicket, plainTicket } from "./plainOrder.ts";

/**
 * Reads the body of an order request into a ticket. Checks JSON types only; the account validates the values. An error
 * lists at most `most` fields.
 */
export function ticketFromBody(body: unknown, instruments: Instruments, most?: number): Read<OrderTicket> {
  const plain = plainTicket(body, instruments);
  return plain === null ? ticketBySchema(body, instruments, most) : { ok: true, value: plain };
}

/** The ticket of any order request, or what is wrong with it. */
export function ticketBySchema(body: unknown, instruments: Instruments, most?: number): Read<OrderTicket> {
  const read = readBody(orderRequest, body, most);
  return read.ok ? { ok: true, value: ticketOf(read.value, instruments) } : read;
}

/** The ticket of an order request whose JSON types are right. */
export function ticketOf(form: z.output<typeof orderRequest>, instruments: Instruments): OrderTicket {
  const { trail_price: trailPrice, trail_percent: trailPercent, take_profit: profit, stop_loss: loss } = form;
  const instructions = form.advanced_instructions ?? null;
  // Legs are not ignored: they make it a multi-leg order, which the account refuses.
  const legs = form.legs !== undefined && form.legs !== null;
  return {
    symbol: canonicalSymbol(form.symbol, instruments),
    side: form.side ?? "",
    type: form.type ?? "",
    timeInForce: form.time_in_force ?? "",
    qty: form.qty ?? null,
    notional: form.notional ?? null,
    limitPrice: form.limit_price ?? null,
    stopPrice: form.stop_price ?? null,
    orderClass: form.order_class || (legs ? "mleg" : ""),
    extendedHours: form.extended_hours ?? false,
    clientOrderId: form.client_order_id || null,
    // Left out when the client did not send it, because refused tickets are stored too.
    ...(trailPrice === undefined || trailPrice === null ? {} : { trailPrice }),
    ...(trailPercent === undefined || trailPercent === null ? {} : { trailPercent }),
    ...(profit ? { takeProfit: { limitPrice: profit.limit_price ?? null } } : {}),
    ...(loss ? { stopLoss: { stopPrice: loss.stop_price ?? null, limitPrice: loss.limit_price ?? null } } : {}),
    ...(form.position_intent ? { positionIntent: form.position_intent } : {}),
    ...(instructions === null ? {} : { instructions: readInstructions(instructions) }),
    ...lotsOf(form.tax_lots),
  };
}

/** Reads the body of a replace request; the account validates the values. An error lists at most `most` fields. */
export function replaceTicketFromBody(body: unknown, most?: number): Read<ReplaceTicket> {
  const plain = plainReplaceTicket(body);
  return plain === null ? replaceTicketBySchema(body, most) : { ok: true, value: plain };
}

/** The ticket of any replace request, or what is wrong with it. */
export function replaceTicketBySchema(body: unknown, most?: number): Read<ReplaceTicket> {
  const read = readBody(replaceRequest, body, most);
  return read.ok ? { ok: true, value: replaceTicketOf(read.value) } : read;
}

/** The ticket of a replace request whose JSON types are right. */
export function replaceTicketOf(form: Omit<z.output<typeof replaceRequest>, "order_id">): ReplaceTicket {
  const end = form.advanced_instructions?.expires_at ?? null;
  return {
    qty: form.qty ?? null,
    limitPrice: form.limit_price ?? null,
    stopPrice: form.stop_price ?? null,
    trail: form.trail ?? null,
    timeInForce: form.time_in_force || null,
    clientOrderId: form.client_order_id || null,
    goodTil: end === null ? null : Date.parse(end),
    ...lotsOf(form.tax_lots),
  };
}

/** The tax lots that a request names; nothing when it names none. */
function lotsOf(named: z.output<typeof orderRequest>["tax_lots"]): Pick<OrderTicket, "lots"> {
  return named ? { lots: named.map(({ lot_id: lotId, qty }) => ({ lotId, qty })) } : {};
}
