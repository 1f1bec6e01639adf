/**
 * What a buy holds for its fees, beside its cost. The reserve is fixed when the order is accepted: the most that the order
 * may pay at any tier. Fills are charged from it, and what is left is released when the order is filled or ends. A sell
 * pays out of its proceeds (PF-45) and reserves nothing.
 */
import { mostFees } from "../../fees/fillFees.ts";
import { lotsPerShare } from "../../market/instrument.ts";
import { assetOf } from "../../market/asset.ts";
import { tradeDay } from "../../settlement/settlement.ts";
import { costOfRest, isTooLarge, roundedValue } from "../orders/orderValue.ts";
import type { NewOrder, Order } from "../state/order.ts";
import { type AccountFees, scheduleOf, scheduleOfNew } from "./accountFees.ts";

type WithFees = { readonly fees: Readonly<AccountFees> };

/**
 * The order with the fee plan that charges it, and the reserve of a buy. The same order when nothing is charged. An order
 * that is too large gets no reserve: it is refused.
 */
export function withFeePlan(state: WithFees, order: NewOrder, now: number): NewOrder {
  const schedule = scheduleOfNew(state.fees, order.symbol);
  if (schedule === null) return order;
  const feePlan = state.fees.current;
  if (order.side === "sell" || isTooLarge(order)) return { ...order, feePlan };
  const value = costOfRest({ ...order, filledQty: 0, filledValue: "0" });
  return { ...order, feePlan, feeReserve: reserve(state, feePlan, order, value, now) };
}

/**
 * The new order of a replace, with the plan of the old one: it takes over its fills. The reserve is enough whatever is
 * filled at the old price before the book replaces it, and never less than the old one.
 */
export function withFeesOfReplaced(state: WithFees, old: Order, next: NewOrder, now: number): NewOrder {
  const { feePlan } = old;
  if (feePlan === undefined) return next;
  if (next.side === "sell") return { ...next, feePlan };
  const worst = Math.max(old.protectionPrice, next.protectionPrice);
  const left = Math.max(0, next.qty - old.filledQty);
  const value = roundedValue(next.symbol, "buy", BigInt(old.filledValue) + BigInt(worst) * BigInt(left));
  const needed = reserve(state, feePlan, next, value, now);
  return { ...next, feePlan, feeReserve: Math.max(old.feeReserve ?? 0, needed) };
}

/** What the fees of an order may still take from its hold; nothing once it is filled. */
export function reserveLeft(order: Pick<Order, "qty" | "filledQty" | "feeReserve" | "feesCharged">): number {
  if (order.feeReserve === undefined || order.filledQty === order.qty) return 0;
  return Math.max(0, order.feeReserve - (order.feesCharged ?? 0));
}

/** The hold of a buy for the rest of its quantity: its cost and its fees. */
export function holdOfRest(order: Order): number {
  return costOfRest(order) + reserveLeft(order);
}

/** The new order of a replace goes on with the fees of the fills that it takes over. */
export function takeOverFees(old: Order, next: Order): void {
  if (old.fees !== undefined) next.fees = old.fees;
  if (old.feesCharged !== undefined) next.feesCharged = old.feesCharged;
}

function reserve({ fees }: WithFees, plan: number, { symbol, qty }: NewOrder, value: number, now: number): number {
  const schedule = scheduleOf(fees, plan, symbol);
  const order = { side: "buy", lots: qty, value, lotsPerShare: lotsPerShare(assetOf(symbol)) } as const;
  return mostFees(schedule, { ...order, day: tradeDay(now) });
}
