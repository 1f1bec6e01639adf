import type { Holdings } from "../ledger/holdings.ts";
import type { Ledger } from "../ledger/ledger.ts";
import type { Posting } from "../ledger/posting.ts";
import type { Withdrawal } from "../ledger/withdrawal.ts";
import { newTimers } from "../timers/cancelTimers.ts";
import type { CancelTimers } from "../timers/cancelTimers.ts";
import type { Order } from "./order.ts";

/**
 * A trading account as a deterministic state machine. What happened is decided before (decide.ts) and journalled as an
 * entry; applying an entry only books it, so old journals replay alike under newer rules.
 */
export interface AccountState {
  accountId: string;
  userId: string;
  accountNumber: string;
  createdAt: number;
  /** Address of the audit shard, fixed when the account is opened. */
  auditAddress: string;
  readonly ledger: Ledger;
  /** What the lots owned of each symbol cost, in 1/10,000 dollar. */
  readonly costBasis: Map<string, number>;
  /** Orders that are not closed, by id, in order of arrival. */
  readonly open: Map<string, Order>;
  readonly openByClientId: Map<string, string>;
  nextSequence: number;
  /** When the newest order was submitted, in epoch microseconds. */
  lastOrderMicros: number;
  nextAuditEvent: number;
  /** Sequence of the next trade update. */
  nextUpdate: number;
  /** What cancels every open order by itself. */
  readonly timers: CancelTimers;
  /** Withdrawals that wait for a decision, by id. Their cash is held. */
  readonly withdrawals: Map<string, Withdrawal>;
  /** Deposits that the transfers actor has sent and that are not decided here yet, by the transfer's id. */
  readonly postings: Map<string, Posting>;
  /** When the trading day of the newest commit ends, and what there was when the one before it ended; null: not known. */
  dayEnd: number;
  atClose: Holdings | null;
}

export function newAccount(): AccountState {
  return {
    accountId: "",
    userId: "",
    accountNumber: "",
    createdAt: 0,
    auditAddress: "",
    ledger: new Map(),
    costBasis: new Map(),
    open: new Map(),
    openByClientId: new Map(),
    nextSequence: 1,
    lastOrderMicros: 0,
    nextAuditEvent: 1,
    nextUpdate: 1,
    timers: newTimers(),
    withdrawals: new Map(),
    postings: new Map(),
    dayEnd: 0,
    atClose: null,
  };
}
