/** Records activities. An account of an earlier release records from its first commit under this one. */
import { CASH, owned } from "../ledger/ledger.ts";
import { costBasisOf } from "../lots/accountLots.ts";
import type { AccountState } from "../state/accountState.ts";
import type { AccountOutputs } from "../state/outputs.ts";
import type { Activity, BookingActivity } from "./activity.ts";

/** Records an activity, unless the record of the account has not begun. */
export function recordActivity(state: Readonly<AccountState>, activity: Activity, out: AccountOutputs): void {
  if (state.activitiesSince > 0) out.activity(activity);
}

/** Records a change that is not a fill; amounts that are left out are zero. */
export function recordBooking(
  state: Readonly<AccountState>,
  booking: Pick<BookingActivity, "type" | "at" | "reference" | "description"> & Partial<BookingActivity>,
  out: AccountOutputs,
): void {
  const { type, at, cash = 0, symbol = null, qty = 0, cost = 0, reference, description, lots = [] } = booking;
  recordActivity(state, { type, at, cash, symbol, qty, cost, reference, description, lots }, out);
}

/** True for an open account of an earlier release, whose record begins with its next commit. */
export function mustBeginActivities({ accountId, activitiesSince }: Readonly<AccountState>): boolean {
  return accountId !== "" && activitiesSince === 0;
}

/** Begins the record of an account of an earlier release: with what it has, so that all later balances follow from it. */
export function beginActivities(state: AccountState, now: number, out: AccountOutputs): void {
  if (state.activitiesSince > 0) return;
  state.activitiesSince = now;
  for (const asset of [...state.ledger.keys()].sort()) {
    const amount = owned(state.ledger, asset);
    if (amount === 0) continue;
    const cost = costBasisOf(state, asset);
    const what = asset === CASH ? { cash: amount } : { symbol: asset, qty: amount, cost };
    recordBooking(
      state,
      {
        type: "MISC",
        at: now,
        reference: "",
        description: "Carried forward: the record of activities begins",
        ...what,
      },
      out,
    );
  }
}
