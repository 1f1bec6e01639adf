/** Settings, kill switches, blocks and limits of an account. */
import type { Outcome } from "../../domain/account/entry/refusal.ts";
import type { AccountEntry } from "../../domain/account/state/entries.ts";
import type { AccountState } from "../../domain/account/state/accountState.ts";
import { decideControls } from "../../domain/account/settings/changeControls.ts";
import { decideSettings } from "../../domain/account/settings/changeSettings.ts";
import type { Origin } from "../../domain/account/state/events.ts";
import type { UserId } from "../../domain/ids.ts";
import type { RiskControls } from "../../domain/risk/limits.ts";
import type {
  AccountSettings,
  ControlsChange,
  KillSwitchRequest,
  KillSwitchResult,
  SettingsChange,
} from "../../protocol/rpc/accountSettings.ts";
import type { OrderService } from "./orderService.ts";

type Decide<T> = (
  state: Readonly<AccountState>,
  now: number,
) => { readonly entries: readonly AccountEntry[]; readonly outcome: Outcome<T> };

export interface RiskServicePorts {
  state(): Readonly<AccountState>;
  readonly orders: Pick<OrderService, "cancelAll" | "closeAll">;
  /** Decides a request to an account that is open and not erased. */
  decideUnlessErased<T>(decide: Decide<T>): Promise<Outcome<T>>;
}

export class RiskService {
  readonly #ports: RiskServicePorts;

  constructor(ports: RiskServicePorts) {
    this.#ports = ports;
  }

  /** Null when the account was never opened. */
  settings(): AccountSettings | null {
    const { accountId, settings } = this.#ports.state();
    return accountId === "" ? null : settings;
  }

  changeSettings(change: SettingsChange, origin: Origin): Promise<Outcome<AccountSettings>> {
    return this.#ports.decideUnlessErased((state, now) => decideSettings(state, change, origin, now));
  }

  controls(): RiskControls | null {
    const { accountId, risk } = this.#ports.state();
    return accountId === "" ? null : risk.controls;
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
