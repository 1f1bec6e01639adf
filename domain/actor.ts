/** Who acts: the user behind a request, and the credential that proved it. */
import type { UserId } from "./ids.ts";

/** Kinds of credentials: of a login, of an administrator's session, or the exchange itself. */
export const CREDENTIAL_KINDS = ["session", "api_key", "app", "admin", "system"] as const;
export type CredentialKind = (typeof CREDENTIAL_KINDS)[number];

/** Ids only, so that a record of it may be kept: no name, no address and no secret. */
export interface Actor {
  /** Empty for `system`. */
  readonly userId: UserId;
  readonly credentialKind: CredentialKind;
  /**
   * `session` and `admin`: id of the session. `api_key`: the public key id. `app`: `<client id>/<session id>`. Empty for
   * `system`, and where a caller of an earlier release does not say.
   */
  readonly credentialId: string;
}

/** Of what no request asks for: fills, triggers, expiries, timers that run out, alerts. */
export const SYSTEM: Actor = { userId: "", credentialKind: "system", credentialId: "" };
