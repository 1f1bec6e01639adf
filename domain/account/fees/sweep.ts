/**
 * The fees of an account are swept to the house account: the first commit after a trading day sends what was charged on it,
 * in one message. The ledger keeps its side `house` as the counterpart of all fees ever; `swept` says how much of it was
 * sent.
 */
import { hashText } from "../../ids.ts";
import { HOUR, isoDate } from "../../market/newYork.ts";
import { tradingDayOf } from "../../market/session.ts";
import { regulatoryFacts } from "../../house/houseAccount.ts";
import { balances, CASH } from "../ledger/ledger.ts";
import type { AccountState } from "../state/accountState.ts";
import type { FeesSweptEntry } from "../state/entries.ts";
import { NO_ORIGIN } from "../state/events.ts";
import type { AccountOutputs } from "../state/outputs.ts";
import { audit, dollars } from "../state/record.ts";

/**
 * Accounts without another commit wake at a time of their own within this time after the trading day: a million accounts
 * are 70 a second.
 */
export const SWEEP_SPREAD_MS = 4 * HOUR;

type WithFees = Pick<Readonly<AccountState>, "accountId" | "type" | "dayEnd" | "fees" | "ledger">;

/** What was charged and not sent yet, in 1/10,000 dollar; negative: rebates. */
export function owedFees({ ledger, fees }: Pick<WithFees, "ledger" | "fees">): number {
  return balances(ledger, CASH).house - fees.swept;
}

/**
 * Whether there is anything to send. Rebates may equal the fees of regulators, so that the sum is zero. Paper accounts
 * send nothing.
 */
function owes(state: WithFees): boolean {
  if (state.type === "paper") return false;
  return state.fees.regulatory.size > 0 || owedFees(state) !== 0;
}

/** The sweep that is due at `now`; null: none. `to`: the address of the house account. */
export function dueSweep(state: WithFees, now: number, to: string): FeesSweptEntry | null {
  if (now < state.dayEnd || state.dayEnd === 0 || !owes(state)) return null;
  return { kind: "fees_swept", day: tradingDayOf(state.dayEnd - 1), to };
}

/** When an account that has no other commit must wake for its sweep; null: it may sleep. */
export function sweepsAt(state: WithFees): number | null {
  return owes(state) ? state.dayEnd + (hashText(state.accountId) % SWEEP_SPREAD_MS) : null;
}

/** Applies a sweep: all fees so far are sent. */
export function applySweep(state: AccountState, { day, to }: FeesSweptEntry, now: number, out: AccountOutputs): void {
  const { fees } = state;
  const amount = owedFees(state);
  const regulatory = [...fees.regulatory];
  fees.swept += amount;
  fees.regulatory = new Map();
  out.fees(to, { kind: "fees_swept", day, amount, regulatory });
  const body = { day: isoDate(day), amount: dollars(amount), regulatory: regulatoryFacts(regulatory), house: to };
  const event = { action: "fees.swept", resource: `account/${state.accountId}`, body, before: null, after: null };
  audit(state, event, NO_ORIGIN, now, out);
}
