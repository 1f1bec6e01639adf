/** RPC of an Account object about its settings. Additive across releases, like protocol/rpc/account.ts. */
import type { AccountSettings, SettingsChange } from "../../domain/account/settings/accountSettings.ts";
import type { Origin } from "../../domain/account/state/events.ts";
import type { Outcome } from "../../domain/account/entry/refusal.ts";
import type { Principal } from "../auth/principal.ts";

export type { AccountSettings, SettingsChange } from "../../domain/account/settings/accountSettings.ts";

export interface AccountSettingsRpc {
  /** The settings of the account; null when it was never opened. */
  settings(): Promise<AccountSettings | null>;
  /** Changes some settings and returns all of them. Journalled and audited; what changes nothing is not recorded. */
  changeSettings(principal: Principal, change: SettingsChange, origin: Origin): Promise<Outcome<AccountSettings>>;
}
