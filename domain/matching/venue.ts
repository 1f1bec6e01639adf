import type { Side } from "../account/order.ts";
import { PriceTimeBook } from "./book.ts";
import type { RestingOrder } from "./book.ts";
import type { BookCommand, BookReport } from "./messages.ts";
import { ordersOf, tableOf } from "./restingTable.ts";
import type { RestingTable } from "./restingTable.ts";

/**
 * One symbol's market as a deterministic state machine: commands of accounts in, reports and market data out.
 * Replaying the same commands gives the same trades, ids and reports, so the journal holds only the commands.
 */

export interface LastTrade {
  readonly tradeId: number;
  readonly price: number;
  readonly qty: number;
  readonly at: number;
}

/** A trade with the market's sequence right after it: the cursor of who has seen it. */
export interface NumberedTrade extends LastTrade {
  readonly sequence: number;
}

/** Trades a market remembers for viewers that resume: some 40 bytes each of every snapshot. */
export const RECENT_TRADES = 2_048;

export interface MarketState {
  readonly symbol: string;
  readonly book: PriceTimeBook;
  /** Book number of each resting order by the account's order id. */
  readonly refs: Map<string, number>;
  /** How many orders rest of each account, by its address. */
  readonly owners: Map<string, number>;
  /** No resting order ends before this; null when none ends. Too early after cancels, never too late. */
  earliestExpiry: number | null;
  nextRef: number;
  nextTradeId: number;
  last: LastTrade | null;
  /** The newest RECENT_TRADES trades, oldest first, and the sequence of the newest one that is no longer among them. */
  readonly recent: NumberedTrade[];
  forgottenThrough: number;
  /** Grows by one with every trade and every change of a price level. */
  sequence: number;
  changedAt: number;
}

/** Where the market's outputs go. */
export interface MarketOutputs {
  report(owner: string, report: BookReport): void;
  trade(trade: NumberedTrade): void;
}

export function newMarket(symbol: string): MarketState {
  return {
    symbol,
    book: new PriceTimeBook(),
    refs: new Map(),
    owners: new Map(),
    earliestExpiry: null,
    nextRef: 1,
    nextTradeId: 1,
    last: null,
    recent: [],
    forgottenThrough: 0,
    sequence: 0,
    changedAt: 0,
  };
}

/** Applies one command of the account at address `owner`, after ending the orders whose day is over by then. */
export function applyCommand(
  state: MarketState,
  owner: string,
  command: BookCommand,
  now: number,
  out: MarketOutputs,
): void {
  // The alarm that ends day orders may ring late, and nothing may trade after its day.
  if (state.earliestExpiry !== null && state.earliestExpiry <= now) expireOrders(state, now, out);
  if (command.kind === "new") enter(state, owner, command, now, out);
  else cancel(state, owner, command.orderId, now, out);
}

/** Ends every resting day order whose day is over at `now`. */
export function expireOrders(state: MarketState, now: number, out: MarketOutputs): void {
  for (const side of ["buy", "sell"] as const) {
    const over = [...state.book.resting(side)].filter((order) => order.expiresAt !== null && order.expiresAt <= now);
    for (const order of over) {
      drop(state, order, now);
      out.report(order.owner, { kind: "closed", orderId: order.orderId, cause: "expired", at: now });
    }
  }
  state.earliestExpiry = null;
  for (const side of ["buy", "sell"] as const) {
    for (const { expiresAt } of state.book.resting(side)) noteExpiry(state, expiresAt);
  }
}

function noteExpiry(state: MarketState, expiresAt: number | null): void {
  if (expiresAt === null) return;
  state.earliestExpiry = state.earliestExpiry === null ? expiresAt : Math.min(state.earliestExpiry, expiresAt);
}

function enter(
  state: MarketState,
  owner: string,
  command: BookCommand & { kind: "new" },
  now: number,
  out: MarketOutputs,
): void {
  const { orderId, side, price, expiresAt } = command;
  const ref = state.nextRef++;
  out.report(owner, { kind: "accepted", orderId, at: now });
  const over = expiresAt !== null && expiresAt <= now;
  if (over) return out.report(owner, { kind: "closed", orderId, cause: "expired", at: now });
  let left = command.qty;
  for (const { maker, qty } of state.book.take(side, price, command.qty)) {
    left -= qty;
    const trade: LastTrade = { tradeId: state.nextTradeId++, price: maker.price, qty, at: now };
    if (maker.qty === 0) forget(state, maker);
    touch(state, now);
    state.last = trade;
    const fill = { kind: "fill", tradeId: trade.tradeId, price: trade.price, qty, at: now } as const;
    out.report(maker.owner, { ...fill, orderId: maker.orderId, liquidity: "maker" });
    out.report(owner, { ...fill, orderId, liquidity: "taker" });
    out.trade(remember(state, trade));
  }
  if (left === 0) return;
  if (command.market || command.timeInForce === "ioc") {
    return out.report(owner, { kind: "closed", orderId, cause: "canceled", at: now });
  }
  rest(state, { ref, side, price, owner, orderId, expiresAt, qty: left });
  touch(state, now);
}

function remember(state: MarketState, trade: LastTrade): NumberedTrade {
  const numbered = { ...trade, sequence: state.sequence };
  state.recent.push(numbered);
  if (state.recent.length > RECENT_TRADES) state.forgottenThrough = state.recent.shift()?.sequence ?? 0;
  return numbered;
}

/** An order that no longer rests has had its last report already, so there is nothing to say. */
function cancel(state: MarketState, owner: string, orderId: string, now: number, out: MarketOutputs): void {
  const ref = state.refs.get(orderId);
  const order = ref === undefined ? undefined : state.book.get(ref);
  if (order === undefined || order.owner !== owner) return;
  drop(state, order, now);
  out.report(owner, { kind: "closed", orderId, cause: "canceled", at: now });
}

function drop(state: MarketState, order: RestingOrder, now: number): void {
  state.book.remove(order.ref);
  forget(state, order);
  touch(state, now);
}

/** The order has left the book. */
function forget(state: MarketState, { orderId, owner }: RestingOrder): void {
  state.refs.delete(orderId);
  const left = (state.owners.get(owner) ?? 0) - 1;
  if (left > 0) state.owners.set(owner, left);
  else state.owners.delete(owner);
}

function rest(state: MarketState, order: RestingOrder): void {
  state.book.rest(order);
  state.refs.set(order.orderId, order.ref);
  state.owners.set(order.owner, (state.owners.get(order.owner) ?? 0) + 1);
  noteExpiry(state, order.expiresAt);
}

function touch(state: MarketState, now: number): void {
  state.sequence++;
  state.changedAt = now;
}

/** Plain data of a market, for a snapshot. */
export interface SavedMarket {
  readonly symbol: string;
  readonly nextRef: number;
  readonly nextTradeId: number;
  readonly last: LastTrade | null;
  readonly sequence: number;
  readonly changedAt: number;
  /** A list in snapshots of the first release. */
  readonly resting: RestingTable | readonly SavedOrder[];
  /** Missing in snapshots of earlier releases, as is what follows. */
  readonly recent?: readonly SavedTrade[];
  readonly forgottenThrough?: number;
}

type SavedTrade = readonly [tradeId: number, price: number, qty: number, at: number, sequence: number];

type SavedOrder = readonly [
  ref: number,
  side: Side,
  price: number,
  qty: number,
  owner: string,
  orderId: string,
  expiresAt: number | null,
];

function fromSavedOrder([ref, side, price, qty, owner, orderId, expiresAt]: SavedOrder): RestingOrder {
  return { ref, side, price, qty, owner, orderId, expiresAt };
}

export function saveMarket(state: MarketState): SavedMarket {
  const { symbol, nextRef, nextTradeId, last, sequence, changedAt, forgottenThrough } = state;
  const resting = tableOf(state.book.resting("buy"), state.book.resting("sell"));
  const recent = state.recent.map((trade): SavedTrade => [
    trade.tradeId,
    trade.price,
    trade.qty,
    trade.at,
    trade.sequence,
  ]);
  return { symbol, nextRef, nextTradeId, last, sequence, changedAt, resting, recent, forgottenThrough };
}

export function loadMarket(saved: SavedMarket): MarketState {
  const state: MarketState = {
    ...newMarket(saved.symbol),
    nextRef: saved.nextRef,
    nextTradeId: saved.nextTradeId,
    last: saved.last,
    // Without the list, every trade so far is forgotten.
    forgottenThrough: saved.forgottenThrough ?? (saved.last === null ? 0 : saved.sequence),
    sequence: saved.sequence,
    changedAt: saved.changedAt,
  };
  const { resting } = saved;
  for (const order of "refs" in resting ? ordersOf(resting) : resting.map(fromSavedOrder)) rest(state, order);
  for (const [tradeId, price, qty, at, sequence] of saved.recent ?? []) {
    state.recent.push({ tradeId, price, qty, at, sequence });
  }
  return state;
}
