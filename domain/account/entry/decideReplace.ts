import { collarPrice, trailingStop } from "../../market/collar.ts";
import { notionalCeil } from "../../market/instrument.ts";
import type { Instrument } from "../../market/instrument.ts";
import { instrumentOf } from "../../market/instruments.ts";
import type { Instruments } from "../../market/instruments.ts";
import type { ReplaceCommand } from "../../matching/messages.ts";
import { RULES } from "../../matching/rules.ts";
import type { Trigger } from "../../order/terms.ts";
import type { NewOrder, Order, OrderStatus } from "../state/order.ts";
import type { AccountState } from "../state/accountState.ts";
import { checkHold, checkHours } from "./riskChecks.ts";
import type { Decision } from "./decision.ts";
import type { Origin } from "../state/events.ts";
import { checkMinimumValue } from "./leastValue.ts";
import type { MinimumValueFacts } from "./leastValue.ts";
import type { MarketPrices } from "./marketPrices.ts";
import { checkLot } from "./lot.ts";
import { checkStopLimits } from "./priceLimit.ts";
import { refuseReachedTrigger } from "./reachedTrigger.ts";
import type { Outcome, Refusal } from "./refusal.ts";
import { refuseReplaced } from "./replaceRules.ts";
import { exceedsNotional } from "./validateOrder.ts";
import type { ReplaceTicket } from "./ticket.ts";
import type { ValidatedReplace } from "./validated.ts";
import type { SessionRules } from "./sessionRules.ts";
import { impliedSelfTrade, refuseWashTrade } from "./washTrade.ts";

/** What deciding a replace needs to know besides the account's state. */
export interface ReplaceFacts extends MarketPrices, MinimumValueFacts {
  /** The order, open or closed, that has this client order id. */
  readonly known: (clientOrderId: string) => Order | undefined;
  /** The order that is to be replaced, open or closed. */
  readonly order: Order | undefined;
  /** A fresh UUID for the new order. */
  readonly newOrderId: string;
  readonly hours: SessionRules;
  readonly instruments: Instruments;
  /** The request was so long on its way that whoever sent it may count on its not having been done. */
  readonly late: boolean;
}

/** Other orders are on their way, or not live: what the book has of them is not known. */
const REPLACEABLE: ReadonlySet<OrderStatus> = new Set(["new", "partially_filled", "held"]);

/** Decides a replace; its value is the id of the new order, which may be one that was made before. */
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
    const same = known.replaces === orderId && asked.ok && isResultOf(known, order, asked.value);
    return same
      ? { entries: [], outcome: { ok: true, value: known.id } }
      : refused({ reason: "client_order_id_taken" });
  }
  if (facts.late) return refused({ reason: "order_late" });
  if (!state.open.has(orderId)) return refused({ reason: "order_not_open" });
  if (!REPLACEABLE.has(order.status)) return refused({ reason: "order_not_replaceable", status: order.status });
  if (!asked.ok) return refused(asked.refusal);
  const instrument = instrumentOf(facts.instruments, order.symbol);
  if (instrument.status !== "active") return refused({ reason: "asset_not_active", symbol: order.symbol });
  const next = withSelfTrade(state, order, nextOrder(order, asked.value, instrument, facts));
  const extra = extraHold(order, next, instrument);
  const refusal =
    checkTrigger(order, asked.value, facts) ?? check(state, order, asked.value, next, extra, instrument, facts);
  if (refusal !== null) return refused(refusal);
  const command = replaceCommand(order, next, asked.value, instrument);
  const entry = { kind: "replace_requested", order: next, extra, command, rules: RULES, origin } as const;
  return { entries: [entry], outcome: { ok: true, value: next.id } };
}

/** A new trigger price is one that the market has not reached; that of a leg whose parent is open is not live yet. */
function checkTrigger({ side, status }: Order, { trigger }: ValidatedReplace, facts: ReplaceFacts): Refusal | null {
  return trigger === null || status === "held" ? null : refuseReachedTrigger(side, trigger, facts);
}

function check(
  state: AccountState,
  order: Order,
  asked: ValidatedReplace,
  next: NewOrder,
  extra: number,
  instrument: Instrument,
  facts: ReplaceFacts,
): Refusal | null {
  const { qty, limitPrice, stopPrice, trigger, timeInForce, goodTil } = asked;
  const changes = [qty, limitPrice, stopPrice, trigger, timeInForce, goodTil];
  if (changes.every((change) => change === null)) return { reason: "order_unchanged" };
  if (next.qty <= order.filledQty) return { reason: "qty_not_above_filled" };
  const refusal = refuseReplaced(state, order, next, instrument, facts) ?? checkHours(matrixKeyOf(next), facts.hours);
  if (refusal !== null) return refusal;
  const odd = qty === null ? null : checkLot(state, next, instrument, order.held);
  if (odd !== null) return odd;
  if (exceedsNotional(instrument, next.protectionPrice, next.qty)) return { reason: "notional_too_large" };
  const short = checkHold(state, order.symbol, order.side, extra);
  const tooFar = checkStopLimits(instrument, next);
  if (short !== null || tooFar !== null) return short ?? tooFar;
  const moves = limitPrice !== null || trigger !== null;
  const washed = moves ? refuseWashTrade(state, next, order.id) : null;
  return washed ?? (moves || qty !== null ? checkMinimumValue(state, next, instrument, facts, order.held) : null);
}

/** Where the matrix has an order: of exits it has those that entries may be. */
function matrixKeyOf({ type, timeInForce, orderClass, role, extendedHours, goodTil }: NewOrder) {
  const known = role ? "simple" : (orderClass ?? "simple");
  return { type, timeInForce, orderClass: known, extendedHours, goodTil: goodTil ?? null };
}

/** What an order comes to by a replace: all that a replace can change of it. */
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

/** The order as it is to go on; what links it to others it takes over when the book has replaced the old one. */
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
    // What it has filled so far was settled by these.
    ...(order.rules ? { rules: order.rules } : {}),
    ...(instrument.version === 0 ? {} : { instrumentVersion: instrument.version }),
    ...(stopPrice ? { stopPrice } : {}),
    ...(terms ? { terms } : {}),
    ...(goodTil ? { goodTil } : {}),
    ...(order.orderClass ? { orderClass: order.orderClass } : {}),
    ...(order.parentId ? { parentId: order.parentId } : {}),
    ...(order.role ? { role: order.role } : {}),
  };
  const endsOtherwise = asked.timeInForce !== null || asked.goodTil !== null;
  const end = next.timeInForce === "gtd" ? goodTil : facts.hours.expiry(next.timeInForce, next.extendedHours);
  return {
    ...next,
    protectionPrice: worstPrice(next, trigger, instrument, facts),
    expiresAt: endsOtherwise ? end : order.expiresAt,
  };
}

/** An order that names no self-trade mode keeps the one that it was given, or is given one by what is open now (AC-42). */
function withSelfTrade(state: AccountState, order: Order, next: NewOrder): NewOrder {
  const implied = order.impliedSelfTrade ?? impliedSelfTrade(state, next);
  return implied === null ? next : { ...next, impliedSelfTrade: implied };
}

/** As for a new order; a trailing stop whose trail is replaced begins anew with the last trade. */
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

/**
 * What the new order may need beyond the old one's hold, whatever is filled before the book replaces it: fills at the old
 * price use up the old hold, so it is most either now or when nearly all is filled.
 */
function extraHold(order: Order, next: NewOrder, instrument: Instrument): number {
  const more = Math.max(0, next.qty - order.qty);
  if (order.side === "sell") return more;
  const now = notionalCeil(instrument, next.protectionPrice, Math.max(0, next.qty - order.filledQty)) - order.held;
  return Math.max(0, now, notionalCeil(instrument, next.protectionPrice, more));
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

/** Whether an order is what this request makes of the one that it replaced: with what was not asked for as it was. */
function isResultOf(known: Order, order: Order, asked: ValidatedReplace): boolean {
  const { qty, limitPrice, stopPrice, trigger, timeInForce, goodTil } = replacedFields(order, asked);
  return (
    qty === (known.askedQty ?? known.qty) &&
    limitPrice === known.limitPrice &&
    stopPrice === (known.stopPrice ?? null) &&
    JSON.stringify(trigger) === JSON.stringify(known.terms?.trigger ?? null) &&
    timeInForce === known.timeInForce &&
    goodTil === (known.goodTil ?? null)
  );
}
