/** RPC of a login: personal data. */
import type { Origin } from "../../../domain/account/state/events.ts";
import type { AccountRemainder } from "../accountPrivacy.ts";
import type { ConsentName } from "../../wire/privacy.ts";

/** Changed consents; those that are left out do not change. null: the terms are no longer accepted. */
export type ConsentChange = Partial<Readonly<Record<ConsentName, string | boolean | null | undefined>>>;

export interface ConsentEntry {
  readonly what: ConsentName;
  readonly value: string | boolean | null;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly origin: Origin | null;
}

/** What a user has entered; null: nothing. */
export interface PersonalDetails {
  readonly name: string | null;
  /** ISO 3166-1 alpha-2. */
  readonly country: string | null;
}

/** A value in an export: decrypted, and parsed when it is JSON. */
export type ExportValue = unknown;
export type ExportRow = Readonly<Record<string, ExportValue>>;

/** One file of an export: rows of one kind. */
export interface ExportFile {
  readonly name: string;
  readonly rows: readonly ExportRow[];
}

/** Everything that a login stores of its user, and the tables that are left out, with the reason. */
export interface LoginExport {
  readonly files: readonly ExportFile[];
  readonly leftOut: readonly { readonly table: string; readonly reason: string }[];
}

/**
 * The state of an erasure: complete; begun, to be completed by retries; or refused because the account is not empty.
 */
export type Erased =
  | { readonly kind: "erased" | "begun" }
  | { readonly kind: "refused"; readonly left: AccountRemainder };

export interface PrivacyRpc {
  /** All entries, oldest first; the last one of each consent counts. */
  consents(): Promise<readonly ConsentEntry[]>;
  /** Adds entries for the values that have changed. */
  consent(change: ConsentChange, origin: Origin): Promise<readonly ConsentEntry[]>;
  details(): Promise<PersonalDetails>;
  /** Changes the given fields; null removes one. */
  changeDetails(change: Partial<PersonalDetails>): Promise<PersonalDetails>;
  exportLogin(): Promise<LoginExport>;
  /** Wraps the keys of login and account with the current key-encryption key. */
  rewrapKeys(): Promise<void>;
  /** Erases the login and the personal data of its account. `forced`: also when the account is not empty. */
  erase(forced: boolean): Promise<Erased>;
}
