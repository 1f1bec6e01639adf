import { uuidFromText } from "../../ids.ts";
import { collarPrice, trailingStop } from "../../market/collar.ts";
import { lotsFor, ORDER_QTY_LOTS_MAX } from "../../market/instrument.ts";
import { RULES } from "../../matching/rules.ts";
import type { LegRole } from "../../order/orderClass.ts";
import type { Terms } from "../../order/terms.ts";
import type { NewOrder } from "../state/order.ts";
import type { MarketPrices } from "./marketPrices.ts";
import type { SessionRules } from "./sessionRules.ts";
import type { ValidatedOrder } from "./validated.ts";

/** An order and the legs that come with it. */
export interface OrderGroup {
  readonly order: NewOrder;
  readonly legs: readonly NewOrder[];
}

/** Ids of legs follow from their parent's, so that they can be found again by it. */
export function legIdOf(parentId: string, role: LegRole): string {
  return uuidFromText(`leg:${parentId}:${role}`);
}

/** The orders that a ticket asks for, as they would be accepted. An order of a notional may come to no lot. */
export function newOrders(ticket: ValidatedOrder, id: string, market: MarketPrices, hours: SessionRules): OrderGroup {
  const { instrument, side, type, timeInForce, notional, limitPrice, stopPrice, extendedHours, goodTil } = ticket;
  const { orderClass, terms } = ticket;
  const protectionPrice = worstPrice(ticket, market);
  const order: NewOrder = {
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
    // What is not asked for is left out: most orders are simple, and there are very many of them.
    ...(instrument.version === 0 ? {} : { instrumentVersion: instrument.version }),
    ...(stopPrice === null ? {} : { stopPrice }),
    ...(Object.keys(terms).length === 0 ? {} : { terms }),
    ...(notional === null ? {} : { notional }),
    ...(goodTil === null ? {} : { goodTil }),
  };
  if (orderClass === "simple") return { order, legs: [] };
  const legs = legsOf(ticket, order);
  const legIds = legs.map((leg) => leg.id);
  const linked = orderClass === "oco" ? { linkedId: legIds[0] ?? null } : {};
  return { order: { ...order, orderClass, legIds, ...linked }, legs };
}

/**
 * The most lots that an order of a notional may trade: the book trades no more than the cash says. A sell needs most at its
 * worst price; a buy may find any price that is better than the one known now.
 */
function maxLots({ instrument, side }: ValidatedOrder, worst: number, cash: number): number {
  return Math.min(ORDER_QTY_LOTS_MAX, lotsFor(instrument, side === "sell" ? worst : 1, cash));
}

/** The worst price an order may trade at: its limit, or the collar around the price that it becomes a market order at. */
function worstPrice({ instrument, side, limitPrice, stopPrice, terms }: ValidatedOrder, market: MarketPrices): number {
  if (limitPrice !== null) return limitPrice;
  return collarPrice(instrument, side, stopPrice ?? activationPrice({ instrument, side, terms }, market));
}

/** Where an order without a stop price becomes a market order, as far as it is known when it is sent. */
function activationPrice(
  { instrument, side, terms }: Pick<ValidatedOrder, "instrument" | "side"> & { readonly terms: Terms },
  { marketPrice, lastPrice }: MarketPrices,
): number {
  const { trigger } = terms;
  // The stop of a trailing buy only falls: it never costs more than from where it begins.
  if (trigger?.kind === "trail") {
    return trailingStop(instrument, side, lastPrice ?? instrument.referencePrice, trigger);
  }
  return marketPrice ?? instrument.referencePrice;
}

/** Exits on the other side of what their parent buys; an OCO is the take profit itself, and its leg is on its side. */
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
