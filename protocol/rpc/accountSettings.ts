/** RPC of an Account object about its settings and risk. Additive across releases, like protocol/rpc/account.ts. */
import type { AccountSettings, SettingsChange } from "../../domain/account/settings/accountSettings.ts";
import type { Origin } from "../../domain/account/state/events.ts";
import type { Outcome } from "../../domain/account/entry/refusal.ts";
import type { OrderPreview } from "../../domain/account/entry/preview.ts";
import type { OrderTicket } from "../../domain/account/entry/ticket.ts";
import type { UserId } from "../../domain/ids.ts";
import type {
  ControlsChange,
  ControlsLoosening,
  PlanLimits,
  RiskControls,
  RiskLimits,
} from "../../domain/risk/limits.ts";
import type { Principal } from "../auth/principal.ts";
import type { CancelAllEntry, ClosedPosition } from "./orderViews.ts";

export type { AccountSettings, SettingsChange } from "../../domain/account/settings/accountSettings.ts";
export type { ControlsChange } from "../../domain/risk/limits.ts";

/** A change of a kill switch, and what is done once it is on. */
export interface KillSwitchRequest {
  readonly on: boolean;
  /** Cancels every open order. */
  readonly cancelOrders: boolean;
  /** Sells every position by market orders. */
  readonly flatten: boolean;
}

/** The controls after a change, the orders that were cancelled, and the positions that were to be closed. */
export interface KillSwitchResult {
  readonly controls: RiskControls;
  readonly canceled: readonly CancelAllEntry[];
  readonly closed: readonly ClosedPosition[];
}

export type { OrderPreview, PreviewWarning } from "../../domain/account/entry/preview.ts";

/** The controls, and the limits of the owner's plan; left out by an earlier release, null when none are known. */
export interface ControlsView extends RiskControls {
  readonly plan?: PlanLimits | null;
}

/** The settings, and the limits that the exchange has set for the account and its plan; left out by an earlier release. */
export interface SettingsView extends AccountSettings {
  readonly exchangeLimits?: RiskLimits;
}

/** The controls after what tightens them, and what of the change needs a second administrator; null: nothing. */
export interface TightenedControls {
  readonly controls: RiskControls;
  readonly loosens: ControlsLoosening | null;
}

export interface AccountSettingsRpc {
  /** What an order would do, and every rule that would refuse it. Changes nothing; null: never opened. */
  previewOrder(ticket: OrderTicket): Promise<OrderPreview | null>;
  /** The settings of the account; null when it was never opened. */
  settings(): Promise<SettingsView | null>;
  /** Changes some settings and returns all of them. Journalled and audited; what changes nothing is not recorded. */
  changeSettings(principal: Principal, change: SettingsChange, origin: Origin): Promise<Outcome<SettingsView>>;
  /** Kill switches, blocks and limits of the exchange; null when the account was never opened. */
  controls(): Promise<ControlsView | null>;
  /**
   * Sets the kill switch of the owner, or, as `exchange`, of an administrator. It is on, durably, before orders are
   * cancelled and positions closed. Repeatable: what was not cancelled or closed is tried again.
   */
  setKillSwitch(principal: Principal, asked: KillSwitchRequest, origin: Origin): Promise<Outcome<KillSwitchResult>>;
  setKillSwitchOfExchange(
    administrator: Principal,
    asked: KillSwitchRequest,
    origin: Origin,
  ): Promise<Outcome<KillSwitchResult>>;
  /** Places blocks and narrows limits, as an administrator; returns what of the change would lift any. */
  tightenControls(
    administrator: Principal,
    change: ControlsChange,
    origin: Origin,
  ): Promise<Outcome<TightenedControls>>;
  /**
   * Lifts blocks and widens limits, as administrators have decided. Repeatable. Nothing is changed when it returns false,
   * because the account is not one of this owner, or is closed, or `changed`, because it has other limits since.
   */
  loosenControls(
    asked: ControlsLoosening,
    by: { readonly ownerId: UserId; readonly asked: UserId; readonly approved: UserId },
    origin: Origin,
  ): Promise<boolean | "changed">;
  /** Changes blocks and limits as the gateway of the previous release asks for, which knew no second administrator. */
  changeControls(administrator: Principal, change: ControlsChange, origin: Origin): Promise<Outcome<RiskControls>>;
}
