/**
 * What the object of a login answers, by part of it. Additive across releases, like protocol/rpc/account.ts. Each part is an
 * interface of its own file in protocol/identity/ when it is more than a handful of methods.
 */
import type { AdminRpc } from "./identity/admin.ts";
import type { DeviceRpc } from "./identity/devices.ts";
import type { GrantRpc } from "./identity/grants.ts";
import type { HandleRpc } from "./identity/handles.ts";
import type { HomeRpc } from "./identity/region.ts";
import type { ExternalRpc } from "./identity/external.ts";
import type { KeyRpc } from "./identity/apiKeys.ts";
import type { NoticeRpc } from "./identity/notices.ts";
import type { MfaRpc } from "./identity/mfa.ts";
import type { OAuthRpc } from "./identity/oauth.ts";
import type { PrivacyRpc } from "./identity/privacy.ts";
import type { PasswordRpc } from "./identity/passwords.ts";
import type { SessionRpc } from "./identity/sessions.ts";

export type IdentityReason =
  | "email_taken"
  | "bad_credentials"
  | "weak_password"
  | "no_such_key"
  | "too_many_keys"
  | "key_not_found"
  | "scopes_widened"
  | "forbidden"
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

export type IdentityOutcome<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly reason: IdentityReason }
  /** Too many failed proofs: the next may come after so many milliseconds. */
  | { readonly ok: false; readonly reason: "rate_limited"; readonly retryAfterMs: number };

export interface IdentityRpc
  extends
    AdminRpc,
    DeviceRpc,
    GrantRpc,
    HandleRpc,
    NoticeRpc,
    HomeRpc,
    KeyRpc,
    SessionRpc,
    OAuthRpc,
    ExternalRpc,
    MfaRpc,
    PasswordRpc,
    PrivacyRpc {}
