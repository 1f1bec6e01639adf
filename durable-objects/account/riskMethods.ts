import type { Outcome } from "../../domain/account/entry/refusal.ts";
import type { OrderTicket } from "../../domain/account/entry/ticket.ts";
import type { Origin } from "../../domain/account/state/events.ts";
import type { ControlsLoosening, RiskControls } from "../../domain/risk/limits.ts";
import type { Principal } from "../../protocol/auth/principal.ts";
import type {
  AccountSettingsRpc,
  ControlsChange,
  ControlsView,
  KillSwitchRequest,
  KillSwitchResult,
  OrderPreview,
  SettingsChange,
  SettingsView,
  TightenedControls,
} from "../../protocol/rpc/accountSettings.ts";
import type { AccountParts } from "./parts.ts";
import { AccountReads } from "./reads.ts";

/** The RPC methods of an account about its settings and risk. */
export abstract class AccountRiskMethods extends AccountReads implements AccountSettingsRpc {
  readonly #parts: AccountParts;

  constructor(ctx: DurableObjectState, env: CoreEnv, parts: AccountParts) {
    super(ctx, env, parts);
    this.#parts = parts;
  }

  previewOrder(ticket: OrderTicket): Promise<OrderPreview | null> {
    return this.#parts.previews.preview(ticket);
  }

  settings(): Promise<SettingsView | null> {
    return Promise.resolve(this.#parts.risk.settings());
  }

  changeSettings(principal: Principal, change: SettingsChange, origin: Origin): Promise<Outcome<SettingsView>> {
    return this.#parts.risk.changeSettings(change, this.#parts.origins.ofClient(principal, origin));
  }

  controls(): Promise<ControlsView | null> {
    return Promise.resolve(this.#parts.risk.controls());
  }

  changeControls(administrator: Principal, change: ControlsChange, origin: Origin): Promise<Outcome<RiskControls>> {
    const from = this.#parts.origins.ofAdministrator(administrator, origin);
    return this.#parts.risk.changeControls(change, administrator.userId, from);
  }

  tightenControls(
    administrator: Principal,
    change: ControlsChange,
    origin: Origin,
  ): Promise<Outcome<TightenedControls>> {
    const from = this.#parts.origins.ofAdministrator(administrator, origin);
    return this.#parts.risk.tightenControls(change, administrator.userId, from);
  }

  loosenControls(
    asked: ControlsLoosening,
    by: Parameters<AccountSettingsRpc["loosenControls"]>[1],
    origin: Origin,
  ): Promise<boolean | "changed"> {
    const from = this.#parts.origins.ofAdministrator({ userId: by.approved || by.asked }, origin);
    return this.#parts.risk.loosenControls(asked, by, from);
  }

  setKillSwitch(principal: Principal, asked: KillSwitchRequest, origin: Origin): Promise<Outcome<KillSwitchResult>> {
    const from = this.#parts.origins.ofClient(principal, origin);
    return this.#parts.risk.setKillSwitch("killedByOwner", asked, principal.userId, from);
  }

  setKillSwitchOfExchange(
    administrator: Principal,
    asked: KillSwitchRequest,
    origin: Origin,
  ): Promise<Outcome<KillSwitchResult>> {
    const from = this.#parts.origins.ofAdministrator(administrator, origin);
    return this.#parts.risk.setKillSwitch("killedByExchange", asked, administrator.userId, from);
  }
}
