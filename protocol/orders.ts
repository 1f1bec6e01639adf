/** Orders on the wire: what a client sends to place one, and the order object of every answer and stream. */
import * as z from "zod";
import type { Order } from "../domain/account/order.ts";
import { divideHalfEven, formatDecimal, PRICE_DECIMALS } from "../domain/decimal.ts";
import { requireInstrument } from "../domain/market/listing.ts";
import { canonicalSymbol } from "./assets.ts";
import { decimalInput } from "./decimalInput.ts";
import { plainText } from "./plainText.ts";
import { type Read, readBody } from "./read.ts";
import type { CancelAfter, OrderTicket } from "./rpc.ts";

/** Decimals of an average price on the wire. */
const AVERAGE_DECIMALS = 8;

/** Longest text accepted in any field of an order request; longer ones are no order of any client. */
const FIELD_LENGTH_MAX = 256;

export interface WireOrder {
  readonly id: string;
  readonly client_order_id: string;
  readonly created_at: string;
  readonly updated_at: string;
  readonly submitted_at: string;
  readonly filled_at: string | null;
  readonly expired_at: string | null;
  readonly expires_at: string | null;
  readonly canceled_at: string | null;
  readonly failed_at: null;
  readonly replaced_at: null;
  readonly replaced_by: null;
  readonly replaces: null;
  readonly asset_id: string;
  readonly symbol: string;
  readonly asset_class: string;
  readonly notional: null;
  readonly qty: string;
  readonly filled_qty: string;
  readonly filled_avg_price: string | null;
  readonly order_class: "";
  readonly order_type: string;
  readonly type: string;
  readonly side: string;
  readonly position_intent: "buy_to_open" | "sell_to_close";
  readonly time_in_force: string;
  readonly limit_price: string | null;
  readonly stop_price: null;
  readonly trail_price: null;
  readonly trail_percent: null;
  readonly hwm: null;
  readonly status: string;
  readonly extended_hours: boolean;
  readonly legs: null;
  readonly subtag: null;
  readonly source: null;
}

/** The order object of the API. Throws on an order of a symbol that is not listed. */
export function orderToWire(order: Order): WireOrder {
  const instrument = requireInstrument(order.symbol);
  const lots = (qty: number): string => formatDecimal(qty, instrument.qtyDecimals);
  return {
    id: order.id,
    client_order_id: order.clientOrderId,
    created_at: isoTime(order.submittedAt),
    updated_at: isoTime(order.updatedAt),
    submitted_at: isoTime(order.submittedAt),
    filled_at: isoTimeOrNull(order.filledAt),
    expired_at: isoTimeOrNull(order.expiredAt),
    expires_at: isoTimeOrNull(order.expiresAt),
    canceled_at: isoTimeOrNull(order.canceledAt),
    failed_at: null,
    replaced_at: null,
    replaced_by: null,
    replaces: null,
    asset_id: instrument.id,
    symbol: order.symbol,
    asset_class: instrument.assetClass,
    notional: null,
    qty: lots(order.qty),
    filled_qty: lots(order.filledQty),
    filled_avg_price: averagePrice(BigInt(order.filledValue), order.filledQty),
    order_class: "",
    order_type: order.type,
    type: order.type,
    side: order.side,
    position_intent: order.side === "buy" ? "buy_to_open" : "sell_to_close",
    time_in_force: order.timeInForce,
    limit_price: order.limitPrice === null ? null : formatDecimal(order.limitPrice, PRICE_DECIMALS),
    stop_price: null,
    trail_price: null,
    trail_percent: null,
    hwm: null,
    status: order.status,
    extended_hours: order.extendedHours,
    legs: null,
    subtag: null,
    source: null,
  };
}

/**
 * Average price as a decimal string: `value` is the sum of price (1/10,000 dollar) × lots, `lots` what it is spread
 * over. Half-even to at most 8 decimals; null when there are no lots.
 */
export function averagePrice(value: bigint, lots: number): string | null {
  if (lots === 0) return null;
  const scale = 10n ** BigInt(AVERAGE_DECIMALS - PRICE_DECIMALS);
  return formatDecimal(divideHalfEven(value * scale, BigInt(lots)), AVERAGE_DECIMALS);
}

function isoTime(ms: number): string {
  return new Date(ms).toISOString();
}

function isoTimeOrNull(ms: number | null): string | null {
  return ms === null ? null : isoTime(ms);
}

const text = plainText(FIELD_LENGTH_MAX);
const word = text.nullish();

/** What may be in an order request. Amounts are numbers or strings; unknown fields are ignored. */
export const orderRequest = z.object({
  symbol: text.min(1),
  side: word,
  type: word,
  time_in_force: word,
  qty: decimalInput.nullish(),
  notional: decimalInput.nullish(),
  limit_price: decimalInput.nullish(),
  stop_price: decimalInput.nullish(),
  trail_price: decimalInput.nullish(),
  trail_percent: decimalInput.nullish(),
  extended_hours: z.boolean().nullish(),
  client_order_id: word,
  order_class: word,
  take_profit: z.unknown().optional(),
  stop_loss: z.unknown().optional(),
  legs: z.unknown().optional(),
});

/**
 * Reads the body of an order request into a ticket. Only its form is judged here (fields of a wrong JSON type); what
 * the words and amounts mean is for the account to accept or refuse.
 */
export function ticketFromBody(body: unknown): Read<OrderTicket> {
  const read = readBody(orderRequest, body);
  if (!read.ok) return read;
  const form = read.value;
  if (form.type !== "trailing_stop" && (isGiven(form.trail_price) || isGiven(form.trail_percent))) {
    return { ok: false, error: { reason: "trail_without_trailing_stop" } };
  }
  if (form.type === "limit" && isGiven(form.stop_price)) {
    return { ok: false, error: { reason: "limit_with_stop_price" } };
  }
  // Exit legs on a simple order would silently not protect anybody: they make it the complex order it was meant to be.
  const complex = isGiven(form.take_profit) || isGiven(form.stop_loss) || isGiven(form.legs);
  const simple = form.order_class === undefined || form.order_class === null || form.order_class === "";
  return {
    ok: true,
    value: {
      symbol: canonicalSymbol(form.symbol),
      side: form.side ?? "",
      type: form.type ?? "",
      timeInForce: form.time_in_force ?? "",
      qty: form.qty ?? null,
      notional: form.notional ?? null,
      limitPrice: form.limit_price ?? null,
      stopPrice: form.stop_price ?? null,
      orderClass: simple && complex ? "bracket" : (form.order_class ?? ""),
      extendedHours: form.extended_hours ?? false,
      clientOrderId: form.client_order_id || null,
    },
  };
}

/** Setting the dead-man's switch; which numbers will do is for the account to judge. */
export const cancelAfterRequest = z.object({ timeout_seconds: z.number() });

/** The dead-man's switch of the API. */
export function cancelAfterToWire({ currentTime, triggerTime }: CancelAfter): {
  current_time: string;
  trigger_time: string | null;
} {
  return { current_time: isoTime(currentTime), trigger_time: isoTimeOrNull(triggerTime) };
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}
