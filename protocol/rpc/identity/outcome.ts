/** Why a request about a login is refused. */
export type IdentityReason =
  | "email_taken"
  | "bad_credentials"
  | "weak_password"
  | "no_such_key"
  | "too_many_keys"
  | "too_many_accounts"
  | "account_type_unavailable"
  | "account_not_found"
  | "account_not_open"
  | "account_is_default"
  | "idempotency_key_reused"
  | "key_not_found"
  | "scopes_widened"
  | "forbidden"
  /** The login of a guest, which has a paper account and nothing else. */
  | "guest_login"
  | "too_many_grants"
  | "session_ended"
  | "step_up_required"
  | "csrf_failed"
  | "no_such_app"
  | "too_many_apps"
  | "external_taken"
  | "external_not_linked"
  | "external_email_unverified"
  | "code_invalid"
  | "verification_failed"
  | "mfa_failed"
  | "no_such_factor"
  | "too_many_factors";

/** The outcome of a request about a login. */
export type IdentityOutcome<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly reason: IdentityReason }
  /** Too many failed attempts: milliseconds until the next one is allowed. */
  | { readonly ok: false; readonly reason: "rate_limited"; readonly retryAfterMs: number };
