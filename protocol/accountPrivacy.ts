/** What an account does with the personal data in it. */
import type { Origin } from "../domain/account/events.ts";

/** The personal part of an origin, sealed or open. */
export type Whence = Pick<Origin, "ip" | "userAgent">;

/** What an account still has: open orders, symbols of its positions, cash in 1/10,000 dollar. */
export interface AccountLeft {
  readonly orders: number;
  readonly positions: readonly string[];
  readonly cash: number;
}

/** A deposit as the account keeps it; `place` is where to go on after it. Amounts in 1/10,000 dollar or lots. */
export interface KeptDeposit {
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
  /** Deposits after a place (0: from the first), oldest first. */
  deposits(after: number, limit: number): Promise<KeptDeposit[]>;
  leases(): Promise<Lease[]>;
  /** What the account has sealed, as it was; null for each that its key, or no key any more, opens. */
  openOrigins(sealed: readonly Whence[]): Promise<(Whence | null)[]>;
  /**
   * Destroys the key of the account's personal data, unless there is something left in it: then it is told, and nothing is
   * destroyed. `forced`: cancels what is open and destroys the key all the same. May be repeated.
   */
  erase(forced: boolean): Promise<AccountLeft | null>;
}
