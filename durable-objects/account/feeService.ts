/** The fee plan of an account. */
import { currentPlan } from "../../domain/account/fees/accountFees.ts";
import { decideFeePlan } from "../../domain/account/fees/feePlanEntry.ts";
import type { AccountEntry } from "../../domain/account/state/entries.ts";
import type { AccountState } from "../../domain/account/state/accountState.ts";
import type { Origin } from "../../domain/account/state/events.ts";
import { tierVolumeOn } from "../../domain/fees/tierVolume.ts";
import { tradeDay } from "../../domain/settlement/settlement.ts";
import type { AccountFeesRpc, FeePlanView } from "../../protocol/rpc/accountFees.ts";

export interface FeeServicePorts {
  state(): Readonly<AccountState>;
  decide<T>(
    decide: (state: Readonly<AccountState>) => { readonly entries: readonly AccountEntry[]; readonly outcome: T },
  ): Promise<T>;
}

/** Reads and sets the fee plan. */
export class FeeService {
  readonly #ports: FeeServicePorts;

  constructor(ports: FeeServicePorts) {
    this.#ports = ports;
  }

  /** The plan of new orders; null when the account is not open. */
  plan(now: number): FeePlanView | null {
    const { accountId, fees } = this.#ports.state();
    if (accountId === "") return null;
    const plan = currentPlan(fees);
    const volume = tierVolumeOn(fees.volume, tradeDay(now));
    return { name: plan?.name ?? null, version: plan?.version ?? 0, volume };
  }

  /** False when the account is not open, has another owner, or there is no such plan. `origin` is stored as it is. */
  set(
    name: string,
    { ownerId, asked, approved }: Parameters<AccountFeesRpc["setFeePlan"]>[1],
    origin: Origin,
  ): Promise<boolean> {
    const by = approved === "" || approved === asked ? { by: asked } : { by: asked, approvedBy: approved };
    return this.#ports.decide((state) => {
      if (state.accountId === "" || state.userId !== ownerId) return { entries: [], outcome: false };
      const { entries, set } = decideFeePlan(state, name, by, origin);
      return { entries, outcome: set };
    });
  }
}
