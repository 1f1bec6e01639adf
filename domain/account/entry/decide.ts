import { parseDecimal, PRICE_DECIMALS } from "../../decimal.ts";
import { lotsFor, notional, ORDER_QTY_LOTS_MAX } from "../../market/instrument.ts";
import type { Instrument } from "../../market/instrument.ts";
import { findInstrument, requireInstrument } from "../../market/listing.ts";
import { cell } from "../../market/orderMatrix.ts";
import { needed } from "../orders/accept.ts";
import type { NewOrder } from "../orders/accept.ts";
import type { AccountEntry, AccountState } from "../state/account.ts";
import type { Origin } from "../state/events.ts";
import { checkLeastValue } from "./leastValue.ts";
import type { LeastValueFacts } from "./leastValue.ts";
import { balances, CASH, owned } from "../ledger/ledger.ts";
import { newOrders } from "./newOrder.ts";
import type { MarketPrices } from "./newOrder.ts";
import type { Order } from "../state/order.ts";
import type { Side } from "../../order/side.ts";
import { misplacedExit } from "./orderRules.ts";
import { reachedTrigger } from "./reachedTrigger.ts";
import { checkStopLimits } from "./priceLimit.ts";
import type { Outcome, Refusal } from "./refusal.ts";
import { exceedsNotional } from "./ticket.ts";
import { sameRequest } from "./sameRequest.ts";
import type { OrderTicket, ReadTicket } from "./ticket.ts";
import type { VenueHours } from "./sessionRules.ts";
import { impliedSelfTrade, washTrade } from "./washTrade.ts";

/** What a request comes to: entries to be journalled and applied, and the answer. Deciding changes nothing. */
export interface Decision<T> {
  readonly entries: readonly AccountEntry[];
  readonly outcome: Outcome<T>;
}

/** Open orders an account may have: bounds the memory of its object. */
export const OPEN_ORDERS_MAX = 10_000;

/** What deciding an order needs to know besides the account's state. */
export interface SubmitFacts extends MarketPrices, LeastValueFacts {
  /** The order, open or closed, that has this client order id. */
  readonly known: (clientOrderId: string) => Order | undefined;
  /** The order, open or closed, of this id. */
  readonly order: (orderId: string) => Order | undefined;
  /** A fresh UUID for the order. */
  readonly orderId: string;
  readonly hours: VenueHours;
  /** The order was so long on its way that whoever sent it may count on its not having been placed. */
  readonly late: boolean;
}

/** Decides a submission; its value is the id of the order, which may be one that was accepted before. */
export function decideSubmit(
  state: AccountState,
  raw: OrderTicket,
  read: Outcome<ReadTicket>,
  facts: SubmitFacts,
  origin: Origin,
): Decision<string> {
  if (!read.ok) return refused(raw, read.refusal, origin);
  const ticket = read.value;
  const known = ticket.clientOrderId === null ? undefined : facts.known(ticket.clientOrderId);
  if (known !== undefined) {
    if (sameRequest(known, ticket, facts.order)) return { entries: [], outcome: { ok: true, value: known.id } };
    return refused(raw, { reason: "client_order_id_taken" }, origin);
  }
  if (facts.late) return refused(raw, { reason: "order_late" }, origin);
  const { order: asked, legs } = newOrders(ticket, facts.orderId, facts, facts.hours);
  const selfTrade = impliedSelfTrade(state, asked);
  const order = sized(state, selfTrade === null ? asked : { ...asked, impliedSelfTrade: selfTrade }, facts);
  const refusal =
    checkClass(ticket) ??
    checkExits(ticket, facts) ??
    reachedTrigger(ticket.side, ticket.terms.trigger, facts) ??
    checkHours(ticket, facts.hours) ??
    checkStopLimits(order, legs) ??
    checkRisk(state, order, legs.length, ticket.instrument) ??
    checkLeastValue(state, order, facts) ??
    washTrade(state, order);
  if (refusal !== null) return refused(raw, refusal, origin);
  const entry = { kind: "accepted", order, ...(legs.length === 0 ? {} : { legs }), origin } as const;
  return { entries: [entry], outcome: { ok: true, value: order.id } };
}

/**
 * An order of a notional that is worth no lot at the market's price is for none. A sell is for no more lots than there are,
 * if they are enough at that price.
 */
function sized(state: AccountState, order: NewOrder, market: MarketPrices): NewOrder {
  if (!order.notional) return order;
  const instrument = requireInstrument(order.symbol);
  const atMarket = lotsFor(instrument, market.marketPrice ?? instrument.referencePrice, order.notional);
  if (atMarket === 0 || order.side === "buy") return atMarket === 0 ? { ...order, qty: 0 } : order;
  const { available } = balances(state.ledger, order.symbol);
  return { ...order, qty: available < atMarket ? atMarket : Math.min(order.qty, available) };
}

/** Decides a cancel. Asking again while the first request is on its way is no error and does nothing. */
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

/** What a deposit has put into the account: "USD" or a symbol, and the amount in its units. */
export interface DepositReceipt {
  readonly reference: string;
  readonly asset: string;
  readonly amount: number;
}

/** A deposit as it is asked for: the amount is a decimal of dollars, or of shares of the symbol. */
interface AskedDeposit {
  readonly reference: string;
  readonly symbol: string | null;
  readonly amount: string;
}

/** What a deposit would put into any account; a refusal when no account would take it. */
export function readDeposit({ reference, symbol, amount: text }: AskedDeposit): Outcome<DepositReceipt> {
  const instrument = symbol === null ? undefined : findInstrument(symbol);
  if (reference === "" || reference.length > 128) return fail({ reason: "deposit_invalid" });
  if (symbol !== null && instrument === undefined) {
    return fail({ reason: "asset_not_found", symbol: symbol.slice(0, 32) });
  }
  const amount = parseDecimal(text, instrument?.qtyDecimals ?? PRICE_DECIMALS);
  if (typeof amount !== "number" || amount <= 0 || amount > DEPOSIT_MAX) return fail({ reason: "deposit_invalid" });
  return { ok: true, value: { reference, asset: instrument?.symbol ?? CASH, amount } };
}

/**
 * Decides a deposit; the same reference with the same content is no error and does nothing again. `by`: the user who
 * asked for it, and the one who approved it when that was needed.
 */
export function decideDeposit(
  state: Readonly<AccountState>,
  deposit: AskedDeposit,
  known: { readonly asset: string; readonly amount: number } | undefined,
  by: { readonly by: string; readonly approvedBy?: string },
  origin: Origin,
): Decision<DepositReceipt> {
  const receipt = readDeposit(deposit);
  if (!receipt.ok) return { entries: [], outcome: receipt };
  const { reference, asset, amount } = receipt.value;
  if (known !== undefined) {
    const same = known.asset === asset && known.amount === amount;
    return { entries: [], outcome: same ? receipt : fail({ reason: "deposit_reference_taken" }) };
  }
  if (amount - balances(state.ledger, asset).outside > DEPOSITS_MAX) {
    return { entries: [], outcome: fail({ reason: "deposit_invalid" }) };
  }
  const instrument = findInstrument(asset);
  const cost = instrument === undefined ? 0 : notional(instrument, instrument.referencePrice, amount);
  return {
    entries: [{ kind: "deposited", reference, asset, amount, cost, ...by, origin }],
    outcome: receipt,
  };
}

/** Largest single deposit in units of its asset: far enough under 2^53 for thousands of them. */
const DEPOSIT_MAX = ORDER_QTY_LOTS_MAX;

/** Most that deposits of one asset may add up to in an account: half of the exact range, the rest is for trading. */
const DEPOSITS_MAX = 2 ** 52;

/** What only the time of arrival decides: the matrix at this session, and the windows of auctions. */
export function checkHours(
  ticket: Pick<ReadTicket, "type" | "timeInForce" | "orderClass" | "extendedHours" | "goodTil">,
  hours: VenueHours,
): Refusal | null {
  const { type, timeInForce, orderClass, extendedHours, goodTil } = ticket;
  if (goodTil !== null && goodTil <= hours.now) return { reason: "good_til_past" };
  const found = cell(type, timeInForce, orderClass, hours.session, extendedHours);
  if (found.verdict === "refused") return { reason: found.reason, type, timeInForce, orderClass };
  const auction = timeInForce === "opg" || timeInForce === "cls" ? timeInForce : null;
  if (auction === null || hours.takes(auction)) return null;
  return { reason: "auction_hours", type, timeInForce, orderClass };
}

/** A cash account without shorts: what comes with exits is bought, and an exit sells what is owned. */
function checkClass({ orderClass, side }: ReadTicket): Refusal | null {
  if (orderClass === "oco") return side === "sell" ? null : { reason: "exit_not_sell" };
  return orderClass === "simple" || side === "buy" ? null : { reason: "entry_not_buy", orderClass };
}

/**
 * Exits of an order that enters at the market lie on their sides of what it would meet now; so does the stop of an OCO,
 * whose exits are live at once, of the market's price.
 */
function checkExits(
  { type, orderClass, side, takeProfit, stopLoss }: ReadTicket,
  { marketPrice, lastPrice }: MarketPrices,
): Refusal | null {
  if (orderClass === "oco" && stopLoss !== null) {
    return reachedTrigger(side, { kind: "stop", price: stopLoss.stopPrice }, { marketPrice, lastPrice });
  }
  if (type !== "market" || orderClass === "simple" || marketPrice === null) return null;
  const exits = { takeProfit: takeProfit?.limitPrice ?? null, stopLoss: stopLoss?.stopPrice ?? null };
  return misplacedExit({ orderClass, side, entry: { limitPrice: null, stopPrice: marketPrice }, ...exits });
}

/** Cash account: a buy needs its whole cost, a sell needs the lots. */
function checkRisk(state: AccountState, order: NewOrder, legs: number, instrument: Instrument): Refusal | null {
  const { side, qty, protectionPrice } = order;
  if (state.open.size + legs >= OPEN_ORDERS_MAX) return { reason: "too_many_open_orders", limit: OPEN_ORDERS_MAX };
  // What a notional comes to only the market has said.
  if (qty === 0) return { reason: "notional_too_small" };
  if (qty > ORDER_QTY_LOTS_MAX) return { reason: "qty_too_large" };
  if (!order.notional && exceedsNotional(instrument, protectionPrice, qty)) return { reason: "notional_too_large" };
  return checkHold(state, order.symbol, side, needed(order));
}

/** Whether an order can be given this hold: cash of a buy, lots of a sell. */
export function checkHold(state: AccountState, symbol: string, side: Side, hold: number): Refusal | null {
  if (side === "buy") {
    const buyingPower = Math.max(0, balances(state.ledger, CASH).available);
    return hold > buyingPower ? { reason: "insufficient_buying_power", buyingPower, costBasis: hold } : null;
  }
  const { available, held } = balances(state.ledger, symbol);
  if (hold <= available) return null;
  const relatedOrders = [...state.open.values()].filter((open) => open.symbol === symbol && open.side === "sell");
  return {
    reason: "insufficient_qty",
    symbol,
    requested: hold,
    available,
    existing: owned(state.ledger, symbol),
    held,
    relatedOrders: relatedOrders.slice(0, RELATED_ORDERS_MAX).map((open) => open.id),
  };
}

/** Ids named in a refusal: enough to act on, and a bounded answer. */
const RELATED_ORDERS_MAX = 20;

function fail<T>(refusal: Refusal): Outcome<T> {
  return { ok: false, refusal };
}

function refused<T>(ticket: OrderTicket, refusal: Refusal, origin: Origin): Decision<T> {
  return { entries: [{ kind: "refused", ticket, refusal, origin }], outcome: fail(refusal) };
}
