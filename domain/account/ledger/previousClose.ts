/**
 * What an account had at the end of the trading day before: what the next day's profit is counted from. Nothing wakes an
 * account for it. Between two commits it has what the first one left, so the first commit of a day takes note of what was
 * there, and an account without one has had at the close what it has now.
 */
import { endOfTradingDay } from "../../market/session.ts";
import type { AccountState } from "../state/accountState.ts";
import type { Holdings } from "./holdings.ts";
import { CASH, owned } from "./ledger.ts";

/** Takes note of what there is, when the trading day of the commit before is over. Before anything of this one is booked. */
export function rollTradingDay(state: AccountState, now: number): void {
  if (now < state.dayEnd || state.accountId === "") return;
  state.atClose = holdingsOf(state);
  state.dayEnd = endOfTradingDay(now);
}

/** The account was opened: before that it had nothing. */
export function startFirstTradingDay(state: AccountState, now: number): void {
  state.atClose = { cash: 0, lots: [] };
  state.dayEnd = endOfTradingDay(now);
}

/**
 * Something was paid in, or out (below zero). On the day on which the account was opened that is what it began with: there
 * is no close before, and what was paid in is no profit.
 */
export function recordPayment(state: AccountState, asset: string, amount: number): void {
  if (state.atClose === null || state.dayEnd !== endOfTradingDay(state.createdAt)) return;
  const { cash, lots } = state.atClose;
  if (asset === CASH) {
    state.atClose = { cash: cash + amount, lots };
    return;
  }
  const before = lots.find(([symbol]) => symbol === asset)?.[1] ?? 0;
  state.atClose = { cash, lots: [...lots.filter(([symbol]) => symbol !== asset), [asset, before + amount]] };
}

/** What the account had when the trading day before the one of `now` ended. */
export function holdingsAtClose(state: Readonly<AccountState>, now: number): Holdings {
  return now < state.dayEnd && state.atClose !== null ? state.atClose : holdingsOf(state);
}

function holdingsOf({ ledger }: Readonly<AccountState>): Holdings {
  const lots = [...ledger.keys()].map((symbol) => [symbol, owned(ledger, symbol)] as const);
  return { cash: owned(ledger, CASH), lots: lots.filter(([symbol, qty]) => symbol !== CASH && qty !== 0) };
}
