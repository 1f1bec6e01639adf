/** A paper account begins again with another amount of paper money (PA-15). */
import { transferOut } from "../../portfolio/lots.ts";
import type { Activity } from "../activities/activity.ts";
import { recordBooking } from "../activities/record.ts";
import { CASH, move, owned } from "../ledger/ledger.ts";
import { recordPayment, startFirstTradingDay } from "../ledger/previousClose.ts";
import { costBasisOf, lotsOf } from "../lots/accountLots.ts";
import { beginSettlement } from "../settlement/accountSettlement.ts";
import type { AccountState } from "../state/accountState.ts";
import type { AccountOutputs } from "../state/outputs.ts";

/** What the account has leaves it. The deposit of the new amount is the next entry. */
export interface ResetEntry {
  readonly kind: "paper_reset";
  readonly reference: string;
  /** The record begins again with the entry; left out by an earlier release, whose record goes on. */
  readonly begins?: true;
}

/** Applies the entry `paper_reset`. Whoever decides it makes sure that no order is open. */
export function resetAccount(
  state: AccountState,
  { reference, begins }: ResetEntry,
  now: number,
  out: AccountOutputs,
): void {
  for (const asset of [...state.ledger.keys()].sort()) {
    const amount = owned(state.ledger, asset);
    if (amount === 0) continue;
    // Rounding of fills may have made the cash negative (AC-7).
    if (amount > 0) move(state.ledger, asset, "available", "outside", amount);
    else move(state.ledger, asset, "outside", "available", -amount);
    recordPayment(state, asset, -amount, now, out);
    const left = asset === CASH ? ({ type: "CSW", cash: -amount } as const) : removeLots(state, asset, amount);
    recordBooking(state, { ...left, at: now, reference, description: "Reset of the paper account" }, out);
  }
  // Nothing of the old money is unsettled, and its violations restrict nothing.
  if (state.settlement !== null) {
    const { auditsLiquidations } = state.settlement;
    state.settlement = null;
    beginSettlement(state, now);
    if (auditsLiquidations) Object.assign(state.settlement ?? {}, { auditsLiquidations });
  }
  if (begins === true) {
    state.resetAt = now;
    startFirstTradingDay(state, now);
  }
  // The loss of the day was one of the old money.
  Object.assign(state.risk, { gain: 0, gainDayEnd: 0, stoppedUntil: 0, flows: new Map(), flowDayEnd: 0 });
}

/** Removes the shares of a symbol with their cost, as the activity of it has them. */
function removeLots(state: AccountState, symbol: string, qty: number) {
  const cost = costBasisOf(state, symbol);
  const removed = state.lots === null ? [] : transferOut(lotsOf(state.lots, symbol), qty);
  state.costBasis.delete(symbol);
  const lots = removed.map(({ lotId, acquiredAt, quantity, cost: paid }) => {
    return { lotId, acquiredAt, quantity, cost: paid, proceeds: null };
  });
  return { type: "JNLS", symbol, qty: -qty, cost: -cost, lots } as const;
}

/** True for what a paper account recorded before its reset, and for what the reset removed. */
export function isBeforeReset({ resetAt }: Pick<Readonly<AccountState>, "resetAt">, { at, type }: Activity): boolean {
  return at < resetAt || (at === resetAt && type !== "CSD");
}
