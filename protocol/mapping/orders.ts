/** The order object of REST responses and of the trading stream. */
import { submittedMicros } from "../../domain/account/state/order.ts";
import type { Order } from "../../domain/account/state/order.ts";
import type { CancelAfter } from "../../domain/account/timers/decideTimers.ts";
import { divideHalfEven, formatDecimal, PRICE_DECIMALS } from "../../domain/decimal.ts";
import { assetOf } from "../../domain/market/asset.ts";
import type { Terms } from "../../domain/order/terms.ts";
import type { LiveOrder } from "../rpc/orderBook.ts";
import type { WireCancelAfter, WireOrder } from "../wire/orders.ts";
import { instructionsToWire } from "./advancedInstructions.ts";

/** Decimals of an average price on the wire. */
const AVERAGE_DECIMALS = 8;
/** A trail's percentage is in hundredths of a percent. */
const PERCENT_DECIMALS = 2;

/** Data of an order object that is not in the order itself. */
export interface Beside {
  /** The order's legs, as order objects. */
  readonly legs?: readonly Order[];
  /**
   * The book's high-water mark and stop price of a trailing stop that is not elected, which are newer than the
   * account's.
   */
  readonly live?: Pick<LiveOrder, "best" | "stopPrice">;
}

/** The order object of the API. Throws on an order of a symbol that is not listed. */
export function orderToWire(order: Order, { legs, live }: Beside = {}): WireOrder {
  const instrument = assetOf(order.symbol);
  const { terms = {}, orderClass = "simple" } = order;
  const lots = (qty: number): string => formatDecimal(qty, instrument.qtyDecimals);
  const submitted = submittedMicros(order);
  const submittedText = isoMicros(submitted);
  // No time of an order is earlier than its submission: times have milliseconds, and the clock of the book may differ.
  const later = (ms: number): string => (ms * 1_000 <= submitted ? submittedText : isoMicros(ms * 1_000));
  const laterOrNull = (ms: number | null | undefined) => (ms === null || ms === undefined ? null : later(ms));
  return {
    id: order.id,
    client_order_id: order.clientOrderId,
    created_at: submittedText,
    updated_at: later(order.updatedAt),
    submitted_at: submittedText,
    // `filledAt` is the time of the last fill, which is a partial one until the order is filled.
    filled_at: order.status === "filled" ? laterOrNull(order.filledAt) : null,
    expired_at: laterOrNull(order.expiredAt),
    expires_at: isoTimeOrNull(order.expiresAt),
    canceled_at: laterOrNull(order.canceledAt),
    failed_at: order.status === "rejected" ? later(order.updatedAt) : null,
    replaced_at: laterOrNull(order.replacedAt),
    replaced_by: order.replacedBy ?? null,
    replaces: order.replaces ?? null,
    asset_id: instrument.id,
    symbol: order.symbol,
    asset_class: instrument.assetClass,
    notional: priceOrNull(order.notional),
    // The quantity of a notional order is in `filled_qty`.
    qty: order.notional ? null : lots(order.qty),
    filled_qty: lots(order.filledQty),
    filled_avg_price: order.filledQty === 0 ? null : averagePrice(BigInt(order.filledValue), order.filledQty),
    order_class: orderClass === "simple" ? "" : orderClass,
    order_type: order.type,
    type: order.type,
    side: order.side,
    position_intent: order.side === "buy" ? "buy_to_open" : "sell_to_close",
    time_in_force: order.timeInForce,
    limit_price: priceOrNull(order.limitPrice),
    stop_price: priceOrNull(order.stopPrice ?? live?.stopPrice ?? order.trail?.stop),
    ...trailToWire(terms.trigger),
    hwm: priceOrNull(live?.best ?? order.trail?.best),
    status: order.status,
    extended_hours: order.extendedHours,
    legs: legs === undefined || legs.length === 0 ? null : legs.map((leg) => orderToWire(leg)),
    subtag: null,
    source: null,
    ...instructionsToWire(order, lots),
    ...(order.lots === undefined ? {} : { tax_lots: lotsToWire(order.askedLots ?? order.lots, lots) }),
    ...(order.duplicateOf === undefined ? {} : { duplicate_of: order.duplicateOf }),
    ...(order.closeReason ? { close_reason: order.closeReason } : {}),
  };
}

function lotsToWire(chosen: NonNullable<Order["lots"]>, lots: (qty: number) => string) {
  return chosen.map(({ lotId, quantity }) => ({ lot_id: lotId, qty: lots(quantity) }));
}

function trailToWire(trigger: Terms["trigger"]): Pick<WireOrder, "trail_price" | "trail_percent"> {
  if (trigger?.kind !== "trail") return { trail_price: null, trail_percent: null };
  if ("amount" in trigger) return { trail_price: formatDecimal(trigger.amount, PRICE_DECIMALS), trail_percent: null };
  return { trail_price: null, trail_percent: formatDecimal(trigger.basisPoints, PERCENT_DECIMALS) };
}

function priceOrNull(price: number | null | undefined): string | null {
  return price === null || price === undefined ? null : formatDecimal(price, PRICE_DECIMALS);
}

/**
 * Average price as a decimal string: `value` is the sum of price (1/10,000 dollar) × lots, `lots` what it is spread
 * over. Rounded half-even to at most 8 decimals; null when there are no lots.
 */
export function averagePrice(value: bigint, lots: number): string | null {
  if (lots === 0) return null;
  const scale = 10n ** BigInt(AVERAGE_DECIMALS - PRICE_DECIMALS);
  return formatDecimal(divideHalfEven(value * scale, BigInt(lots)), AVERAGE_DECIMALS);
}

/** The last second that was written, and its text up to the point: most orders are of the same one. */
const last = { second: 0, text: secondText(0) };

/** RFC 3339 of epoch microseconds: always with six digits, so that texts sort as times do. */
function isoMicros(micros: number): string {
  const second = Math.floor(micros / 1_000_000);
  if (second !== last.second) {
    last.text = secondText(second);
    last.second = second;
  }
  return `${last.text}.${String(micros - second * 1_000_000).padStart(6, "0")}Z`;
}

function secondText(second: number): string {
  return new Date(second * 1_000).toISOString().slice(0, -".000Z".length);
}

function isoTime(ms: number): string {
  return new Date(ms).toISOString();
}

function isoTimeOrNull(ms: number | null): string | null {
  return ms === null ? null : isoTime(ms);
}

/** The dead-man's switch of the API. */
export function cancelAfterToWire({ currentTime, triggerTime }: CancelAfter): WireCancelAfter {
  return { current_time: isoTime(currentTime), trigger_time: isoTimeOrNull(triggerTime) };
}
