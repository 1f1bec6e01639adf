import { lotsFor } from "../../market/instrument.ts";
import type { Instrument } from "../../market/instrument.ts";
import { withFeePlan } from "../fees/feeReserve.ts";
import { balances } from "../ledger/ledger.ts";
import type { AccountState } from "../state/accountState.ts";
import type { AccountEntry } from "../state/entries.ts";
import type { Origin } from "../state/events.ts";
import type { NewOrder, Order } from "../state/order.ts";
import type { Decision } from "./decision.ts";
import { newOrders } from "./newOrder.ts";
import type { MarketPrices } from "../../market/marketPrices.ts";
import { refuseMisplacedExit } from "./orderRules.ts";
import { oppositeOf } from "../state/openOrders.ts";
import { type EntryFacts, OrderFacts, refuseByRisk } from "./orderFacts.ts";
import { refuseReachedTrigger } from "../../risk/reachedTrigger.ts";
import { fail } from "./refusal.ts";
import type { Outcome, Refusal } from "./refusal.ts";
import { sameRequest } from "./sameRequest.ts";
import type { OrderTicket } from "./ticket.ts";
import type { ValidatedOrder } from "./validated.ts";
import { impliedSelfTrade } from "../../risk/washTrade.ts";

/** What deciding an order needs besides the account's state. */
export interface SubmitFacts extends EntryFacts {
  /** Finds the order, open or closed, with this client order id. */
  readonly known: (clientOrderId: string) => Order | undefined;
  /** Finds the order, open or closed, with this id. */
  readonly order: (orderId: string) => Order | undefined;
  /** A fresh UUID for the order. */
  readonly orderId: string;
  /** True when the request arrived after its deadline, so that its client may assume that no order was placed. */
  readonly late: boolean;
  /** What the order closes of a position (closingShare); absent: it closes none. */
  readonly closing?: number;
  /** The ticket as it is read with the finest tick, if it is refused with the one of now. Absent: it has no such reading. */
  readonly withFinestTick?: Outcome<ValidatedOrder>;
}

/** Decides a submission. Its value is the id of the order; a repeated request gives the id of the first order. */
export function decideSubmit(
  state: AccountState,
  raw: OrderTicket,
  read: Outcome<ValidatedOrder>,
  facts: SubmitFacts,
  origin: Origin,
): Decision<string> {
  if (!read.ok) {
    const repeated = repeatedBeforeTick(facts);
    if (repeated !== null) return { entries: [], outcome: { ok: true, value: repeated.id } };
    return refused(raw, read.refusal, origin);
  }
  const ticket = read.value;
  const known = ticket.clientOrderId === null ? undefined : facts.known(ticket.clientOrderId);
  if (known !== undefined) {
    if (sameRequest(known, ticket, facts.order)) return { entries: [], outcome: { ok: true, value: known.id } };
    return refused(raw, { reason: "client_order_id_taken" }, origin);
  }
  if (facts.late) return refused(raw, { reason: "order_late" }, origin);
  const risk = factsOf(state, ticket, facts);
  const refusal = refuseGroup(ticket, facts) ?? refuseByRisk(risk);
  if (refusal !== null) {
    const { entries, outcome } = refused<string>(raw, refusal, origin);
    return { entries: [...risk.lossEntries(refusal), ...entries], outcome };
  }
  const entry = {
    kind: "accepted",
    order: withOrigin(risk, facts.closing),
    ...(risk.legs.length === 0 ? {} : { legs: risk.legs }),
    origin,
  } as const;
  return { entries: [entry], outcome: { ok: true, value: risk.order.id } };
}

/** The order of a ticket with its legs, as it would be accepted, and what the rules of risk know of it. */
export function factsOf(
  state: AccountState,
  ticket: ValidatedOrder,
  facts: EntryFacts & Pick<SubmitFacts, "orderId">,
): OrderFacts {
  const { instrument } = ticket;
  const { now } = facts.hours;
  const { order: asked, legs } = newOrders(ticket, facts.orderId, facts, facts.hours);
  const selfTrade = impliedSelfTrade(asked, oppositeOf(state, asked));
  const wanted = selfTrade === null ? asked : { ...asked, impliedSelfTrade: selfTrade };
  const order = withFeePlan(state, withQuantity(state, wanted, instrument, facts), now);
  const planned = legs.length === 0 ? legs : legs.map((leg) => withFeePlan(state, leg, now));
  return new OrderFacts(state, order, planned, instrument, facts);
}

/** Refuses a group that a cash account cannot have, or whose exits the market has passed. */
export function refuseGroup(ticket: ValidatedOrder, market: MarketPrices): Refusal | null {
  return checkClass(ticket) ?? checkExits(ticket, market);
}

/** An accepted order that repeats a recent one says so (RK-9), and one that closes a position what it was to close. */
function withOrigin(risk: OrderFacts, closing: number | undefined): NewOrder {
  const { order, duplicateOf, market } = risk;
  if (duplicateOf === null && closing === undefined && market.dayPrices === undefined) return order;
  return {
    ...order,
    ...(market.dayPrices === undefined ? {} : { dayLoss: risk.dayLoss }),
    ...(duplicateOf === null ? {} : { duplicateOf }),
    ...(closing === undefined ? {} : { closing }),
  };
}

/** The order that the same request has placed before its instrument had a coarser tick (MK-22); null when there is none. */
function repeatedBeforeTick({ withFinestTick: asked, known, order }: SubmitFacts): Order | null {
  if (asked === undefined || !asked.ok || asked.value.clientOrderId === null) return null;
  const placed = known(asked.value.clientOrderId);
  return placed !== undefined && sameRequest(placed, asked.value, order) ? placed : null;
}

/**
 * Sets the quantity of a notional order: 0 when the notional is worth less than a lot at the market price. A sell is capped
 * at the available lots, if these are enough at that price.
 */
function withQuantity(state: AccountState, order: NewOrder, instrument: Instrument, market: MarketPrices): NewOrder {
  if (!order.notional) return order;
  const atMarket = lotsFor(instrument, market.marketPrice ?? instrument.referencePrice, order.notional);
  if (atMarket === 0 || order.side === "buy") return atMarket === 0 ? { ...order, qty: 0 } : order;
  const { available } = balances(state.ledger, order.symbol);
  return { ...order, qty: available < atMarket ? atMarket : Math.min(order.qty, available) };
}

/** Decides a cancel. A repeat while the first cancel is pending succeeds and changes nothing. */
export function decideCancel(
  state: AccountState,
  orderId: string,
  closed: (orderId: string) => Order | undefined,
  origin: Origin,
): Decision<null> {
  const order = state.open.get(orderId);
  if (order === undefined) {
    const status = closed(orderId)?.status;
    if (status === undefined) return { entries: [], outcome: fail({ reason: "order_not_found", orderId }) };
    return { entries: [], outcome: fail({ reason: "order_not_cancelable", status }) };
  }
  const entries: AccountEntry[] =
    order.status === "pending_cancel" ? [] : [{ kind: "cancel_requested", orderId, origin }];
  return { entries, outcome: { ok: true, value: null } };
}

/** A cash account has no short positions: the entry of a group must buy, and an exit must sell. */
function checkClass({ orderClass, side }: ValidatedOrder): Refusal | null {
  if (orderClass === "oco") return side === "sell" ? null : { reason: "exit_not_sell" };
  return orderClass === "simple" || side === "buy" ? null : { reason: "entry_not_buy", orderClass };
}

/**
 * Checks the exits of a market entry against the price it would trade at now, and the stop of an OCO, which is live at
 * once, against the market price.
 */
function checkExits(
  { type, orderClass, side, takeProfit, stopLoss }: ValidatedOrder,
  { marketPrice, lastPrice }: MarketPrices,
): Refusal | null {
  if (orderClass === "oco" && stopLoss !== null) {
    return refuseReachedTrigger(side, { kind: "stop", price: stopLoss.stopPrice }, { marketPrice, lastPrice });
  }
  if (type !== "market" || orderClass === "simple" || marketPrice === null) return null;
  const exits = { takeProfit: takeProfit?.limitPrice ?? null, stopLoss: stopLoss?.stopPrice ?? null };
  return refuseMisplacedExit({ orderClass, side, entry: { limitPrice: null, stopPrice: marketPrice }, ...exits });
}

function refused<T>(ticket: OrderTicket, refusal: Refusal, origin: Origin): Decision<T> {
  return { entries: [{ kind: "refused", ticket, refusal, origin }], outcome: fail(refusal) };
}
