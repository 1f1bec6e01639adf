/** RPC of an Account object about its fees. Additive across releases, like protocol/rpc/account.ts. */
import type { Origin } from "../../domain/account/state/events.ts";
import type { UserId } from "../../domain/ids.ts";

/** The fee plan of new orders of an account; `volume` is what decides its tier today, in 1/10,000 dollar. */
export interface FeePlanView {
  /** Null: none was ever set, and nothing is charged. */
  readonly name: string | null;
  readonly version: number;
  readonly volume: number;
}

export interface AccountFeesRpc {
  /** The fee plan; null when the account was never opened. */
  feePlan(): Promise<FeePlanView | null>;
  /**
   * Sets the fee plan, as administrators have decided: journalled and audited; the plan that the account has changes
   * nothing. False, and nothing is changed, when the account is not one of this owner or there is no such plan.
   */
  setFeePlan(
    name: string,
    by: { readonly ownerId: UserId; readonly asked: UserId; readonly approved: UserId },
    origin: Origin,
  ): Promise<boolean>;
}
