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

export type { IdentityOutcome, IdentityReason } from "./identity/outcome.ts";

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
