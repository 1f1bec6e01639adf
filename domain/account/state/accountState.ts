import type { AccountId, UserId } from "../../ids.ts";
import { type AccountFees, newAccountFees } from "../fees/accountFees.ts";
import type { AccountType } from "../../accountType.ts";
import type { Holdings } from "../ledger/holdings.ts";
import type { Ledger } from "../ledger/ledger.ts";
import type { Posting } from "../ledger/posting.ts";
import type { Withdrawal } from "../ledger/withdrawal.ts";
import type { AccountLots } from "../lots/accountLots.ts";
import { DEFAULT_SETTINGS } from "../settings/accountSettings.ts";
import { type AccountRisk, newRisk } from "../settings/riskState.ts";
import type { AccountSettings } from "../settings/accountSettings.ts";
import { newTimers } from "../timers/cancelTimers.ts";
import type { AccountSettlement } from "../settlement/settlementState.ts";
import type { CancelTimers } from "../timers/cancelTimers.ts";
import type { OpenOrders } from "./openOrders.ts";

/**
 * A trading account as a deterministic state machine. A request is decided first (entry/decide.ts) and journalled as
 * entries; applying an entry (apply.ts) makes no decision, so a replay of an old journal gives the same state under newer
 * rules.
 */
export interface AccountState extends OpenOrders {
  accountId: AccountId;
  userId: UserId;
  accountNumber: string;
  type: AccountType;
  createdAt: number;
  /** When the owner closed it; null: it is open. */
  closedAt: number | null;
  /** Address of the account's audit shard, set when the account is opened. */
  auditAddress: string;
  readonly ledger: Ledger;
  /** Tax lots; null in an account of an earlier release until its first commit. */
  lots: AccountLots | null;
  /** Cost basis by symbol in 1/10,000 dollar, at average cost: only in an account without tax lots. */
  readonly costBasis: Map<string, number>;
  /** Fee plans and the 30-day volume. */
  readonly fees: AccountFees;
  /** Null until it begins: all cash counts as settled. */
  settlement: AccountSettlement | null;
  nextSequence: number;
  /** When the newest order was submitted, in epoch microseconds. */
  lastOrderMicros: number;
  nextAuditEvent: number;
  /** Sequence of the next trade update. */
  nextUpdate: number;
  /** Timers that cancel every open order. */
  readonly timers: CancelTimers;
  /** Pending withdrawals by id. Their cash is held. */
  readonly withdrawals: Map<string, Withdrawal>;
  /** Deposits that the transfers actor has sent and that are not decided here yet, by the transfer's id. */
  readonly postings: Map<string, Posting>;
  /** Replaced as a whole, never changed. */
  settings: AccountSettings;
  /** Kill switch, blocks and limits of the exchange, recent orders, the result of the day. */
  readonly risk: AccountRisk;
  /** End of the trading day of the newest commit, and the holdings at the end of the day before; null when unknown. */
  dayEnd: number;
  atClose: Holdings | null;
  /** Since when each activity is recorded; 0: not yet. */
  activitiesSince: number;
  /** When a paper account began again; 0: never. */
  resetAt: number;
}

/** The state of an account that is not open. */
export function newAccount(): AccountState {
  return {
    accountId: "",
    userId: "",
    accountNumber: "",
    type: "cash",
    createdAt: 0,
    closedAt: null,
    auditAddress: "",
    ledger: new Map(),
    lots: null,
    costBasis: new Map(),
    fees: newAccountFees(),
    settlement: null,
    open: new Map(),
    openByClientId: new Map(),
    openBySide: new Map(),
    openWithLots: new Map(),
    nextSequence: 1,
    lastOrderMicros: 0,
    nextAuditEvent: 1,
    nextUpdate: 1,
    timers: newTimers(),
    withdrawals: new Map(),
    postings: new Map(),
    settings: DEFAULT_SETTINGS,
    risk: newRisk(),
    dayEnd: 0,
    atClose: null,
    activitiesSince: 0,
    resetAt: 0,
  };
}
