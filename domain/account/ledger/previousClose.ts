/**
 * The holdings of an account at the end of the previous trading day, from which the day's profit is calculated. No timer
 * is needed: holdings change only with a commit, so the first commit of a trading day records them as they were, and an
 * account without a commit since has the same holdings as at the close.
 */
import { endOfTradingDay } from "../../market/session.ts";
import { recordFlow } from "../settings/riskState.ts";
import { settlePayment } from "../settlement/accountSettlement.ts";
import type { AccountState } from "../state/accountState.ts";
import type { AccountOutputs } from "../state/outputs.ts";
import type { Holdings } from "./holdings.ts";
import { CASH, owned } from "./ledger.ts";

/**
 * Records the holdings when the trading day of the previous commit is over. Call it before this commit changes
 * anything.
 */
export function rollTradingDay(state: AccountState, now: number): void {
  if (now < state.dayEnd || state.accountId === "") return;
  state.atClose = holdingsOf(state);
  state.dayEnd = endOfTradingDay(now);
}

/** Starts the first trading day of a new account, or of one that begins again, with empty holdings at the previous close. */
export function startFirstTradingDay(state: AccountState, now: number): void {
  state.atClose = { cash: 0, lots: [] };
  state.dayEnd = endOfTradingDay(now);
}

/**
 * Records a payment in, or out (negative). On the day on which the account was opened or reset, payments count as holdings
 * at the previous close, so that they are not counted as profit. Cash settles at once.
 */
export function recordPayment(
  state: AccountState,
  asset: string,
  amount: number,
  now: number,
  out: AccountOutputs,
): void {
  if (asset === CASH) settlePayment(state, amount, now, out);
  const begun = Math.max(state.createdAt, state.resetAt);
  if (state.atClose === null || state.dayEnd !== endOfTradingDay(begun)) {
    return recordFlow(state.risk, asset, amount, state.dayEnd);
  }
  const { cash, lots } = state.atClose;
  if (asset === CASH) {
    state.atClose = { cash: cash + amount, lots };
    return;
  }
  const before = lots.find(([symbol]) => symbol === asset)?.[1] ?? 0;
  state.atClose = { cash, lots: [...lots.filter(([symbol]) => symbol !== asset), [asset, before + amount]] };
}

/** The holdings at the end of the trading day before the one of `now`. */
export function holdingsAtClose(state: Readonly<AccountState>, now: number): Holdings {
  return now < state.dayEnd && state.atClose !== null ? state.atClose : holdingsOf(state);
}

function holdingsOf({ ledger }: Readonly<AccountState>): Holdings {
  const lots = [...ledger.keys()].map((symbol) => [symbol, owned(ledger, symbol)] as const);
  return { cash: owned(ledger, CASH), lots: lots.filter(([symbol, qty]) => symbol !== CASH && qty !== 0) };
}
