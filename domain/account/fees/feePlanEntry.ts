/** The fee plan of an account: decided by administrators, applied to the orders that follow. */
import type { UserId } from "../../ids.ts";
import { feePlanNamed } from "../../fees/catalogue.ts";
import { loadFeePlan, saveFeePlan } from "../../fees/savedPlan.ts";
import type { AccountState } from "../state/accountState.ts";
import type { FeePlanEntry } from "../state/entries.ts";
import type { Origin } from "../state/events.ts";
import type { AccountOutputs } from "../state/outputs.ts";
import { audit } from "../state/record.ts";
import { currentPlan, setFeePlan } from "./accountFees.ts";

/** Decides a change of the fee plan: false when there is none of this name. The plan that the account has changes nothing. */
export function decideFeePlan(
  state: Readonly<AccountState>,
  name: string,
  by: { readonly by: UserId; readonly approvedBy?: UserId },
  origin: Origin,
): { readonly entries: readonly FeePlanEntry[]; readonly set: boolean } {
  const plan = feePlanNamed(name);
  if (plan === undefined) return { entries: [], set: false };
  const now = currentPlan(state.fees);
  const same = now?.name === plan.name && now.version === plan.version;
  return { entries: same ? [] : [{ kind: "fee_plan_set", plan: saveFeePlan(plan), ...by, origin }], set: true };
}

/** Orders that are accepted from here on are charged by the plan. */
export function applyFeePlan(state: AccountState, entry: FeePlanEntry, now: number, out: AccountOutputs): void {
  const { plan, by, approvedBy, origin } = entry;
  setFeePlan(state, loadFeePlan(plan));
  const body = {
    number: state.fees.current,
    plan,
    ...(by === undefined ? {} : { by }),
    ...(approvedBy === undefined ? {} : { approved_by: approvedBy }),
  };
  const event = { action: "account.fee_plan_set", resource: `account/${state.accountId}`, body };
  audit(state, { ...event, before: null, after: null }, origin, now, out);
}
