import type { AccountType } from "../../accountType.ts";
import type { Holdings } from "../ledger/holdings.ts";
import { loadAccountFees, saveAccountFees, type SavedAccountFees } from "../fees/accountFees.ts";
import {
  loadAccountSettlement,
  saveAccountSettlement,
  type SavedAccountSettlement,
} from "../settlement/settlementState.ts";
import { loadBalances, saveBalances, type SavedBalances } from "../ledger/ledger.ts";
import type { Posting } from "../ledger/posting.ts";
import type { Withdrawal } from "../ledger/withdrawal.ts";
import { loadAccountLots, saveAccountLots } from "../lots/accountLots.ts";
import type { SavedAccountLots } from "../lots/accountLots.ts";
import { loadedSettings, savedSettings, type SettingsChange } from "../settings/accountSettings.ts";
import { loadRisk, type SavedRisk, saveRisk } from "../settings/riskState.ts";
import { loadTimers, saveTimers } from "../timers/cancelTimers.ts";
import type { SavedTimers } from "../timers/cancelTimers.ts";
import type { AccountState } from "./accountState.ts";
import { bySide, withLots } from "./openOrders.ts";
import type { Order } from "./order.ts";

/** An account as a snapshot stores it. Snapshots of earlier releases lack the optional fields. */
export interface SavedAccount extends Omit<
  AccountState,
  | "type"
  | "closedAt"
  | "ledger"
  | "fees"
  | "lots"
  | "settlement"
  | "costBasis"
  | "open"
  | "openByClientId"
  | "openBySide"
  | "openWithLots"
  | "nextUpdate"
  | "lastOrderMicros"
  | "timers"
  | "withdrawals"
  | "postings"
  | "settings"
  | "risk"
  | "dayEnd"
  | "atClose"
  | "activitiesSince"
  | "resetAt"
> {
  /** Those that differ from the defaults. */
  readonly settings?: SettingsChange;
  readonly risk?: SavedRisk;
  readonly activitiesSince?: number;
  /** Of a paper account that was reset. */
  readonly resetAt?: number;
  readonly type?: AccountType;
  readonly closedAt?: number | null;
  readonly dayEnd?: number;
  readonly atClose?: Holdings | null;
  readonly lastOrderMicros?: number;
  readonly nextUpdate?: number;
  readonly timers?: SavedTimers;
  readonly withdrawals?: readonly Withdrawal[];
  readonly postings?: readonly Posting[];
  readonly ledger: readonly (readonly [string, SavedBalances])[];
  readonly fees?: SavedAccountFees;
  /** Null in an account with average cost. */
  readonly lots?: SavedAccountLots | null;
  readonly settlement?: SavedAccountSettlement | undefined;
  readonly costBasis: readonly (readonly [string, number])[];
  readonly open: readonly Order[];
}

/** The account as its snapshot stores it. */
export function saveAccount(state: AccountState): SavedAccount {
  const { openByClientId: _ids, openBySide: _sides, openWithLots: _lots, settings, risk, resetAt, ...rest } = state;
  const changed = savedSettings(settings);
  const savedRisk = saveRisk(risk);
  return {
    ...rest,
    ledger: [...state.ledger].map(([asset, each]) => [asset, saveBalances(each)] as const),
    fees: saveAccountFees(state.fees),
    lots: state.lots === null ? null : saveAccountLots(state.lots),
    settlement: saveAccountSettlement(state.settlement),
    costBasis: [...state.costBasis],
    open: [...state.open.values()],
    timers: saveTimers(state.timers),
    withdrawals: [...state.withdrawals.values()],
    postings: [...state.postings.values()],
    ...(changed === undefined ? {} : { settings: changed }),
    ...(savedRisk === undefined ? {} : { risk: savedRisk }),
    ...(resetAt === 0 ? {} : { resetAt }),
  };
}

/** Loads an account from a snapshot of this or an earlier release. */
export function loadAccount(saved: SavedAccount): AccountState {
  return {
    ...saved,
    type: saved.type ?? "cash",
    closedAt: saved.closedAt ?? null,
    nextUpdate: saved.nextUpdate ?? 1,
    lastOrderMicros: saved.lastOrderMicros ?? 0,
    dayEnd: saved.dayEnd ?? 0,
    atClose: saved.atClose ?? null,
    settings: loadedSettings(saved.settings),
    risk: loadRisk(saved.risk),
    activitiesSince: saved.activitiesSince ?? 0,
    resetAt: saved.resetAt ?? 0,
    timers: loadTimers(saved.timers),
    withdrawals: new Map((saved.withdrawals ?? []).map((withdrawal) => [withdrawal.id, withdrawal])),
    postings: new Map((saved.postings ?? []).map((posting) => [posting.command.transferId, posting])),
    ledger: new Map(saved.ledger.map(([asset, each]) => [asset, loadBalances(each)] as const)),
    fees: loadAccountFees(saved.fees),
    lots: saved.lots ? loadAccountLots(saved.lots) : null,
    settlement: loadAccountSettlement(saved.settlement),
    costBasis: new Map(saved.costBasis),
    open: new Map(saved.open.map((order) => [order.id, order])),
    openByClientId: new Map(saved.open.map((order) => [order.clientOrderId, order.id])),
    openBySide: bySide(saved.open),
    openWithLots: withLots(saved.open),
  };
}
