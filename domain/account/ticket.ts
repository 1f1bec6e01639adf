import { parseDecimal, PRICE_DECIMALS } from "../decimal.ts";
import { findInstrument } from "../market/listing.ts";
import { lotsPerShare, ORDER_NOTIONAL_MAX, ORDER_QTY_LOTS_MAX, PRICE_MAX, tickSize } from "../market/instrument.ts";
import type { Instrument } from "../market/instrument.ts";
import type { OrderClass, Terms, Trigger } from "../matching/terms.ts";
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
  // What tickets of the first releases have not.
  readonly trailPrice?: string | null;
  readonly trailPercent?: string | null;
  readonly takeProfit?: { readonly limitPrice: string | null } | null;
  readonly stopLoss?: { readonly stopPrice: string | null; readonly limitPrice: string | null } | null;
  readonly positionIntent?: string | null;
  readonly instructions?: Instructions | null;
}

/** What Alpaca has no field for. Null or absent is not asked for. */
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

/** A ticket that is well-formed: exact integers, known words, prices on their tick, a combination that the matrix has. */
export interface ReadTicket {
  readonly instrument: Instrument;
  readonly side: Side;
  readonly type: OrderType;
  readonly timeInForce: TimeInForce;
  readonly orderClass: OrderClass;
  /** Lots; 0 with a notional, whose lots the account finds from the market. */
  readonly qty: number;
  /** Cash to spend or to raise, in 1/10,000 dollar; null when a quantity is given. */
  readonly notional: number | null;
  /** Null for what has no limit; of an OCO the limit of its take profit, which it is itself. */
  readonly limitPrice: number | null;
  /** The trigger price, as in `terms.trigger`; null for trailing stops and for what has no trigger. */
  readonly stopPrice: number | null;
  readonly terms: Terms;
  /** Exits that come along: both for a bracket and an OCO, one of them for an OTO. */
  readonly takeProfit: { readonly limitPrice: number } | null;
  readonly stopLoss: { readonly stopPrice: number; readonly limitPrice: number | null } | null;
  /** When a gtd order ends, epoch milliseconds; whether that is still to come is for the account to judge. */
  readonly goodTil: number | null;
  readonly extendedHours: boolean;
  readonly clientOrderId: string | null;
}

/** A replace request as the client wrote it; null is left as it was. */
export interface ReplaceTicket {
  readonly qty: string | null;
  readonly limitPrice: string | null;
  readonly stopPrice: string | null;
  /** A trailing stop's distance, in the unit it was given in. */
  readonly trail: string | null;
  readonly timeInForce: string | null;
  readonly clientOrderId: string | null;
  /** New end of a gtd order, epoch milliseconds. */
  readonly goodTil: number | null;
}

/** A replace that is well-formed: only what differs from the order; null is left as it was. */
export interface ReadReplace {
  /** New total in lots: what was filled counts. */
  readonly qty: number | null;
  readonly limitPrice: number | null;
  readonly stopPrice: number | null;
  /** New trigger: of a stop, stop limit, touch or trailing order. */
  readonly trigger: Trigger | null;
  readonly timeInForce: TimeInForce | null;
  readonly goodTil: number | null;
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
  const simple = { orderClass: "simple", notional: null, stopPrice: null, takeProfit: null, stopLoss: null } as const;
  const terms: Terms = extendedHours ? { extended: true } : {};
  return {
    ok: true,
    value: {
      ...simple,
      instrument,
      side,
      type,
      timeInForce,
      qty,
      limitPrice,
      terms,
      goodTil: null,
      extendedHours,
      clientOrderId,
    },
  };
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
