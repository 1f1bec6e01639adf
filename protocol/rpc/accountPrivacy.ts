/** RPC of an account about the personal data in it. */
import type { Origin } from "../../domain/account/state/events.ts";

/** The personal part of an origin, encrypted or decrypted. */
export type ClientInfo = Pick<Origin, "ip" | "userAgent">;

/**
 * Why an account is not empty: open orders, symbols of its positions, cash in 1/10,000 dollar, and transfers that are
 * pending (left out by an earlier release).
 */
export interface AccountRemainder {
  readonly orders: number;
  readonly positions: readonly string[];
  readonly cash: number;
  readonly transfers?: number;
}

/** A deposit in the account's table; `place` is the cursor of its page. Amounts in 1/10,000 dollar or lots. */
export interface StoredDeposit {
  readonly place: number;
  readonly reference: string;
  readonly asset: string;
  readonly amount: number;
}

/** A lease of cancel-on-disconnect, and when it expires. */
export interface Lease {
  readonly session: string;
  readonly at: number;
}

export interface AccountPrivacyRpc {
  /** Wraps the account's key with the current key-encryption key, if another one has wrapped it. */
  touchVault(): Promise<void>;
  /** Deposits after a cursor (0: from the first), oldest first. */
  deposits(after: number, limit: number): Promise<StoredDeposit[]>;
  leases(): Promise<Lease[]>;
  /** What must leave the account before it is closed or erased; null: nothing. */
  remainder(): Promise<AccountRemainder | null>;
  /** Waits until the audit shard has received every event of the account; false after a time limit. */
  auditSettled(): Promise<boolean>;
  /** Encrypts address and user agent of an origin, as they are stored in the journal and in messages. */
  encryptOrigin(origin: Origin): Promise<Origin>;
  /**
   * Decrypts what the account has encrypted; null for each that its key does not decrypt, or when the key is destroyed.
   */
  openOrigins(sealed: readonly ClientInfo[]): Promise<(ClientInfo | null)[]>;
  /**
   * Destroys the key of the account's personal data. When the account is not empty, returns what is left in it and
   * changes nothing; with `forced` it cancels the open orders and destroys the key all the same. Repeatable.
   */
  erase(forced: boolean): Promise<AccountRemainder | null>;
}

/** Tables of an account that are exported, with the name of their file in the export. */
export const EXPORTED_ACCOUNT_TABLES: Readonly<Record<string, string>> = {
  closed_orders: "orders",
  updates: "trade_updates",
  activities: "activities",
  deposits: "deposits",
  withdrawals: "withdrawals",
  watchlists: "watchlists",
};

/** Tables of an account that are not exported, and why. */
export const INTERNAL_ACCOUNT_TABLES: readonly { readonly table: string; readonly reason: string }[] = [
  {
    table: "journal",
    reason: "internal form of the state, which account, positions, settings, controls, orders and timers contain",
  },
  {
    table: "snapshot",
    reason: "internal form of the state, which account, positions, settings, controls, orders and timers contain",
  },
  { table: "projected", reason: "how far tables are written from the journal: the number of a row" },
  { table: "answers", reason: "stored responses to requests, whose content is in deposits and audit_events" },
  { table: "alerts", reason: "faults of our own servers" },
  { table: "suspects", reason: "messages of order books that could not be read" },
  { table: "parked", reason: "messages of order books that were skipped" },
  { table: "movements", reason: "sums of the activities of each day; the activities are exported" },
  { table: "notice_listeners", reason: "which of our servers receive the account's notices" },
  { table: "listeners", reason: "which of our servers receive the account's updates" },
  { table: "vault", reason: "the key of the account's addresses and user agents, which are in audit_events" },
];
