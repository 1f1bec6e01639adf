/** What an account does with the personal data in it. */
import type { Origin } from "../../domain/account/state/events.ts";

/** The personal part of an origin, sealed or open. */
export type ClientInfo = Pick<Origin, "ip" | "userAgent">;

/** What an account still has: open orders, symbols of its positions, cash in 1/10,000 dollar. */
export interface AccountRemainder {
  readonly orders: number;
  readonly positions: readonly string[];
  readonly cash: number;
}

/** A deposit as the account keeps it; `place` is where to go on after it. Amounts in 1/10,000 dollar or lots. */
export interface StoredDeposit {
  readonly place: number;
  readonly reference: string;
  readonly asset: string;
  readonly amount: number;
}

/** A stream whose end cancels all orders, and when it ends unless it is renewed. */
export interface Lease {
  readonly session: string;
  readonly at: number;
}

export interface AccountPrivacyRpc {
  /** Wraps the account's key with the current key-encryption key, unless it is already. */
  touchVault(): Promise<void>;
  /** Deposits after a place (0: from the first), oldest first. */
  deposits(after: number, limit: number): Promise<StoredDeposit[]>;
  leases(): Promise<Lease[]>;
  /** Waits until the audit shard has every event so far; false when that takes too long. */
  auditSettled(): Promise<boolean>;
  /** Where a request came from, as the account's journal and its messages keep it. */
  encryptOrigin(origin: Origin): Promise<Origin>;
  /** What the account has sealed, as it was; null for each that its key, or no key any more, opens. */
  openOrigins(sealed: readonly ClientInfo[]): Promise<(ClientInfo | null)[]>;
  /**
   * Destroys the key of the account's personal data, unless there is something left in it: then it is told, and nothing is
   * destroyed. `forced`: cancels what is open and destroys the key all the same. May be repeated.
   */
  erase(forced: boolean): Promise<AccountRemainder | null>;
}

/** Tables of an account whose rows an export tells, and the part of it that they are in. */
export const TOLD_ACCOUNT_TABLES: Readonly<Record<string, string>> = {
  closed_orders: "orders",
  updates: "trade_updates",
  deposits: "deposits",
  withdrawals: "withdrawals",
};

/** Tables of an account that are not told, and why. */
export const UNTOLD_ACCOUNT_TABLES: readonly { readonly table: string; readonly reason: string }[] = [
  {
    table: "journal",
    reason: "the account's working form: what follows from it is in account, positions, orders, timers",
  },
  { table: "snapshot", reason: "the same, as of its last snapshot" },
  { table: "answers", reason: "answers to repeated requests, which say what deposits and audit_events say" },
  { table: "alerts", reason: "faults of our own servers" },
  { table: "suspects", reason: "messages of order books that could not be read" },
  { table: "parked", reason: "messages of order books that were put aside" },
  { table: "listeners", reason: "which of our servers follow the account" },
  { table: "vault", reason: "the key of the account's addresses and user agents, which are told in audit_events" },
];
