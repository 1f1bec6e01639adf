/** The fee plan of an account: decided by administrators, applied to the orders that follow. */
import type { UserId } from "../../ids.ts";
import { feePlanNamed } from "../../fees/catalogue.ts";
import type { Decision } from "../entry/decision.ts";
import { fail } from "../entry/refusal.ts";
import type { AccountState } from "../state/accountState.ts";
import type { FeePlanEntry } from "../state/entries.ts";
import type { Origin } from "../state/events.ts";
import type { AccountOutputs } from "../state/outputs.ts";
import { audit } from "../state/record.ts";
import { currentPlan, setFeePlan } from "./accountFees.ts";

/** Decides a change of the fee plan. The value is the name of the plan; the plan that the account has changes nothing. */
export function decideFeePlan(
  state: Readonly<AccountState>,
  name: string,
  by: { readonly by: UserId; readonly approvedBy?: UserId },
  origin: Origin,
): Decision<string> {
  const plan = feePlanNamed(name);
  if (plan === undefined) return { entries: [], outcome: fail({ reason: "fee_plan_unknown" }) };
  const now = currentPlan(state.fees);
  const same = now?.name === plan.name && now.version === plan.version;
  return {
    entries: same ? [] : [{ kind: "fee_plan_set", plan, ...by, origin }],
    outcome: { ok: true, value: plan.name },
  };
}

/** Orders that are accepted from here on are charged by the plan. */
export function applyFeePlan(state: AccountState, entry: FeePlanEntry, now: number, out: AccountOutputs): void {
  const { plan, by, approvedBy, origin } = entry;
  setFeePlan(state, plan);
  const body = {
    number: state.fees.current,
    plan,
    ...(by === undefined ? {} : { by }),
    ...(approvedBy === undefined ? {} : { approved_by: approvedBy }),
  };
  const event = { action: "account.fee_plan_set", resource: `account/${state.accountId}`, body };
  audit(state, { ...event, before: null, after: null }, origin, now, out);
}
