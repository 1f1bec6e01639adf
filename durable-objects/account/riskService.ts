/** Settings, kill switches, blocks and limits of an account. */
import type { Outcome } from "../../domain/account/entry/refusal.ts";
import type { AccountEntry } from "../../domain/account/state/entries.ts";
import type { AccountState } from "../../domain/account/state/accountState.ts";
import { decideControls } from "../../domain/account/settings/changeControls.ts";
import { decideSettings } from "../../domain/account/settings/changeSettings.ts";
import type { Origin } from "../../domain/account/state/events.ts";
import type { UserId } from "../../domain/ids.ts";
import { loosened, splitControls } from "../../domain/account/settings/loosenControls.ts";
import { limitsOfExchange } from "../../domain/risk/bounds.ts";
import {
  type ControlsLoosening,
  NO_LIMITS,
  type PlanLimits,
  type RiskControls,
  type RiskLimits,
} from "../../domain/risk/limits.ts";
import type {
  AccountSettingsRpc,
  ControlsChange,
  ControlsView,
  KillSwitchRequest,
  KillSwitchResult,
  SettingsChange,
  SettingsView,
  TightenedControls,
} from "../../protocol/rpc/accountSettings.ts";
import type { OrderService } from "./orderService.ts";

type Decide<T> = (
  state: Readonly<AccountState>,
  now: number,
) => { readonly entries: readonly AccountEntry[]; readonly outcome: Outcome<T> };

export interface RiskServicePorts {
  state(): Readonly<AccountState>;
  readonly orders: Pick<OrderService, "cancelAll" | "closeAll">;
  /** The limits of the owner's plan; null while they are not known. */
  planLimits(): PlanLimits | null;
  /** Decides a request to an account that is open and not erased. */
  decideUnlessErased<T>(decide: Decide<T>): Promise<Outcome<T>>;
}

export class RiskService {
  readonly #ports: RiskServicePorts;

  constructor(ports: RiskServicePorts) {
    this.#ports = ports;
  }

  /** Null when the account was never opened. */
  settings(): SettingsView | null {
    const state = this.#ports.state();
    return state.accountId === "" ? null : { ...state.settings, exchangeLimits: this.#exchangeLimits(state) };
  }

  changeSettings(change: SettingsChange, origin: Origin): Promise<Outcome<SettingsView>> {
    return this.#ports.decideUnlessErased((state, now) => {
      const { entries, outcome } = decideSettings(state, change, origin, now, this.#plan(state));
      if (!outcome.ok) return { entries, outcome };
      return {
        entries,
        outcome: { ok: true, value: { ...outcome.value, exchangeLimits: this.#exchangeLimits(state) } },
      };
    });
  }

  controls(): ControlsView | null {
    const state = this.#ports.state();
    return state.accountId === "" ? null : { ...state.risk.controls, plan: this.#plan(state) };
  }

  /** Tightens at once; what loosens is returned, and needs a second administrator. */
  async tightenControls(change: ControlsChange, by: UserId, origin: Origin): Promise<Outcome<TightenedControls>> {
    return this.#ports.decideUnlessErased((state) => {
      const { tightens, loosens } = splitControls(state.risk.controls, this.#plan(state), change);
      const { entries, outcome } = decideControls(state, tightens, by, origin);
      return { entries, outcome: { ok: true, value: { controls: outcome.value, loosens } } };
    });
  }

  /** Lifts what two administrators have decided, or nothing: false when the owner is another one. */
  async loosenControls(
    asked: ControlsLoosening,
    { ownerId, asked: by, approved }: Parameters<AccountSettingsRpc["loosenControls"]>[1],
    origin: Origin,
  ): Promise<boolean | "changed"> {
    const outcome = await this.#ports.decideUnlessErased<boolean | "changed">((state) => {
      if (state.userId !== ownerId) return { entries: [], outcome: { ok: true, value: false } };
      const change = loosened(state.risk.controls, asked);
      if (change === null) return { entries: [], outcome: { ok: true, value: "changed" } };
      const { entries } = decideControls(state, change, by, origin, approved === "" ? undefined : approved);
      return { entries, outcome: { ok: true, value: true } };
    });
    return outcome.ok && outcome.value;
  }

  #exchangeLimits(state: Readonly<AccountState>): RiskLimits {
    return limitsOfExchange(state.risk.controls.limits, this.#plan(state)?.limits ?? NO_LIMITS);
  }

  #plan(state: Readonly<AccountState>): PlanLimits | null {
    return this.#ports.planLimits() ?? state.risk.plan;
  }

  changeControls(change: ControlsChange, by: UserId, origin: Origin): Promise<Outcome<RiskControls>> {
    return this.#ports.decideUnlessErased((state) => decideControls(state, change, by, origin));
  }

  /** The switch is durable before anything is cancelled, so no order is accepted between. */
  async setKillSwitch(
    whose: "killedByOwner" | "killedByExchange",
    { on, cancelOrders, flatten }: KillSwitchRequest,
    by: UserId,
    origin: Origin,
  ): Promise<Outcome<KillSwitchResult>> {
    const changed = await this.changeControls({ [whose]: on }, by, origin);
    if (!changed.ok) return changed;
    const { orders } = this.#ports;
    // Open sells hold what is to be sold.
    const canceled = on && (cancelOrders || flatten) ? await orders.cancelAll(origin) : [];
    const closed = on && flatten ? await orders.closeAll(false, origin, Number.POSITIVE_INFINITY, true) : [];
    return { ok: true, value: { controls: changed.value, canceled, closed } };
  }
}
