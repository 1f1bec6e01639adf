import type { AccountState } from "../../domain/account/account.ts";
import { balances, CASH, checkLedger, owned } from "../../domain/account/ledger.ts";
import { isClosed } from "../../domain/account/order.ts";
import { notionalCeil } from "../../domain/market/instrument.ts";
import { requireInstrument } from "../../domain/market/listing.ts";
import type { Market } from "../../domain/matching/market.ts";
import { liveOrders } from "../../domain/matching/views.ts";
import { must, mustEqual } from "../model/must.ts";

/** What must hold for one account at any moment. */
export function checkAccount(state: Readonly<AccountState>): void {
  checkLedger(state.ledger);
  const needed = new Map<string, number>();
  const add = (asset: string, amount: number) => needed.set(asset, (needed.get(asset) ?? 0) + amount);
  for (const order of state.open.values()) {
    const left = order.qty - order.filledQty;
    const held =
      order.side === "buy" ? notionalCeil(requireInstrument(order.symbol), order.protectionPrice, left) : left;
    mustEqual(order.held, held, "AC-8: an order holds what it still needs");
    must(!isClosed(order.status), "an open order is not closed");
    mustEqual(state.openByClientId.get(order.clientOrderId), order.id, "an open order is found by its client's id");
    add(order.side === "buy" ? CASH : order.symbol, held);
  }
  mustEqual(state.openByClientId.size, state.open.size, "client order ids of open orders");
  for (const [asset, { held, available }] of state.ledger) {
    mustEqual(held, needed.get(asset) ?? 0, `AC-8: ${asset} held equals what open orders need`);
    must(asset === CASH || available >= 0, `AC-4: ${asset} is not sold short`);
  }
  for (const [symbol, basis] of state.costBasis) {
    must(basis >= 0, "AC-11: no cost basis is negative");
    must(basis === 0 || owned(state.ledger, symbol) > 0, "AC-11: no lots, no basis");
  }
}

/** AC-7: rounding takes at most half a unit per fill of a buy, and less than one more per open buy. */
export function checkDust(state: Readonly<AccountState>, boughtFills: number): void {
  const openBuys = [...state.open.values()].filter(({ side }) => side === "buy").length;
  const { available } = balances(state.ledger, CASH);
  // Less than one unit per open buy, and amounts are whole.
  must(available >= -boughtFills / 2 - Math.max(0, openBuys - 0.5), `AC-7: ${available} after ${boughtFills} fills`);
}

/** What must hold for all accounts and books together when no mail is on its way. */
export function checkAtRest(
  accounts: ReadonlyMap<string, Readonly<AccountState>>,
  books: ReadonlyMap<string, Readonly<Market>>,
): void {
  const venue = new Map<string, number>();
  const open: string[] = [];
  for (const [address, state] of accounts) {
    checkAccount(state);
    for (const [asset, entry] of state.ledger) venue.set(asset, (venue.get(asset) ?? 0) + entry.venue);
    for (const { id, symbol, side, qty, filledQty } of state.open.values()) {
      open.push(JSON.stringify([id, address, symbol, side, qty - filledQty]));
    }
  }
  for (const [asset, sum] of venue) mustEqual(sum, 0, `AC-6: ${asset} is conserved over all accounts`);
  const resting: string[] = [];
  for (const [symbol, market] of books) {
    for (const { orderId, owner, side, leaves } of liveOrders(market)) {
      resting.push(JSON.stringify([orderId, owner, symbol, side, leaves]));
    }
  }
  const lines = (orders: string[]) => orders.sort().join("\n");
  mustEqual(lines(resting), lines(open), "AC-8: what rests in the books is what is open in the accounts");
}
