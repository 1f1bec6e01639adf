/** Shares that another account of the owner sends: taken with their lots, or refused as a whole. */
import type { AccountId, UserId } from "../../ids.ts";
import { parseDecimal } from "../../decimal.ts";
import { assetNamed, assetOf } from "../../market/asset.ts";
import { LOTS_APART_MAX, type TransferredLot } from "../../portfolio/lots.ts";
import { type Bound, boundOf, boundOfExchange } from "../../risk/bounds.ts";
import { NO_LIMITS } from "../../risk/limits.ts";
import type { Decision } from "../entry/decision.ts";
import { fail, type Refusal } from "../entry/refusal.ts";
import { costBasisOf } from "../lots/accountLots.ts";
import type { AccountState } from "../state/accountState.ts";
import type { Origin } from "../state/events.ts";
import { type DepositReceipt, DEPOSITS_MAX } from "./deposits.ts";
import { balances, owned } from "./ledger.ts";

/** Shares with their lots, as the transfers actor offers them. */
export interface OfferedShares {
  readonly reference: string;
  readonly symbol: string;
  /** A decimal of shares. */
  readonly amount: string;
  readonly lots: readonly TransferredLot[];
}

/** Decides whether the account takes the shares. The same reference again succeeds and changes nothing. */
export function decideReceivedShares(
  state: Readonly<AccountState>,
  { reference, symbol, amount: text, lots }: OfferedShares,
  known: { readonly asset: string; readonly amount: number } | undefined,
  by: { readonly by: UserId; readonly payer: AccountId },
  origin: Origin,
): Decision<DepositReceipt> {
  const asset = assetNamed(symbol);
  const amount = asset === undefined ? null : parseDecimal(text, asset.qtyDecimals);
  const sum = lots.reduce((all, { quantity }) => all + quantity, 0);
  if (typeof amount !== "number" || amount <= 0 || sum !== amount) return refused({ reason: "transfer_invalid" });
  const receipt = { ok: true, value: { reference, asset: symbol, amount } } as const;
  if (known !== undefined) {
    const same = known.asset === symbol && known.amount === amount;
    return same ? { entries: [], outcome: receipt } : refused({ reason: "deposit_reference_taken" });
  }
  const cost = lots.reduce((all, lot) => all + lot.cost, 0);
  const refusal = refuseShares(state, symbol, { amount, cost, lots: lots.length });
  if (refusal !== null) return refused(refusal);
  return {
    entries: [{ kind: "deposited", reference, asset: symbol, amount, cost, ...by, lots, origin }],
    outcome: receipt,
  };
}

function refuseShares(
  state: Readonly<AccountState>,
  symbol: string,
  { amount, cost, lots }: { readonly amount: number; readonly cost: number; readonly lots: number },
): Refusal | null {
  const outOfRange = amount - balances(state.ledger, symbol).outside > DEPOSITS_MAX;
  if (outOfRange || costBasisOf(state, symbol) + cost > DEPOSITS_MAX) return { reason: "transfer_invalid" };
  const count = state.lots?.get(symbol)?.lots.length ?? 0;
  if (count + lots > LOTS_APART_MAX) return { reason: "too_many_lots", limit: LOTS_APART_MAX };
  const { settings, risk } = state;
  const value = owned(state.ledger, symbol) + buying(state, symbol) + amount;
  const asset = assetOf(symbol);
  const ofPlan = risk.plan?.limits ?? NO_LIMITS;
  return (
    beyond(value, symbol, boundOfExchange("positionQty", risk.controls.limits, ofPlan, asset)) ??
    beyond(value, symbol, boundOf("owner", "positionQty", settings.limits, asset))
  );
}

/** A limit of the position in shares, with open buys, holds for what is transferred, too. */
function beyond(value: number, symbol: string, bound: Bound | null): Refusal | null {
  if (bound === null || value <= bound.most) return null;
  return { reason: "order_limit", limit: "position_qty", by: bound.by, symbol, value, most: bound.most };
}

/** Shares that open buys may still bring; one by notional counts with what it has brought. */
function buying(state: Readonly<AccountState>, symbol: string): number {
  let sum = 0;
  for (const order of state.open.values()) {
    if (order.symbol === symbol && order.side === "buy" && !order.notional) sum += order.qty - order.filledQty;
  }
  return sum;
}

function refused(refusal: Refusal): Decision<DepositReceipt> {
  return { entries: [], outcome: fail(refusal) };
}
