import { parseDecimal, PRICE_DECIMALS } from "../decimal.ts";
import { findInstrument } from "../market/listing.ts";
import { lotsPerShare, ORDER_NOTIONAL_MAX, ORDER_QTY_LOTS_MAX, PRICE_MAX, tickSize } from "../market/instrument.ts";
import type { Instrument } from "../market/instrument.ts";
import type { OrderType, Side, TimeInForce } from "./order.ts";
import type { Outcome, Refusal } from "./refusal.ts";

/** An order request as the client wrote it: the strings are read and judged here, so that a refusal is on record. */
export interface OrderTicket {
  readonly symbol: string;
  readonly side: string;
  readonly type: string;
  readonly timeInForce: string;
  readonly qty: string | null;
  readonly notional: string | null;
  readonly limitPrice: string | null;
  readonly stopPrice: string | null;
  readonly orderClass: string;
  readonly extendedHours: boolean;
  readonly clientOrderId: string | null;
}

/** A ticket that is well-formed: exact integers, known words, price on its tick. */
export interface ReadTicket {
  readonly instrument: Instrument;
  readonly side: Side;
  readonly type: OrderType;
  readonly timeInForce: TimeInForce;
  readonly qty: number;
  readonly limitPrice: number | null;
  readonly extendedHours: boolean;
  readonly clientOrderId: string | null;
}

export const CLIENT_ORDER_ID_LENGTH_MAX = 128;

/** Reads a ticket. When several rules fail, the first in the order below is the answer (SPEC AC-1). */
export function readTicket(ticket: OrderTicket): Outcome<ReadTicket> {
  const instrument = findInstrument(ticket.symbol);
  if (instrument === undefined) return refuse({ reason: "asset_not_found", symbol: ticket.symbol.slice(0, 32) });
  const { side, type, timeInForce } = ticket;
  // Half a surrogate pair does not survive UTF-8: two ids that differ in memory would be the same on disk.
  const clientOrderId = ticket.clientOrderId?.toWellFormed() ?? null;
  if (side !== "buy" && side !== "sell") return refuse({ reason: "invalid_side" });
  if (type !== "market" && type !== "limit") return refuse({ reason: "invalid_order_type" });
  if (timeInForce !== "day" && timeInForce !== "gtc" && timeInForce !== "ioc") {
    return refuse({ reason: "invalid_time_in_force" });
  }
  if (ticket.orderClass !== "" && ticket.orderClass !== "simple") return refuse({ reason: "unsupported_order_class" });
  if (clientOrderId !== null && clientOrderId.length > CLIENT_ORDER_ID_LENGTH_MAX) {
    return refuse({ reason: "client_order_id_too_long" });
  }
  if (ticket.extendedHours && (type !== "limit" || timeInForce === "ioc")) {
    return refuse({ reason: "extended_hours_type" });
  }
  const qty = readQty(ticket, instrument);
  if (typeof qty !== "number") return refuse(qty);
  const limitPrice = readLimit(ticket, type, instrument);
  if (limitPrice !== null && typeof limitPrice !== "number") return refuse(limitPrice);
  if (limitPrice !== null && exceedsNotional(instrument, limitPrice, qty)) {
    return refuse({ reason: "notional_too_large" });
  }
  const { extendedHours } = ticket;
  return { ok: true, value: { instrument, side, type, timeInForce, qty, limitPrice, extendedHours, clientOrderId } };
}

/** True when `qty` at `price` is more than one order may be worth. As floats on purpose: the exact product may leave 2^53. */
export function exceedsNotional(instrument: Instrument, price: number, qty: number): boolean {
  return (price * qty) / lotsPerShare(instrument) > ORDER_NOTIONAL_MAX;
}

function refuse<T>(refusal: Refusal): Outcome<T> {
  return { ok: false, refusal };
}

function readQty(ticket: OrderTicket, instrument: Instrument): number | Refusal {
  if (ticket.qty === null) {
    return { reason: ticket.notional === null ? "qty_or_notional_required" : "notional_unsupported" };
  }
  if (ticket.notional !== null) return { reason: "qty_and_notional" };
  const qty = parseDecimal(ticket.qty, instrument.qtyDecimals);
  if (qty === "malformed") return { reason: "qty_malformed" };
  if (ticket.qty.startsWith("-") || qty === 0) return { reason: "qty_not_positive" };
  if (qty === "inexact") return { reason: "qty_increment", qtyDecimals: instrument.qtyDecimals };
  if (qty === "overflow" || qty > ORDER_QTY_LOTS_MAX) return { reason: "qty_too_large" };
  return qty;
}

function readLimit(ticket: OrderTicket, type: OrderType, instrument: Instrument): number | null | Refusal {
  if (type === "market") {
    return ticket.limitPrice === null && ticket.stopPrice === null ? null : { reason: "market_with_price" };
  }
  if (ticket.limitPrice === null) return { reason: "limit_price_required" };
  const price = parseDecimal(ticket.limitPrice, PRICE_DECIMALS);
  if (price === "malformed") return { reason: "price_malformed" };
  if (ticket.limitPrice.startsWith("-") || price === 0) return { reason: "price_not_positive" };
  if (price === "overflow") return { reason: "price_too_large" };
  if (price === "inexact" || price % tickSize(instrument, price) !== 0) {
    return { reason: "price_increment", price: ticket.limitPrice };
  }
  return price > PRICE_MAX ? { reason: "price_too_large" } : price;
}
