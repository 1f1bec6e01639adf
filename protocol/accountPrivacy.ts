/** What an account does with the personal data in it. */
import type { Origin } from "../domain/account/events.ts";

/** The personal part of an origin, sealed or open. */
export type Whence = Pick<Origin, "ip" | "userAgent">;

export interface AccountPrivacyRpc {
  /** What the account has sealed, as it was; null for each that its key, or no key any more, opens. */
  openOrigins(sealed: readonly Whence[]): Promise<(Whence | null)[]>;
}
