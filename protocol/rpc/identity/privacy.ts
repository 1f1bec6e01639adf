/** What the object of a login says about the personal data in it. */
import type { Origin } from "../../../domain/account/state/events.ts";
import type { AccountRemainder } from "../accountPrivacy.ts";
import type { ConsentName } from "../../wire/privacy.ts";

/** What is said now; what is left out stays as it was. null: terms that are agreed to no more. */
export type ConsentChange = Partial<Readonly<Record<ConsentName, string | boolean | null | undefined>>>;

export interface ConsentEntry {
  readonly what: ConsentName;
  readonly value: string | boolean | null;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly origin: Origin | null;
}

/** A user's own words about itself; null: never said. */
export interface PersonalDetails {
  readonly name: string | null;
  /** ISO 3166-1 alpha-2. */
  readonly country: string | null;
}

/** A value as an export has it: what is encrypted is open, what is JSON is read. */
export type ExportValue = unknown;
export type ExportRow = Readonly<Record<string, ExportValue>>;

/** One file of an export: rows of one kind. */
export interface ExportFile {
  readonly name: string;
  readonly rows: readonly ExportRow[];
}

/** Everything that a login keeps, and what of it is no personal data, with the reason. */
export interface LoginExport {
  readonly files: readonly ExportFile[];
  readonly leftOut: readonly { readonly table: string; readonly reason: string }[];
}

/** How an erasure ended: done; begun, and finished later by itself; or refused for what the account still has. */
export type Erased =
  | { readonly kind: "erased" | "begun" }
  | { readonly kind: "refused"; readonly left: AccountRemainder };

export interface PrivacyRpc {
  /** Everything that was ever said, oldest first; the last entry of each is what counts. */
  consents(): Promise<readonly ConsentEntry[]>;
  /** Notes what is said; what is no change is not noted again. */
  consent(change: ConsentChange, origin: Origin): Promise<readonly ConsentEntry[]>;
  details(): Promise<PersonalDetails>;
  /** Changes what the user says about itself; null takes it back. */
  changeDetails(change: Partial<PersonalDetails>): Promise<PersonalDetails>;
  exportLogin(): Promise<LoginExport>;
  /** Wraps the keys of login and account by the current key-encryption key. */
  rewrapKeys(): Promise<void>;
  /** Erases the login and the personal data of its account. `forced`: whatever the account still has. */
  erase(forced: boolean): Promise<Erased>;
}
