import { oppositeOf } from "../../domain/account/state/openOrders.ts";
import type { AccountState } from "../../domain/account/state/accountState.ts";
import type { AuditRecord } from "../../domain/account/state/events.ts";
import { balances, CASH, checkLedger, owned } from "../../domain/account/ledger/ledger.ts";
import { reservedLots } from "../../domain/account/lots/chosenLots.ts";
import { isClosed } from "../../domain/account/state/order.ts";
import type { Order } from "../../domain/account/state/order.ts";
import { requireInstrument } from "../../domain/market/listing.ts";
import type { BookState } from "../../domain/matching/bookState.ts";
import { liveOrders } from "../../domain/matching/views.ts";
import { unsettledCash } from "../../domain/settlement/settlement.ts";
import { assert, assertEqual } from "../model/assert.ts";

type Orders = ReadonlyMap<string, Readonly<Order>>;

/** The invariants of one account at any time. `orders` holds its closed orders too, when some were replaced. */
export function checkAccount(state: Readonly<AccountState>, orders: Orders = state.open): void {
  checkLedger(state.ledger);
  const needed = new Map<string, number>();
  for (const order of state.open.values()) {
    const asset = order.side === "buy" ? CASH : order.symbol;
    needed.set(asset, (needed.get(asset) ?? 0) + order.held);
    checkHold(state, orders, order);
    assert(!isClosed(order.status), "an open order is not closed");
    assertEqual(state.openByClientId.get(order.clientOrderId), order.id, "an open order is found by its client's id");
    const other = order.side === "buy" ? "sell" : "buy";
    const side = [...oppositeOf(state, { symbol: order.symbol, side: other }).values()];
    assert(side.includes(order), "an open order is found by its symbol and side");
  }
  // What waits to be withdrawn is held, too.
  for (const { amount } of state.withdrawals.values()) needed.set(CASH, (needed.get(CASH) ?? 0) + amount);
  assertEqual(state.openByClientId.size, state.open.size, "client order ids of open orders");
  const indexed = [...state.openBySide.values()].reduce((sum, { size }) => sum + size, 0);
  assertEqual(indexed, state.open.size, "open orders by symbol and side");
  for (const [asset, { held, available }] of state.ledger) {
    assertEqual(held, needed.get(asset) ?? 0, `AC-8: ${asset} held equals what open orders and withdrawals hold`);
    assert(asset === CASH || available >= 0, `AC-4: ${asset} is not sold short`);
  }
  checkLots(state);
  checkChosen(state);
  if (state.settlement !== null) {
    const { record } = state.settlement;
    const rule = "PF-65: settled and unsettled cash are all cash";
    assertEqual(record.settled + unsettledCash(record), owned(state.ledger, CASH), rule);
    assert(record.settled >= 0, "PF-66: no unsettled cash has left");
  }
  for (const [symbol, basis] of state.costBasis) {
    assert(basis >= 0, "AC-11: no cost basis is negative");
    assert(basis === 0 || owned(state.ledger, symbol) > 0, "AC-11: no lots, no basis");
  }
}

/** PF-16: what open orders have reserved of the lots is there; each order that has chosen lots is among them. */
function checkChosen(state: Readonly<AccountState>): void {
  const chosen = [...state.open.values()].filter((order) => order.lots !== undefined);
  const indexed = [...state.openWithLots.values()].flatMap((orders) => [...orders]);
  assertEqual(indexed.length, chosen.length, "PF-16: open orders with chosen lots");
  for (const symbol of state.openWithLots.keys()) {
    const there = new Map(state.lots?.get(symbol)?.lots.map(({ lotId, quantity }) => [lotId, quantity]));
    for (const [lotId, quantity] of reservedLots(state, symbol)) {
      assert(quantity <= (there.get(lotId) ?? 0), `PF-16: ${quantity} of lot ${lotId} of ${symbol} are reserved`);
    }
  }
}

/** PF-1: the lots of each symbol are its position, and their costs its basis. */
function checkLots({ lots, ledger, costBasis }: Readonly<AccountState>): void {
  if (lots === null) return;
  assertEqual(costBasis.size, 0, "PF-1: an account with tax lots has no average cost");
  for (const symbol of ledger.keys()) {
    const { quantity = 0 } = lots.get(symbol) ?? {};
    if (symbol !== CASH) assertEqual(quantity, owned(ledger, symbol), `PF-1: the lots of ${symbol} are the position`);
  }
  for (const [symbol, position] of lots) {
    const each = position.lots;
    const numbers = new Set(each.map(({ lotId }) => lotId));
    assertEqual(numbers.size, each.length, `PF-1: each lot of ${symbol} has a number of its own`);
    const sum = (of: (lot: (typeof each)[number]) => number) => each.reduce((all, lot) => all + of(lot), 0);
    assertEqual(
      sum(({ quantity }) => quantity),
      position.quantity,
      `PF-1: the lots of ${symbol} add up`,
    );
    assertEqual(
      sum(({ cost }) => cost),
      position.cost,
      `PF-1: the costs of the lots of ${symbol} add up`,
    );
    for (const { quantity, cost, replaced, acquiredAt, lotId } of each) {
      assert(quantity > 0 && cost >= 0, `PF-1: lot ${lotId} of ${symbol} has shares, and no negative cost`);
      assert(replaced >= 0 && replaced <= quantity, `PF-5: lot ${lotId} of ${symbol} replaces no more than it is`);
      assert(Number.isSafeInteger(acquiredAt), `PF-4: lot ${lotId} of ${symbol} has a date`);
    }
  }
}

type Held = Readonly<Order>;

const left = ({ qty, filledQty }: Held): number => qty - filledQty;

/** Each replace rounds once more, and may hold a unit less than the whole cost. */
const REPLACE_ROUNDING = 2;

/** AC-8, AC-30, AC-35: the hold of an order while messages may be in flight. The hold of a leg is exact only when none is. */
function checkHold(state: Readonly<AccountState>, orders: Orders, order: Held): void {
  const rule = `AC-8: order ${order.id} (${order.type}, ${order.status}) holds what it still needs`;
  assert(order.held >= 0, rule);
  // Until the book has answered, it holds what it needs beyond the order that it replaces.
  if (isReplacing(orders, order)) return;
  if (order.side === "buy") {
    const cost = restOf(order) + feesLeft(order);
    if (!order.replaces) return assertEqual(order.held, cost, rule);
    return assert(order.held <= cost && order.held >= cost - REPLACE_ROUNDING * replacesOf(orders, order), rule);
  }
  const linked = state.open.get(order.linkedId ?? "");
  if (linked !== undefined && order.role === "stop_loss") return assertEqual(order.held, 0, rule);
  if (order.parentId) return;
  const alone = (order.orderClass ?? "simple") === "simple";
  if (alone) return assertEqual(order.held, left(order), rule);
  // The other exit may have sold everything while the end of this one is in flight.
  if (linked === undefined) return assert(order.held <= left(order), rule);
  // A fill of one exit is known before the other is reduced.
  const both = [left(order), left(linked)];
  assert(order.held >= Math.min(...both) && order.held <= Math.max(...both), rule);
}

/** Cost of the rest of a buy: fills plus the rest at the worst price, rounded up once, less the cash already paid. */
function restOf(order: Held): number {
  const { qtyDecimals } = requireInstrument(order.symbol);
  const paid = ceilOf(BigInt(order.filledValue), qtyDecimals);
  if (order.notional) return Number(BigInt(order.notional) - paid);
  const rest = BigInt(order.protectionPrice) * BigInt(left(order));
  return Number(ceilOf(BigInt(order.filledValue) + rest, qtyDecimals) - paid);
}

/** PF-48: what fills may still be charged; nothing once the order is filled. */
function feesLeft(order: Held): number {
  return left(order) === 0 ? 0 : (order.feeReserve ?? 0) - (order.feesCharged ?? 0);
}

function ceilOf(value: bigint, decimals: number): bigint {
  const lots = 10n ** BigInt(decimals);
  return (value + lots - 1n) / lots;
}

function isReplacing(orders: Orders, { id, replaces, status }: Held): boolean {
  if (!replaces || status === "pending_new") return !!replaces;
  const old = orders.get(replaces);
  return status === "pending_cancel" && old !== undefined && old.replacedBy !== id;
}

function replacesOf(orders: Orders, order: Held): number {
  const old = orders.get(order.replaces ?? "");
  return order.replaces ? 1 + (old === undefined ? 0 : replacesOf(orders, old)) : 0;
}

/** The same when no message is in flight: linked exits have the same quantity and hold it once. */
function checkSettledHold(state: Readonly<AccountState>, order: Held): void {
  if (order.side === "buy") return;
  const rule = `AC-35: order ${order.id} (${order.type}, ${order.status}) holds what it sells`;
  const linked = state.open.get(order.linkedId ?? "");
  if (linked !== undefined) assertEqual(left(order), left(linked), "OB-30: two exits are for the same");
  if (linked !== undefined && order.role === "stop_loss") return assertEqual(order.held, 0, rule);
  const parent = order.orderClass === "oco" ? undefined : state.open.get(order.parentId ?? "");
  if (parent === undefined) return assertEqual(order.held, left(order), rule);
  // The exits hold what was bought, and what replaces added.
  const replaced = order.replaces || linked?.replaces;
  assert(replaced ? order.held >= parent.filledQty : order.held === parent.filledQty, rule);
}

/** AC-7: no fill costs more than its hold, except for the units that replaces round. */
export function checkNoOverdraft(state: Readonly<AccountState>, replaces = 0): void {
  const { available } = balances(state.ledger, CASH);
  assert(available >= -REPLACE_ROUNDING * replaces, `AC-7: ${available} is left after ${replaces} replaces`);
}

/** Fractions of a unit of cash: divisible by every lot size. */
const PARTS = 10n ** 9n;

/** AC-6, AC-7: rounding of all audited fills that stays with the venue, in fractions of a unit of cash. */
export function roundingOf(records: readonly AuditRecord[]): bigint {
  let sum = 0n;
  for (const { action, body } of records) {
    if (action !== "order.filled") continue;
    const [price, qty, cash] = [exact(body["price"]), exact(body["qty"]), exact(body["notional"])];
    const beyond = cash * 10n ** 9n - price * qty;
    sum += body["side"] === "buy" ? beyond : -beyond;
  }
  // Summed in 10^-18 dollar.
  return sum / 10n ** 5n;
}

/** A decimal in 10^-9. */
function exact(text: unknown): bigint {
  const [whole = "", fraction = ""] = String(text).split(".");
  return BigInt(whole) * 10n ** 9n + BigInt(fraction.padEnd(9, "0"));
}

/** The invariants of all accounts and books together when no message is in flight. */
export function checkQuiescentAccounts(
  accounts: ReadonlyMap<string, Readonly<AccountState>>,
  books: ReadonlyMap<string, Readonly<BookState>>,
  rounding: bigint,
  ordersOf: (address: string) => Orders | undefined = () => undefined,
): void {
  const venue = new Map<string, number>();
  const open: string[] = [];
  for (const [address, state] of accounts) {
    checkAccount(state, ordersOf(address));
    for (const order of state.open.values()) checkSettledHold(state, order);
    for (const [asset, entry] of state.ledger) venue.set(asset, (venue.get(asset) ?? 0) + entry.venue);
    for (const { id, symbol, side, qty, filledQty } of state.open.values()) {
      open.push(JSON.stringify([id, address, symbol, side, qty - filledQty]));
    }
  }
  for (const [asset, sum] of venue) {
    const kept = asset === CASH ? rounding : 0n;
    assertEqual(BigInt(sum) * PARTS, kept, `AC-6: ${asset} is conserved over all accounts`);
  }
  const resting: string[] = [];
  for (const [symbol, market] of books) {
    for (const { orderId, owner, side, leaves } of liveOrders(market)) {
      resting.push(JSON.stringify([orderId, owner, symbol, side, leaves]));
    }
  }
  const lines = (orders: string[]) => orders.sort().join("\n");
  assertEqual(lines(resting), lines(open), "AC-8: what rests in the books is what is open in the accounts");
}
