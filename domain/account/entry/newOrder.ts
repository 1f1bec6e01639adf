import { uuidFromText } from "../../ids.ts";
import { collarPrice, trailingStop } from "../../market/collar.ts";
import { lotsFor, ORDER_QTY_LOTS_MAX } from "../../market/instrument.ts";
import { RULES } from "../../matching/rules.ts";
import type { LegRole } from "../../order/orderClass.ts";
import type { Terms } from "../../order/terms.ts";
import type { NewOrder } from "../state/order.ts";
import type { MarketPrices } from "../../market/marketPrices.ts";
import type { SessionRules } from "../../market/sessionRules.ts";
import type { ValidatedOrder } from "./validated.ts";

/** An order and the legs that come with it. */
export interface OrderGroup {
  readonly order: NewOrder;
  readonly legs: readonly NewOrder[];
}

/** The id of a leg, derived from its parent's id, so that it can be found by it. */
export function legIdOf(parentId: string, role: LegRole): string {
  return uuidFromText(`leg:${parentId}:${role}`);
}

/** The orders of a validated request, as they would be accepted. The quantity of a notional order may be 0. */
export function newOrders(ticket: ValidatedOrder, id: string, market: MarketPrices, hours: SessionRules): OrderGroup {
  const { instrument, side, type, timeInForce, notional, limitPrice, stopPrice, extendedHours, goodTil } = ticket;
  const { orderClass, terms } = ticket;
  const protectionPrice = worstPrice(ticket, market);
  const order: { -readonly [Field in keyof NewOrder]: NewOrder[Field] } = {
    id,
    clientOrderId: ticket.clientOrderId ?? id,
    symbol: instrument.symbol,
    side,
    type,
    timeInForce,
    qty: notional === null ? ticket.qty : maxLots(ticket, protectionPrice, notional),
    limitPrice,
    protectionPrice,
    within: instrument.priceLimit,
    extendedHours,
    rules: RULES,
    expiresAt: timeInForce === "gtd" ? goodTil : hours.expiry(timeInForce, extendedHours),
  };
  // Absent when not requested, to keep the many simple orders small.
  if (instrument.version !== 0) order.instrumentVersion = instrument.version;
  if (stopPrice !== null) order.stopPrice = stopPrice;
  if (!isEmpty(terms)) order.terms = terms;
  if (notional !== null) order.notional = notional;
  if (goodTil !== null) order.goodTil = goodTil;
  if (ticket.lots !== null) order.lots = ticket.lots;
  if (orderClass === "simple") return { order, legs: [] };
  const legs = legsOf(ticket, order);
  const legIds = legs.map((leg) => leg.id);
  const linked = orderClass === "oco" ? { linkedId: legIds[0] ?? null } : {};
  return { order: { ...order, orderClass, legIds, ...linked }, legs };
}

function isEmpty(terms: Terms): boolean {
  for (const _ in terms) return false;
  return true;
}

/**
 * The most lots that a notional order may trade; the book trades no more than the cash allows. A sell trades most at its
 * worst price; a buy may trade at any lower price.
 */
function maxLots({ instrument, side }: ValidatedOrder, worst: number, cash: number): number {
  return Math.min(ORDER_QTY_LOTS_MAX, lotsFor(instrument, side === "sell" ? worst : 1, cash));
}

/**
 * The worst price at which an order may trade: its limit, or the collar around the price at which it becomes a market
 * order.
 */
function worstPrice({ instrument, side, limitPrice, stopPrice, terms }: ValidatedOrder, market: MarketPrices): number {
  if (limitPrice !== null) return limitPrice;
  return collarPrice(instrument, side, stopPrice ?? activationPrice({ instrument, side, terms }, market));
}

/** The expected price at which an order without a stop price becomes a market order. */
function activationPrice(
  { instrument, side, terms }: Pick<ValidatedOrder, "instrument" | "side"> & { readonly terms: Terms },
  { marketPrice, lastPrice }: MarketPrices,
): number {
  const { trigger } = terms;
  // The stop of a trailing buy only falls, so its first stop price is its highest.
  if (trigger?.kind === "trail") {
    return trailingStop(instrument, side, lastPrice ?? instrument.referencePrice, trigger);
  }
  return marketPrice ?? instrument.referencePrice;
}

/**
 * The exit legs of a parent, on its opposite side. An OCO order is itself the take profit; its leg is on its own side.
 */
function legsOf({ instrument, orderClass, takeProfit, stopLoss }: ValidatedOrder, parent: NewOrder): NewOrder[] {
  const side = orderClass === "oco" ? parent.side : parent.side === "buy" ? "sell" : "buy";
  const leg = (
    role: LegRole,
    rest: Pick<NewOrder, "type" | "limitPrice" | "protectionPrice" | "stopPrice" | "terms">,
  ) => {
    const id = legIdOf(parent.id, role);
    const { symbol, timeInForce, qty, expiresAt, goodTil } = parent;
    const common = {
      symbol,
      timeInForce,
      qty,
      expiresAt,
      extendedHours: false,
      rules: RULES,
      ...(goodTil ? { goodTil } : {}),
    };
    return {
      id,
      clientOrderId: id,
      ...common,
      side,
      ...rest,
      orderClass,
      parentId: parent.id,
      role,
      impliedSelfTrade: "cancel_oldest",
    } satisfies NewOrder;
  };
  const profit =
    takeProfit === null || orderClass === "oco"
      ? null
      : leg("take_profit", {
          type: "limit",
          limitPrice: takeProfit.limitPrice,
          protectionPrice: takeProfit.limitPrice,
        });
  const loss =
    stopLoss === null
      ? null
      : leg("stop_loss", {
          type: stopLoss.limitPrice === null ? "stop" : "stop_limit",
          limitPrice: stopLoss.limitPrice,
          stopPrice: stopLoss.stopPrice,
          protectionPrice: stopLoss.limitPrice ?? collarPrice(instrument, side, stopLoss.stopPrice),
          terms: { trigger: { kind: "stop", price: stopLoss.stopPrice } },
        });
  const linkedTo = (other: NewOrder | null) => ({ linkedId: orderClass === "oco" ? parent.id : (other?.id ?? null) });
  return [
    ...(profit === null ? [] : [{ ...profit, ...linkedTo(loss) }]),
    ...(loss === null ? [] : [{ ...loss, ...linkedTo(profit) }]),
  ];
}
