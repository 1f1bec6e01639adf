/** Who acts: the user behind a request, and the credential that proved it. */
import type { UserId } from "./ids.ts";

/** Kinds of credentials: of a login, of an administrator's session, or the exchange itself. */
export const CREDENTIAL_KINDS = ["session", "api_key", "app", "admin", "system"] as const;
export type CredentialKind = (typeof CREDENTIAL_KINDS)[number];

/** Contains ids only (no name, address or secret), so that it may be stored in records. */
export interface Actor {
  /** Empty for `system`. */
  readonly userId: UserId;
  readonly credentialKind: CredentialKind;
  /**
   * `session` and `admin`: id of the session. `api_key`: the public key id. `app`: `<client id>/<session id>`. Empty for
   * `system`, and for callers of an earlier release, which do not send it.
   */
  readonly credentialId: string;
}

/** The actor of events without a request: fills, triggers, expiries, timers, alerts. */
export const SYSTEM: Actor = { userId: "", credentialKind: "system", credentialId: "" };
