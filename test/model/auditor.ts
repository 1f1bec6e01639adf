import { expect } from "vitest";
import type { AccountState } from "../../domain/account/account.ts";
import { balances, CASH, checkLedger, owned } from "../../domain/account/ledger.ts";
import { isClosed } from "../../domain/account/order.ts";
import { notionalCeil } from "../../domain/market/instrument.ts";
import { requireInstrument } from "../../domain/market/listing.ts";
import type { MarketState } from "../../domain/matching/venue.ts";

/** What must hold for one account at any moment. */
export function checkAccount(state: Readonly<AccountState>): void {
  checkLedger(state.ledger);
  const needed = new Map<string, number>();
  const add = (asset: string, amount: number) => needed.set(asset, (needed.get(asset) ?? 0) + amount);
  for (const order of state.open.values()) {
    const left = order.qty - order.filledQty;
    const held =
      order.side === "buy" ? notionalCeil(requireInstrument(order.symbol), order.protectionPrice, left) : left;
    expect(order.held, `AC-8: hold of ${order.id}`).toBe(held);
    expect(isClosed(order.status), `${order.id} is open`).toBe(false);
    expect(state.openByClientId.get(order.clientOrderId)).toBe(order.id);
    add(order.side === "buy" ? CASH : order.symbol, held);
  }
  expect(state.openByClientId.size).toBe(state.open.size);
  for (const [asset, { held, available }] of state.ledger) {
    expect(held, `AC-8: ${asset} held equals what open orders need`).toBe(needed.get(asset) ?? 0);
    if (asset !== CASH) expect(available, `${asset} is not sold short`).toBeGreaterThanOrEqual(0);
  }
  for (const [symbol, basis] of state.costBasis) {
    expect(basis, "AC-11: cost basis").toBeGreaterThanOrEqual(0);
    if (owned(state.ledger, symbol) === 0) expect(basis, "AC-11: no lots, no basis").toBe(0);
  }
}

/** AC-7: rounding takes at most half a unit per fill of a buy, and less than one more per open buy. */
export function checkDust(state: Readonly<AccountState>, boughtFills: number): void {
  const openBuys = [...state.open.values()].filter(({ side }) => side === "buy").length;
  expect(balances(state.ledger, CASH).available, "AC-7: dust").toBeGreaterThan(-boughtFills / 2 - openBuys - 0.5);
}

/** What must hold for all accounts and books together when no mail is on its way. */
export function checkAtRest(
  accounts: ReadonlyMap<string, Readonly<AccountState>>,
  books: ReadonlyMap<string, Readonly<MarketState>>,
): void {
  const venue = new Map<string, number>();
  const open: string[] = [];
  for (const [address, state] of accounts) {
    checkAccount(state);
    for (const [asset, entry] of state.ledger) venue.set(asset, (venue.get(asset) ?? 0) + entry.venue);
    for (const { id, symbol, side, protectionPrice, qty, filledQty } of state.open.values()) {
      open.push(JSON.stringify([id, address, symbol, side, protectionPrice, qty - filledQty]));
    }
  }
  for (const [asset, sum] of venue) expect(sum, `AC-6: ${asset} is conserved over all accounts`).toBe(0);
  const resting: string[] = [];
  for (const [symbol, { book }] of books) {
    for (const side of ["buy", "sell"] as const) {
      for (const order of book.resting(side)) {
        resting.push(JSON.stringify([order.orderId, order.owner, symbol, side, order.price, order.qty]));
      }
    }
  }
  expect(resting.sort(), "AC-8: what rests in the books is what is open in the accounts").toEqual(open.sort());
}
