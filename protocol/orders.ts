/** Orders on the wire: the order object of every answer and stream. */
import * as z from "zod";
import type { Order } from "../domain/account/order.ts";
import { divideHalfEven, formatDecimal, PRICE_DECIMALS } from "../domain/decimal.ts";
import { requireInstrument } from "../domain/market/listing.ts";
import type { CancelAfter } from "./rpc.ts";

/** Decimals of an average price on the wire. */
const AVERAGE_DECIMALS = 8;

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

/** Setting the dead-man's switch; which numbers will do is for the account to judge. */
export const cancelAfterRequest = z.object({ timeout_seconds: z.number() });

/** The dead-man's switch of the API. */
export function cancelAfterToWire({ currentTime, triggerTime }: CancelAfter): {
  current_time: string;
  trigger_time: string | null;
} {
  return { current_time: isoTime(currentTime), trigger_time: isoTimeOrNull(triggerTime) };
}
