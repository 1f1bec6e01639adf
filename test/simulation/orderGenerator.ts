import { formatDecimal, parseDecimal, PRICE_DECIMALS } from "../../domain/decimal.ts";
import type { Order } from "../../domain/account/state/order.ts";
import { ticketWith } from "../../domain/account/testing.ts";
import type { OrderTicket, ReplaceTicket } from "../../domain/account/entry/ticket.ts";
import { requireInstrument } from "../../domain/market/listing.ts";
import { combines } from "../../domain/order/instructions.ts";
import type { OrderInstruction as MatrixCondition } from "../../domain/order/instructions.ts";
import type { Trigger } from "../../domain/order/terms.ts";
import { CELLS } from "../model/random/cells.ts";
import type { Cell } from "../model/random/cells.ts";

/** A random integer from 0 to `below` (exclusive). */
export type RandomInt = (below: number) => number;

/** The terms of an order before it has a client order id and a time. */
export type OrderIntent = Partial<Omit<OrderTicket, "clientOrderId">> &
  Pick<OrderTicket, "symbol" | "side" | "type" | "timeInForce"> & {
    /** Time in force of a gtd order. */
    readonly goodForMs?: number;
  };

/** The changes of a replace, for any order; null leaves a field unchanged. */
export interface ReplaceChanges {
  /** Percentage of the order's quantity. */
  readonly qtyPercent: number | null;
  /** Price steps from the middle. */
  readonly limit: number | null;
  readonly stop: number | null;
  /** Steps of a trailing stop's distance. */
  readonly trail: number | null;
  readonly timeInForce: string | null;
  /** Whether the request has a client order id; without one it cannot be repeated. */
  readonly named: boolean;
}

/** The markets of a run. */
export interface MarketSetup {
  readonly symbols: readonly string[];
  /** Price step, in basis points of the instrument's reference price. */
  readonly stepBasisPoints: number;
  /** With opening and closing auctions and nights. */
  readonly scheduled: boolean;
}

/** Initial holding of a trader in each symbol and in cash, in dollars. */
export const INITIAL_WORTH = 600;

/** Lots of a symbol as a quantity text. */
function lotsText(symbol: string, lots: number): string {
  return formatDecimal(lots, requireInstrument(symbol).qtyDecimals);
}

/** The price `steps` from the middle of a symbol's prices, in dollars and cents. */
export function priceText(
  { stepBasisPoints }: Pick<MarketSetup, "stepBasisPoints">,
  symbol: string,
  steps: number,
): string {
  const { referencePrice } = requireInstrument(symbol);
  const step = Math.ceil((referencePrice * stepBasisPoints) / 10_000 / CENT) * CENT;
  return formatDecimal(Math.max(CENT, referencePrice + steps * step), PRICE_DECIMALS);
}

/** A distance of `steps`. */
export function distanceText(
  { stepBasisPoints }: Pick<MarketSetup, "stepBasisPoints">,
  symbol: string,
  steps: number,
): string {
  const { referencePrice } = requireInstrument(symbol);
  return formatDecimal(Math.ceil((referencePrice * stepBasisPoints * steps) / 10_000), PRICE_DECIMALS);
}

const CENT = 100;

/** Shares of a symbol worth `dollars` at its reference price. */
export function sharesText(symbol: string, dollars: number): string {
  return lotsText(symbol, lotsOf(symbol, dollars));
}

function lotsOf(symbol: string, dollars: number): number {
  const { referencePrice, qtyDecimals } = requireInstrument(symbol);
  return Math.floor((dollars * 10_000 * 10 ** qtyDecimals) / referencePrice);
}

/** A random order: mostly simple limit and market orders, the others of every type and class. */
export function generateOrder(pick: RandomInt, venue: MarketSetup): OrderIntent {
  return pick(100) < 55 ? plain(pick, venue) : typed(pick, venue);
}

function plain(pick: RandomInt, venue: MarketSetup): OrderIntent {
  const symbol = one(pick, venue.symbols) ?? "";
  const type = pick(5) === 0 ? "market" : "limit";
  const timeInForce = one(pick, ["gtc", "gtc", "day", "ioc"]) ?? "gtc";
  const outside = venue.scheduled && type === "limit" && timeInForce !== "ioc" && pick(2) === 0;
  const side = pick(2) === 0 ? "buy" : "sell";
  const amount = type === "market" && pick(2) === 0 ? cashAmount(pick) : { qty: qtyText(pick, symbol) };
  return {
    symbol,
    type,
    timeInForce,
    side,
    ...amount,
    ...(side === "sell" && amount.qty ? namedLots(symbol, amount.qty) : {}),
    // Sometimes so far from the market that the book may refuse it.
    limitPrice:
      type !== "limit" ? null : pick(30) === 0 ? farText(pick, symbol) : priceText(venue, symbol, pick(4) - 2),
    ...(outside ? { extendedHours: true } : {}),
  };
}

/**
 * Half of the sales name one or two of the first tax lots, which may be sold by then. They follow from the quantity, so that
 * the other choices of a run are those without them.
 */
function namedLots(symbol: string, qty: string): Pick<OrderTicket, "lots"> {
  const lots = Number(parseDecimal(qty, requireInstrument(symbol).qtyDecimals));
  if (lots % 2 === 0) return {};
  const [first, second] = [1 + (lots % 3), 1 + (lots % 5)];
  if (first === second || lots < 4) return { lots: [{ lotId: first, qty }] };
  const part = Math.floor(lots / 4);
  return {
    lots: [
      { lotId: first, qty: lotsText(symbol, part) },
      { lotId: second, qty: lotsText(symbol, lots - part) },
    ],
  };
}

/** A third to five thirds of the reference price. */
function farText(pick: RandomInt, symbol: string): string {
  const { referencePrice } = requireInstrument(symbol);
  const price = (referencePrice * (33 + pick(134))) / 100;
  return formatDecimal(Math.ceil(price / CENT) * CENT, PRICE_DECIMALS);
}

/** A notional of up to $150 in place of a quantity. */
function cashAmount(pick: RandomInt): Pick<OrderTicket, "qty" | "notional"> {
  return { qty: null, notional: formatDecimal(100 * (100 + pick(15_000)), PRICE_DECIMALS) };
}

/** Quantities down to a millionth of a share, worth about $200 at most. */
function qtyText(pick: RandomInt, symbol: string): string {
  return lotsText(symbol, 1 + pick(2 * lotsOf(symbol, INITIAL_WORTH / 6)));
}

/** Cells by class: complex classes are more than half of them. */
const BY_CLASS = (["simple", "simple", "simple", "bracket", "bracket", "oco", "oto"] as const).map((orderClass) =>
  CELLS.filter((cell) => cell.orderClass === orderClass),
);

function typed(pick: RandomInt, venue: MarketSetup): OrderIntent {
  const cells = one(pick, BY_CLASS) ?? [];
  const auctions = venue.scheduled || pick(8) === 0;
  const cell = one(
    pick,
    cells.filter(({ timeInForce }) => auctions || (timeInForce !== "opg" && timeInForce !== "cls")),
  );
  if (cell === undefined) throw new Error("the matrix is empty");
  const { type, timeInForce, orderClass } = cell;
  const symbol = one(pick, venue.symbols) ?? "";
  // Entries buy and exits sell; sometimes the side is wrong.
  const right = orderClass === "oco" ? "sell" : orderClass === "simple" ? (one(pick, ["buy", "sell"]) ?? "buy") : "buy";
  const side = pick(40) === 0 ? (right === "buy" ? "sell" : "buy") : right;
  const may = (asked: MatrixCondition) => combines(asked, type, timeInForce, orderClass);
  const at = pick(5) - 2;
  const limited = type === "limit" || type === "stop_limit";
  const stopped = type !== "limit" && type !== "market" && type !== "trailing_stop";
  const qty = qtyText(pick, symbol);
  const byNotional = may("notional") && cell.condition === "none" && pick(3) === 0;
  return {
    symbol,
    side,
    type,
    timeInForce,
    ...(byNotional ? cashAmount(pick) : { qty }),
    limitPrice: limited ? priceText(venue, symbol, at) : null,
    ...(stopped ? { stopPrice: priceText(venue, symbol, at + pick(3) - 1) } : {}),
    ...(type === "trailing_stop" ? trail(pick, venue, symbol) : {}),
    ...(orderClass === "simple" ? {} : { orderClass, ...exits(pick, venue, symbol, cell, at) }),
    ...(timeInForce === "gtd" ? { goodForMs: pick(venue.scheduled ? 100_000_000 : 20_000) } : {}),
    ...(may("extended_hours") && venue.scheduled && pick(3) === 0 ? { extendedHours: true } : {}),
    instructions: {
      ...asked(pick, symbol, cell, qty),
      ...(may("self_trade_prevention") && pick(5) < 2 ? { selfTrade: one(pick, SELF_TRADES) ?? null } : {}),
    },
  };
}

const SELF_TRADES = ["cancel_newest", "cancel_oldest", "cancel_both", "decrement"];

function trail(pick: RandomInt, venue: MarketSetup, symbol: string): Partial<OrderTicket> {
  if (pick(2) === 0) return { trailPercent: String(1 + pick(3)) };
  return { trailPrice: distanceText(venue, symbol, 1 + pick(3)) };
}

/** Exits near the entry, so that they are triggered. */
function exits(
  pick: RandomInt,
  venue: MarketSetup,
  symbol: string,
  { orderClass, type }: Cell,
  at: number,
): Partial<OrderTicket> {
  const entry = type === "market" ? 0 : at;
  const profit = orderClass === "oco" ? at : entry + 1 + pick(2);
  const stop = entry - 1 - pick(3);
  const takeProfit = { limitPrice: priceText(venue, symbol, profit) };
  const stopLoss = {
    stopPrice: priceText(venue, symbol, stop),
    limitPrice: pick(2) === 0 ? priceText(venue, symbol, stop - pick(2)) : null,
  };
  if (orderClass !== "oto") return { takeProfit, stopLoss };
  return pick(2) === 0 ? { takeProfit } : { stopLoss };
}

function asked(
  pick: RandomInt,
  symbol: string,
  { condition }: Cell,
  qty: string,
): NonNullable<OrderTicket["instructions"]> {
  const lots = Number(parseDecimal(qty, requireInstrument(symbol).qtyDecimals));
  const part = () => lotsText(symbol, Math.max(1, Math.floor((lots * (5 + pick(60))) / 100)));
  switch (condition) {
    case "none":
      return {};
    case "post_only":
      return { postOnly: true };
    case "reserve":
      return { displayQty: part() };
    case "hidden":
      return { hidden: true };
    case "min_qty":
      return { minQty: part() };
    case "all_or_none":
      return { allOrNone: true };
    case "primary":
    case "mid":
      return { peg: { to: condition, offset: pick(3) === 0 ? "0.01" : null } };
  }
}

/** The order ticket of an intent, sent at `now`. */
export function ticketOf(clientOrderId: string, { goodForMs, ...intent }: OrderIntent, now: number): OrderTicket {
  const ends = goodForMs === undefined ? {} : { instructions: { ...intent.instructions, expiresAt: now + goodForMs } };
  return ticketWith({ limitPrice: null, ...intent, ...ends, clientOrderId });
}

/** Random changes of a replace: mostly a smaller quantity or another price. */
export function generateChanges(pick: RandomInt): ReplaceChanges {
  return {
    qtyPercent: pick(3) !== 0 ? 30 + pick(100) : null,
    limit: pick(2) === 0 ? pick(5) - 2 : null,
    stop: pick(2) === 0 ? pick(5) - 2 : null,
    trail: pick(2) === 0 ? 1 + pick(3) : null,
    timeInForce: pick(6) === 0 ? (one(pick, ["day", "gtc"]) ?? null) : null,
    named: pick(4) !== 0,
  };
}

/** The replace ticket with these changes of an order. */
export function replaceTicket(
  venue: MarketSetup,
  order: Readonly<Order>,
  { qtyPercent, limit, stop, trail: distance, timeInForce }: ReplaceChanges,
  clientOrderId: string | null,
): ReplaceTicket {
  const { symbol, terms } = order;
  const lots = Math.max(1, Math.floor((order.qty * (qtyPercent ?? 0)) / 100));
  return {
    qty: qtyPercent === null ? null : lotsText(symbol, lots),
    limitPrice: limit === null || order.limitPrice === null ? null : priceText(venue, symbol, limit),
    stopPrice: stop === null || !order.stopPrice ? null : priceText(venue, symbol, stop),
    trail: distance === null ? null : trailText(venue, symbol, terms?.trigger, distance),
    timeInForce,
    clientOrderId,
    goodTil: null,
    // Some choose lots, which the order may not have; half of them only another sequence.
    ...(order.lots !== undefined && lots % 3 === 0 ? otherLots(order, qtyPercent === null ? null : lots) : {}),
  };
}

/** Other lots for what a client believes to be unfilled. */
function otherLots({ symbol, lots = [], qty, filledQty }: Readonly<Order>, asked: number | null) {
  if (asked === null && filledQty === 0) {
    return { lots: lots.toReversed().map(({ lotId, quantity }) => ({ lotId, qty: lotsText(symbol, quantity) })) };
  }
  const rest = Math.max(1, (asked ?? qty) - filledQty);
  return { lots: [{ lotId: 1 + (rest % 3), qty: lotsText(symbol, rest) }] };
}

/** An order that trades with half of another as soon as both are in the book. */
export function crossingOrder({ symbol, side, limitPrice, qty }: Readonly<Order>): OrderIntent {
  const price = limitPrice === null ? null : formatDecimal(limitPrice, PRICE_DECIMALS);
  return {
    symbol,
    side: side === "buy" ? "sell" : "buy",
    timeInForce: "ioc",
    limitPrice: price,
    type: price === null ? "market" : "limit",
    qty: lotsText(symbol, Math.ceil(qty / 2)),
  };
}

function trailText(venue: MarketSetup, symbol: string, trigger: Trigger | undefined, steps: number): string | null {
  if (trigger?.kind !== "trail") return null;
  return "amount" in trigger ? distanceText(venue, symbol, steps) : String(steps);
}

function one<T>(pick: RandomInt, list: readonly T[]): T | undefined {
  return list[pick(list.length)];
}
