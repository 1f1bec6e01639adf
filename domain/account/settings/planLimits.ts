/** The limits of the owner's plan, as an account takes them over before it decides an order (RK-14). */
import type { PlanLimits } from "../../risk/limits.ts";
import type { AccountState } from "../state/accountState.ts";
import type { PlanLimitsEntry } from "../state/entries.ts";
import { NO_ORIGIN } from "../state/events.ts";
import type { AccountOutputs } from "../state/outputs.ts";
import { audit } from "../state/record.ts";

/**
 * The entry that makes the limits of the plan those of the account; null when they are. An older version of the same plan
 * is that of a list which was read earlier, and changes nothing. `known`: null when no list was read.
 */
export function planLimitsEntry({ risk }: Readonly<AccountState>, known: PlanLimits | null): PlanLimitsEntry | null {
  if (known === null) return null;
  const { plan } = risk;
  if (plan === null ? known.version === 0 : plan.plan === known.plan && plan.version >= known.version) return null;
  return { kind: "plan_limits_set", plan: known };
}

/** The account as it will be when it decides its next order: with the limits of the plan as they are known now. */
export function withPlanLimits(state: AccountState, known: PlanLimits | null): AccountState {
  const entry = planLimitsEntry(state, known);
  return entry === null ? state : { ...state, risk: { ...state.risk, plan: entry.plan } };
}

/** Applies the entry, and records it. */
export function applyPlanLimits(
  state: AccountState,
  { plan }: PlanLimitsEntry,
  now: number,
  out: AccountOutputs,
): void {
  const before = state.risk.plan;
  state.risk.plan = plan;
  const was = before === null ? {} : { changed_from: { plan: before.plan, version: before.version } };
  const body = { ...plan, ...was };
  const resource = `account/${state.accountId}`;
  audit(state, { action: "account.plan_limits_set", resource, body, before: null, after: null }, NO_ORIGIN, now, out);
}
