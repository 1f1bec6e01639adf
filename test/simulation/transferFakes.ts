/** What transfers actors ask besides accounts: a login that notifies its owner, and who knows the administrators. */
import type { DecisionCheckResult } from "../../protocol/rpc/approvals.ts";

interface LoginEnv {
  /** Withdrawals whose owners were notified. */
  readonly notifiedWithdrawals: Set<string>;
}

export class Login {
  readonly #env: LoginEnv;

  constructor(_ctx: unknown, env: LoginEnv) {
    this.#env = env;
  }

  async withdrawalRequested({ id }: { readonly id: string }): Promise<void> {
    this.#env.notifiedWithdrawals.add(id);
  }
}

/** Everybody may decide. */
export class Administration {
  async checkDecision(): Promise<DecisionCheckResult> {
    return { deciderRefusal: null, requestRefusal: null };
  }
}
