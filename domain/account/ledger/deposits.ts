import type { AccountId, UserId } from "../../ids.ts";
import { parseDecimal, PRICE_DECIMALS } from "../../decimal.ts";
import type { Asset } from "../../market/asset.ts";
import { type Instrument, notional, ORDER_QTY_LOTS_MAX } from "../../market/instrument.ts";
import type { Instruments } from "../../market/instruments.ts";
import type { Decision } from "../entry/decision.ts";
import { fail } from "../entry/refusal.ts";
import type { Outcome } from "../entry/refusal.ts";
import type { AccountState } from "../state/accountState.ts";
import type { Origin } from "../state/events.ts";
import { costBasisOf } from "../lots/accountLots.ts";
import type { DepositedLot } from "./depositedLot.ts";
import { balances, CASH } from "./ledger.ts";
import { OWN_TRANSFER_PREFIX } from "./withdrawals.ts";

/** An accepted deposit. The asset is "USD" or a symbol, the amount is in its units. */
export interface DepositReceipt {
  readonly reference: string;
  readonly asset: string;
  readonly amount: number;
}

/** A deposit as a client requests it. The amount is a decimal of dollars, or of shares of the symbol. */
interface DepositRequest {
  readonly reference: string;
  readonly symbol: string | null;
  readonly amount: string;
  /** Of shares. */
  readonly lot?: DepositedLot;
}

/** Finds the instruments that can be deposited, by symbol or id. */
export interface Assets {
  find(symbolOrId: string): Asset | undefined;
}

/**
 * Validates a deposit without an account: its asset and amount, or the refusal. References of transfers between own
 * accounts are for these alone, which have a payer: with one of them a deposit would stand in for the transfer.
 */
export function readDeposit(
  { reference, symbol, amount: text, lot }: DepositRequest,
  assets: Assets,
  payer?: AccountId,
): Outcome<DepositReceipt> {
  if (payer === undefined && reference.startsWith(OWN_TRANSFER_PREFIX)) return fail({ reason: "deposit_invalid" });
  const instrument = symbol === null ? undefined : assets.find(symbol);
  if (reference === "" || reference.length > 128) return fail({ reason: "deposit_invalid" });
  if (symbol !== null && instrument === undefined) {
    return fail({ reason: "asset_not_found", symbol: symbol.slice(0, 32) });
  }
  const amount = parseDecimal(text, instrument?.qtyDecimals ?? PRICE_DECIMALS);
  if (typeof amount !== "number" || amount <= 0 || amount > DEPOSIT_MAX) return fail({ reason: "deposit_invalid" });
  if (lot !== undefined && (symbol === null || !isLot(lot))) return fail({ reason: "deposit_invalid" });
  return { ok: true, value: { reference, asset: instrument?.symbol ?? CASH, amount } };
}

/** Days are numbered from 1970: no lot is older. */
function isLot({ acquiredAt, cost = "0" }: DepositedLot): boolean {
  const paid = parseDecimal(cost, PRICE_DECIMALS);
  const isDated = acquiredAt === undefined || (Number.isSafeInteger(acquiredAt) && acquiredAt >= 0);
  return isDated && typeof paid === "number" && paid >= 0 && paid <= DEPOSIT_MAX;
}

/** What the shares cost: as the request says, or at the reference price. */
function costOf({ lot }: DepositRequest, instrument: Instrument | undefined, amount: number): number {
  if (instrument === undefined) return 0;
  if (lot?.cost !== undefined) return Number(parseDecimal(lot.cost, PRICE_DECIMALS));
  return notional(instrument, instrument.referencePrice, amount);
}

/**
 * Decides a deposit. The same reference with the same content succeeds and changes nothing. `by` names the user who
 * requested it, and the one who approved it if approval was required.
 */
export function decideDeposit(
  state: Readonly<AccountState>,
  deposit: DepositRequest,
  known: { readonly asset: string; readonly amount: number } | undefined,
  by: { readonly by: UserId; readonly approvedBy?: UserId; readonly payer?: AccountId },
  origin: Origin,
  instruments: Instruments,
): Decision<DepositReceipt> {
  const receipt = readDeposit(deposit, instruments, by.payer);
  if (!receipt.ok) return { entries: [], outcome: receipt };
  const { reference, asset, amount } = receipt.value;
  if (known !== undefined) {
    const same = known.asset === asset && known.amount === amount;
    return { entries: [], outcome: same ? receipt : fail({ reason: "deposit_reference_taken" }) };
  }
  if (amount - balances(state.ledger, asset).outside > DEPOSITS_MAX) {
    return { entries: [], outcome: fail({ reason: "deposit_invalid" }) };
  }
  const instrument = instruments.find(asset);
  const cost = costOf(deposit, instrument, amount);
  if (costBasisOf(state, asset) + cost > DEPOSITS_MAX) {
    return { entries: [], outcome: fail({ reason: "deposit_invalid" }) };
  }
  const { acquiredAt } = deposit.lot ?? {};
  const lots = acquiredAt === undefined ? {} : { lots: [{ acquiredAt, quantity: amount, cost }] };
  return {
    entries: [{ kind: "deposited", reference, asset, amount, cost, ...by, ...lots, origin }],
    outcome: receipt,
  };
}

/** Largest single deposit in units of its asset: thousands of them stay below 2^53. */
const DEPOSIT_MAX = ORDER_QTY_LOTS_MAX;

/**
 * Largest sum of an account's deposits of one asset, and largest basis that one may lead to: half of the exact range;
 * trading may use the other half.
 */
export const DEPOSITS_MAX = 2 ** 52;
