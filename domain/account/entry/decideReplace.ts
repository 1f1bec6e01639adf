import { withFeesOfReplaced } from "../fees/feeReserve.ts";
import { collarPrice, trailingStop } from "../../market/collar.ts";
import { exceedsNotional, type Instrument } from "../../market/instrument.ts";
import { instrumentOf, withFinestTick } from "../../market/instruments.ts";
import type { Instruments } from "../../market/instruments.ts";
import type { ReplaceCommand } from "../../matching/messages.ts";
import { RULES } from "../../matching/rules.ts";
import type { Trigger } from "../../order/terms.ts";
import type { NewOrder, Order, OrderStatus } from "../state/order.ts";
import { oppositeOf } from "../state/openOrders.ts";
import { lotsOfReplacing } from "../lots/chosenLots.ts";
import { sameData } from "../../sameData.ts";
import { extraHold } from "./extraHold.ts";
import { type EntryFacts, OrderFacts, refuseByRisk } from "./orderFacts.ts";
import type { AccountState } from "../state/accountState.ts";
import type { Decision } from "./decision.ts";
import type { Origin } from "../state/events.ts";
import type { MarketPrices } from "../../market/marketPrices.ts";
import type { Outcome, Refusal } from "./refusal.ts";
import { refuseReplaced } from "./replaceRules.ts";
import type { ReplaceTicket } from "./ticket.ts";
import { validateReplace } from "./validateReplace.ts";
import type { ValidatedReplace } from "./validated.ts";
import { impliedSelfTrade } from "../../risk/washTrade.ts";

/** What deciding a replace needs besides the account's state. */
export interface ReplaceFacts extends EntryFacts {
  /** Finds the order, open or closed, with this client order id. */
  readonly known: (clientOrderId: string) => Order | undefined;
  /** The order to replace, open or closed. */
  readonly order: Order | undefined;
  /** A fresh UUID for the new order. */
  readonly newOrderId: string;
  readonly instruments: Instruments;
  /** True when the request arrived after its deadline, so that its client may assume that nothing was replaced. */
  readonly late: boolean;
}

/** Orders of any other status are pending or not live: the account does not know their state in the book. */
const REPLACEABLE: ReadonlySet<OrderStatus> = new Set(["new", "partially_filled", "held"]);

/** Decides a replace. Its value is the id of the new order; a repeated request gives the id of the first one. */
export function decideReplace(
  state: AccountState,
  orderId: string,
  ticket: ReplaceTicket,
  read: (order: Order) => Outcome<ValidatedReplace>,
  facts: ReplaceFacts,
  origin: Origin,
): Decision<string> {
  const { order } = facts;
  if (order === undefined) {
    return { entries: [], outcome: { ok: false, refusal: { reason: "order_not_found", orderId } } };
  }
  const refused = (refusal: Refusal): Decision<string> => ({
    entries: [{ kind: "replace_refused", orderId, ticket, refusal, origin }],
    outcome: { ok: false, refusal },
  });
  const known = ticket.clientOrderId === null ? undefined : facts.known(ticket.clientOrderId);
  const asked = read(order);
  if (known !== undefined) {
    // The tick may have become coarser since the request that this one repeats (MK-22).
    const repeated = asked.ok ? asked : validateReplace(order, ticket, withFinestTick(facts.instruments));
    const same = known.replaces === orderId && repeated.ok && isResultOf(known, order, repeated.value);
    return same
      ? { entries: [], outcome: { ok: true, value: known.id } }
      : refused({ reason: "client_order_id_taken" });
  }
  if (facts.late) return refused({ reason: "order_late" });
  if (!state.open.has(orderId)) return refused({ reason: "order_not_open" });
  if (!REPLACEABLE.has(order.status)) return refused({ reason: "order_not_replaceable", status: order.status });
  if (!asked.ok) return refused(asked.refusal);
  const instrument = instrumentOf(facts.instruments, order.symbol);
  const wanted = withSelfTrade(state, order, nextOrder(order, asked.value, instrument, facts));
  if (isTooLarge(order, wanted, instrument)) return refused({ reason: "notional_too_large" });
  const next = withFeesOfReplaced(state, order, wanted, facts.hours.now);
  const extra = extraHold(order, next, instrument);
  const refusal = check(state, order, asked.value, next, extra, instrument, facts);
  if (refusal !== null) {
    const reached = new OrderFacts(state, next, [], instrument, facts).lossEntries(refusal);
    const { entries, outcome } = refused(refusal);
    return { entries: [...reached, ...entries], outcome };
  }
  const command = replaceCommand(order, next, asked.value, instrument);
  const entry = { kind: "replace_requested", order: next, extra, command, rules: RULES, origin } as const;
  return { entries: [entry], outcome: { ok: true, value: next.id } };
}

/** A buy may fill at the old price before the book replaces it: holds and fees are calculated from the worse one. */
function isTooLarge(order: Order, { side, qty, protectionPrice }: NewOrder, instrument: Instrument): boolean {
  return side === "buy" && exceedsNotional(instrument, Math.max(order.protectionPrice, protectionPrice), qty);
}

/** The rules of a replace, of the new order together with its links, and of risk. */
function check(
  state: AccountState,
  order: Order,
  asked: ValidatedReplace,
  next: NewOrder,
  extra: number,
  instrument: Instrument,
  facts: ReplaceFacts,
): Refusal | null {
  const { qty, limitPrice, stopPrice, trigger, timeInForce, goodTil, lots } = asked;
  const changes = [qty, limitPrice, stopPrice, trigger, timeInForce, goodTil, lots];
  if (changes.every((change) => change === null)) return { reason: "order_unchanged" };
  if (next.qty <= order.filledQty) return { reason: "qty_not_above_filled" };
  const change = {
    orderId: order.id,
    resized: qty !== null,
    repriced: limitPrice !== null || trigger !== null,
    // A leg that waits for its parent is not live.
    retriggered: trigger !== null && order.status !== "held",
    replaced: order,
    extra,
  };
  return (
    refuseReplaced(state, order, next, instrument, facts) ??
    refuseByRisk(new OrderFacts(state, next, [], instrument, facts, change))
  );
}

/** The fields that a replace can change, as they are after it. */
function replacedFields(order: Order, asked: ValidatedReplace) {
  const timeInForce = asked.timeInForce ?? order.timeInForce;
  return {
    qty: asked.qty ?? order.qty,
    limitPrice: asked.limitPrice ?? order.limitPrice,
    stopPrice: asked.stopPrice ?? order.stopPrice ?? null,
    trigger: asked.trigger ?? order.terms?.trigger ?? null,
    timeInForce,
    goodTil: timeInForce === "gtd" ? (asked.goodTil ?? order.goodTil ?? null) : null,
  };
}

/** The new order. It takes over the links to other orders when the book has replaced the old one. */
function nextOrder(order: Order, asked: ValidatedReplace, instrument: Instrument, facts: ReplaceFacts): NewOrder {
  const { trigger, clientOrderId } = asked;
  const { qty, limitPrice, stopPrice, timeInForce, goodTil } = replacedFields(order, asked);
  const terms = trigger === null ? order.terms : { ...order.terms, trigger };
  const next: NewOrder = {
    id: facts.newOrderId,
    clientOrderId: clientOrderId ?? facts.newOrderId,
    symbol: order.symbol,
    side: order.side,
    type: order.type,
    timeInForce,
    qty,
    limitPrice,
    protectionPrice: order.protectionPrice,
    extendedHours: order.extendedHours,
    expiresAt: order.expiresAt,
    replaces: order.id,
    // The rules that have settled its fills so far.
    ...(order.rules ? { rules: order.rules } : {}),
    ...(instrument.version === 0 ? {} : { instrumentVersion: instrument.version }),
    ...(stopPrice ? { stopPrice } : {}),
    ...(terms ? { terms } : {}),
    ...(goodTil ? { goodTil } : {}),
    ...(order.orderClass ? { orderClass: order.orderClass } : {}),
    ...(order.parentId ? { parentId: order.parentId } : {}),
    ...(order.role ? { role: order.role } : {}),
    ...lotsOfReplacing(order, qty, asked.lots),
  };
  const endsOtherwise = asked.timeInForce !== null || asked.goodTil !== null;
  const end = next.timeInForce === "gtd" ? goodTil : facts.hours.expiry(next.timeInForce, next.extendedHours);
  return {
    ...next,
    protectionPrice: worstPrice(next, trigger, instrument, facts),
    expiresAt: endsOtherwise ? end : order.expiresAt,
  };
}

/** An order without a self-trade mode keeps its implied mode, or gets one according to the orders open now (AC-42). */
function withSelfTrade(state: AccountState, order: Order, next: NewOrder): NewOrder {
  const implied = order.impliedSelfTrade ?? impliedSelfTrade(next, oppositeOf(state, next));
  return implied === null ? next : { ...next, impliedSelfTrade: implied };
}

/** The worst price of the new order. A trailing stop with a new trail restarts at the last trade. */
function worstPrice(
  { side, limitPrice, protectionPrice }: NewOrder,
  trigger: Trigger | null,
  instrument: Instrument,
  { lastPrice }: MarketPrices,
): number {
  if (limitPrice !== null) return limitPrice;
  if (trigger === null) return protectionPrice;
  if (trigger.kind !== "trail") return collarPrice(instrument, side, trigger.price);
  const begins = trailingStop(instrument, side, lastPrice ?? instrument.referencePrice, trigger);
  return collarPrice(instrument, side, begins);
}

function replaceCommand(order: Order, next: NewOrder, asked: ValidatedReplace, instrument: Instrument): ReplaceCommand {
  return {
    kind: "replace",
    orderId: order.id,
    newOrderId: next.id,
    ...(asked.qty === null ? {} : { qty: next.qty, expectedQty: order.qty }),
    ...(next.protectionPrice === order.protectionPrice
      ? {}
      : { price: next.protectionPrice, within: instrument.priceLimit }),
    ...(asked.trigger === null ? {} : { trigger: asked.trigger }),
    ...(asked.timeInForce === null ? {} : { timeInForce: asked.timeInForce }),
    ...(next.expiresAt === order.expiresAt ? {} : { expiresAt: next.expiresAt }),
    ...(next.impliedSelfTrade ? { selfTrade: next.impliedSelfTrade } : {}),
  };
}

/** True when `known` is the result of this replace of `order`. */
function isResultOf(known: Order, order: Order, asked: ValidatedReplace): boolean {
  const { qty, limitPrice, stopPrice, trigger, timeInForce, goodTil } = replacedFields(order, asked);
  return (
    qty === (known.askedQty ?? known.qty) &&
    limitPrice === known.limitPrice &&
    stopPrice === (known.stopPrice ?? null) &&
    JSON.stringify(trigger) === JSON.stringify(known.terms?.trigger ?? null) &&
    timeInForce === known.timeInForce &&
    goodTil === (known.goodTil ?? null) &&
    (asked.lots === null || sameData(asked.lots, known.askedLots ?? known.lots ?? null))
  );
}
