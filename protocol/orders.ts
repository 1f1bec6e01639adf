/** Orders on the wire: the order object of every answer and stream. */
import * as z from "zod";
import type { Order } from "../domain/account/order.ts";
import { divideHalfEven, formatDecimal, PRICE_DECIMALS } from "../domain/decimal.ts";
import { requireInstrument } from "../domain/market/listing.ts";
import type { CloseReason } from "../domain/matching/messages.ts";
import type { OrderClass, Peg, SelfTrade, Terms } from "../domain/matching/terms.ts";
import type { CancelAfter, LiveOrder } from "./rpc.ts";

/** Decimals of an average price on the wire. */
const AVERAGE_DECIMALS = 8;
/** A trail's percentage is kept in hundredths of a percent. */
const PERCENT_DECIMALS = 2;

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
  readonly failed_at: string | null;
  readonly replaced_at: string | null;
  readonly replaced_by: string | null;
  readonly replaces: string | null;
  readonly asset_id: string;
  readonly symbol: string;
  readonly asset_class: string;
  readonly notional: string | null;
  readonly qty: string;
  readonly filled_qty: string;
  readonly filled_avg_price: string | null;
  readonly order_class: "" | Exclude<OrderClass, "simple">;
  readonly order_type: string;
  readonly type: string;
  readonly side: string;
  readonly position_intent: "buy_to_open" | "sell_to_close";
  readonly time_in_force: string;
  readonly limit_price: string | null;
  readonly stop_price: string | null;
  readonly trail_price: string | null;
  readonly trail_percent: string | null;
  readonly hwm: string | null;
  readonly status: string;
  readonly extended_hours: boolean;
  readonly legs: readonly WireOrder[] | null;
  readonly subtag: null;
  readonly source: null;
  /** Only of an order that asked for something that Alpaca has no field for. */
  readonly advanced_instructions?: WireInstructions;
  /** Why the exchange ended it; only of an order that neither its owner nor its time has ended. */
  readonly close_reason?: CloseReason;
}

/** What was asked for under advanced_instructions, in the same words. */
interface WireInstructions {
  readonly display_qty?: string;
  readonly hidden?: true;
  readonly min_qty?: string;
  readonly all_or_none?: true;
  readonly post_only?: true;
  readonly peg?: { readonly to: Peg["to"]; readonly offset: string };
  readonly self_trade_prevention?: SelfTrade;
  readonly expires_at?: string;
}

/** What is shown with an order beside itself. */
export interface Beside {
  /** The legs that came with it, as orders of their own. */
  readonly legs?: readonly Order[];
  /** Of a trailing stop that waits in the book: the best price it follows and where its stop is now. */
  readonly live?: Pick<LiveOrder, "best" | "stopPrice">;
}

/** The order object of the API. Throws on an order of a symbol that is not listed. */
export function orderToWire(order: Order, { legs, live }: Beside = {}): WireOrder {
  const instrument = requireInstrument(order.symbol);
  const { terms = {}, orderClass = "simple" } = order;
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
    failed_at: order.status === "rejected" ? isoTime(order.updatedAt) : null,
    replaced_at: isoTimeOrNull(order.replacedAt ?? null),
    replaced_by: order.replacedBy ?? null,
    replaces: order.replaces ?? null,
    asset_id: instrument.id,
    symbol: order.symbol,
    asset_class: instrument.assetClass,
    notional: priceOrNull(order.notional),
    qty: lots(order.qty),
    filled_qty: lots(order.filledQty),
    filled_avg_price: averagePrice(BigInt(order.filledValue), order.filledQty),
    order_class: orderClass === "simple" ? "" : orderClass,
    order_type: order.type,
    type: order.type,
    side: order.side,
    position_intent: order.side === "buy" ? "buy_to_open" : "sell_to_close",
    time_in_force: order.timeInForce,
    limit_price: priceOrNull(order.limitPrice),
    stop_price: priceOrNull(order.stopPrice ?? live?.stopPrice),
    ...trailToWire(terms.trigger),
    hwm: priceOrNull(live?.best),
    status: order.status,
    extended_hours: order.extendedHours,
    legs: legs === undefined || legs.length === 0 ? null : legs.map((leg) => orderToWire(leg)),
    subtag: null,
    source: null,
    ...instructionsToWire(order, lots),
    ...(order.closeReason ? { close_reason: order.closeReason } : {}),
  };
}

function trailToWire(trigger: Terms["trigger"]): Pick<WireOrder, "trail_price" | "trail_percent"> {
  if (trigger?.kind !== "trail") return { trail_price: null, trail_percent: null };
  if ("amount" in trigger) return { trail_price: formatDecimal(trigger.amount, PRICE_DECIMALS), trail_percent: null };
  return { trail_price: null, trail_percent: formatDecimal(trigger.basisPoints, PERCENT_DECIMALS) };
}

function instructionsToWire(
  { terms = {}, goodTil }: Order,
  lots: (qty: number) => string,
): Pick<WireOrder, "advanced_instructions"> {
  const { display, minQty, allOrNone, postOnly, peg, selfTrade } = terms;
  const asked: WireInstructions = {
    ...(display === undefined ? {} : display === 0 ? { hidden: true } : { display_qty: lots(display) }),
    ...(minQty === undefined ? {} : { min_qty: lots(minQty) }),
    ...(allOrNone ? { all_or_none: true } : {}),
    ...(postOnly ? { post_only: true } : {}),
    ...(peg ? { peg: { to: peg.to, offset: formatDecimal(peg.offset, PRICE_DECIMALS) } } : {}),
    ...(selfTrade ? { self_trade_prevention: selfTrade } : {}),
    ...(goodTil ? { expires_at: isoTime(goodTil) } : {}),
  };
  return Object.keys(asked).length === 0 ? {} : { advanced_instructions: asked };
}

function priceOrNull(price: number | null | undefined): string | null {
  return price === null || price === undefined ? null : formatDecimal(price, PRICE_DECIMALS);
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
