/** The plan of an account's owner, as the newest request that trades came with it: settlement and limits follow it. */
import { planLimitsEntry } from "../../domain/account/settings/planLimits.ts";
import { exemption } from "../../domain/account/settlement/settlementEntries.ts";
import type { AccountState } from "../../domain/account/state/accountState.ts";
import type { AccountEntry } from "../../domain/account/state/entries.ts";
import type { UserId } from "../../domain/ids.ts";
import type { Plan } from "../../domain/rateLimit.ts";
import type { PlanLimits } from "../../domain/risk/limits.ts";

export class OwnersPlan {
  readonly #limitsOf: (plan: Plan) => PlanLimits | null;
  /** Null until the first such request since the object has started. */
  #plan: Plan | null = null;

  constructor(limitsOf: (plan: Plan) => PlanLimits | null) {
    this.#limitsOf = limitsOf;
  }

  /** Notes the plan with which a request of this user comes; only the owner's counts. */
  note({ userId }: Readonly<AccountState>, by: UserId, plan: Plan): void {
    if (by === userId) this.#plan = plan;
  }

  /** Its limits; null while the plan or its limits are not known. */
  limits(): PlanLimits | null {
    return this.#plan === null ? null : this.#limitsOf(this.#plan);
  }

  /** Entries that make the account follow the plan; few accounts need any. */
  entries(state: Readonly<AccountState>): readonly AccountEntry[] {
    if (this.#plan === null) return [];
    const exempts = exemption(state, this.#plan === "market_maker");
    const limits = planLimitsEntry(state, this.limits());
    if (exempts === null && limits === null) return [];
    return [...(exempts === null ? [] : [exempts]), ...(limits === null ? [] : [limits])];
  }
}
