import type { SavedFeePlan } from "../../fees/savedPlan.ts";
import type { AccountId, UserId } from "../../ids.ts";
import type { ReplaceCommand } from "../../matching/messages.ts";
import type { TransferEnd } from "../../transfers/messages.ts";
import type { AccountType } from "../../accountType.ts";
import type { Refusal } from "../entry/refusal.ts";
import type { OrderTicket, ReplaceTicket } from "../entry/ticket.ts";
import type { ControlsChange, PlanLimits } from "../../risk/limits.ts";
import type { ResetEntry } from "../paper/reset.ts";
import type { SettingsChange } from "../settings/accountSettings.ts";
import type { ChosenShares } from "../ledger/movedShares.ts";
import type { TransferredLot } from "../../portfolio/lots.ts";
import type { StoredResponse } from "../ledger/idempotentResponse.ts";
import type { Origin } from "./events.ts";
import type { NewOrder } from "./order.ts";

/** A replace was requested: the new order, and what it needs beyond the hold of the old one. */
export interface ReplaceEntry {
  readonly kind: "replace_requested";
  readonly order: NewOrder;
  /** Cash or lots, held on the new order until the book has replied. */
  readonly extra: number;
  readonly command: ReplaceCommand;
  /** Version of the rules that decided it; absent under the first rules. */
  readonly rules?: number;
  readonly origin: Origin;
}

/** A replace was refused. */
export interface ReplaceRefused {
  readonly kind: "replace_refused";
  readonly orderId: string;
  readonly ticket: ReplaceTicket;
  readonly refusal: Refusal;
  readonly origin: Origin;
}

/** Changes and firings of the timers that cancel orders. */
export type TimerEntry =
  | { readonly kind: "cancel_timer_set"; readonly timeoutMs: number; readonly origin: Origin }
  | { readonly kind: "cancel_timer_off"; readonly origin: Origin }
  | { readonly kind: "cancel_timer_fired" }
  | { readonly kind: "lease_held"; readonly session: string; readonly ttlMs: number; readonly origin: Origin }
  /** `origin` is absent in entries of earlier releases, which did not know who released the lease. */
  | { readonly kind: "lease_released"; readonly session: string; readonly origin?: Origin }
  | {
      readonly kind: "lease_fired";
      readonly session: string;
      readonly cause: "disconnected" | "expired";
      readonly origin: Origin;
    };

export type WithdrawalEntry =
  | {
      readonly kind: "withdrawal_requested";
      readonly id: string;
      readonly reference: string;
      readonly amount: number;
      readonly by: UserId;
      readonly origin: Origin;
      /** Address of the actor that decides it; left out by an earlier release, whose gateway proposed it. */
      readonly transfers?: string;
      /** The route of the owner's login. */
      readonly ownerRoute?: string | null;
      /** The owner's account that gets it; absent: the cash leaves the exchange. */
      readonly to?: AccountId;
      /** The shares that leave with this entry; absent: cash is held. */
      readonly shares?: ChosenShares;
    }
  /** Withdrawals that wait since an earlier release are sent to the transfers actor, once. */
  | { readonly kind: "withdrawals_announced"; readonly transfers: string }
  | {
      readonly kind: "withdrawal_settled" | "withdrawal_rejected";
      readonly id: string;
      /** The administrator who decided; empty when the withdrawal expired. */
      readonly by: UserId;
      readonly origin: Origin;
    };

/**
 * The result of a deposit that the transfers actor sent, for the reply to it. The entries of a posted deposit are in the
 * same commit.
 */
export type PostingEntry = {
  readonly kind: "posting_ended";
  readonly transferId: string;
} & TransferEnd;

/** The owner has closed the account. */
export interface ClosedEntry {
  readonly kind: "closed";
  readonly origin: Origin;
}

/**
 * The fee plan of orders that are accepted from here on, as data. `by` and `approvedBy`: the administrators; an update to
 * a newer version of the plan has neither.
 */
export interface FeePlanEntry {
  readonly kind: "fee_plan_set";
  readonly plan: SavedFeePlan;
  readonly by?: UserId;
  readonly approvedBy?: UserId;
  readonly origin: Origin;
}

/** The fees of a trading day are sent to the house account at `to`. */
export interface FeesSweptEntry {
  readonly kind: "fees_swept";
  /** Numbered from 1970-01-01. */
  readonly day: number;
  readonly to: string;
}

/**
 * `settlement_began`: cash settles from here on, and what the account has is settled. `settlement_exemption_set`: the
 * owner has become, or is no longer, a market maker. `liquidations_audited`: liquidation violations have audit records
 * from here on.
 */
export type SettlementEntry =
  | { readonly kind: "settlement_began" | "liquidations_audited" }
  | { readonly kind: "settlement_exemption_set"; readonly exempt: boolean };

/** The response of a request with an idempotency key is stored. */
export type ResponseStoredEntry = { readonly kind: "answered" } & StoredResponse;

/** The kill switch was set, or the exchange has changed blocks or limits. */
export interface ControlsEntry {
  readonly kind: "controls_changed";
  readonly changes: ControlsChange;
  /** The user who changed them: the owner, or an administrator; and who has approved it. */
  readonly by: UserId;
  readonly approvedBy?: UserId;
  /** As of settings. */
  readonly names?: "snake_case";
  readonly origin: Origin;
}

/** The limits of the owner's plan have changed, or the plan has; they are those of the orders that follow. */
export interface PlanLimitsEntry {
  readonly kind: "plan_limits_set";
  readonly plan: PlanLimits;
}

/**
 * With these prices (now, at the previous close; 1/10,000 dollar) the account has lost as much on the day as its limit
 * allows.
 */
export interface LossLimitEntry {
  readonly kind: "loss_limit_reached";
  readonly loss: number;
  readonly prices: readonly (readonly [symbol: string, price: number, close: number])[];
}

/** The owner has changed settings. */
export interface SettingsEntry {
  readonly kind: "settings_changed";
  readonly changes: SettingsChange;
  /** Its audit record has names in snake_case, as others have; absent in entries of earlier releases: in camelCase. */
  readonly names?: "snake_case";
  readonly origin: Origin;
}

/** An account of an earlier release gets tax lots: one of each position, with its average cost. */
export interface LotEntry {
  readonly kind: "lots_opened";
  /** End of the trading day of the newest commit before; 0 when unknown. */
  readonly dayEnd: number;
}

/** Entries of the account's journal. Reports of books are journalled as messages. */
export type AccountEntry =
  | {
      readonly kind: "opened";
      readonly accountId: AccountId;
      readonly userId: UserId;
      readonly auditAddress: string;
      /** Its activities are recorded from the start; left out by releases that recorded none. */
      readonly activities?: true;
      /** The account has tax lots; absent in entries of earlier releases, whose accounts begin with average cost. */
      readonly lots?: true;
      /** Cash settles from the opening on; absent in entries of earlier releases. */
      readonly settlement?: true;
      /** Liquidation violations have audit records; absent in entries of earlier releases. */
      readonly liquidations?: true;
      readonly origin: Origin;
      /** Absent: cash, as every account of an earlier release. */
      readonly type?: AccountType;
    }
  /** The record of activities of an account of an earlier release begins. */
  | { readonly kind: "activities_began" }
  | ClosedEntry
  | {
      readonly kind: "deposited";
      readonly reference: string;
      /** "USD" or a symbol; the amount in its units. */
      readonly asset: string;
      readonly amount: number;
      /** Cost basis of deposited lots, in 1/10,000 dollar; 0 for cash. */
      readonly cost: number;
      readonly by: UserId;
      /** The user who approved the request; absent when no approval was required. */
      readonly approvedBy?: UserId;
      /** The account of the same owner that has paid it. */
      readonly payer?: AccountId;
      /** The lots of deposited shares; absent: one lot, acquired now. */
      readonly lots?: readonly TransferredLot[];
      readonly origin: Origin;
    }
  | {
      readonly kind: "accepted";
      readonly order: NewOrder;
      readonly legs?: readonly NewOrder[];
      readonly origin: Origin;
    }
  | { readonly kind: "refused"; readonly ticket: OrderTicket; readonly refusal: Refusal; readonly origin: Origin }
  | ReplaceEntry
  | ReplaceRefused
  | { readonly kind: "cancel_requested"; readonly orderId: string; readonly origin: Origin }
  /** The actor runtime found a fault that an operator must resolve. */
  | { readonly kind: "alerted"; readonly alert: string; readonly facts: Readonly<Record<string, unknown>> }
  | TimerEntry
  | WithdrawalEntry
  | LotEntry
  | PostingEntry
  | ResetEntry
  | SettingsEntry
  | ControlsEntry
  | PlanLimitsEntry
  | LossLimitEntry
  | FeePlanEntry
  | FeesSweptEntry
  | SettlementEntry
  | ResponseStoredEntry;
