/** RPC of an Identity object, by part. Additive across releases, like every interface of protocol/rpc/. */
import type { OwnAccountsRpc } from "./identity/accounts.ts";
import type { AdministrationRpc } from "./identity/admin.ts";
import type { ApiKeyRpc } from "./identity/apiKeys.ts";
import type { DeviceRpc } from "./identity/devices.ts";
import type { ExternalIdentityRpc } from "./identity/external.ts";
import type { GrantRpc } from "./identity/grants.ts";
import type { LoginAliasRpc } from "./identity/alias.ts";
import type { FactorRpc, FactorSignInRpc, StepUpRpc } from "./identity/mfa.ts";
import type { NotificationRpc } from "./identity/notifications.ts";
import type { AuthorizedAppRpc, RegisteredAppRpc } from "./identity/oauth.ts";
import type { PasswordRpc, RegistrationRpc, SignUpRpc } from "./identity/passwords.ts";
import type { PrivacyRpc } from "./identity/privacy.ts";
import type { LoginRegionRpc } from "./identity/region.ts";
import type { LoginSessionRpc } from "./identity/sessions.ts";
import type { WorkspaceRpc } from "./identity/workspaces.ts";

export type { IdentityOutcome, IdentityReason } from "./identity/outcome.ts";

/** Each part is a property: `identity.factors.enrolTotp()` is one round trip. */
export interface IdentityRpc {
  readonly accountGrants: GrantRpc;
  readonly administration: AdministrationRpc;
  readonly alias: LoginAliasRpc;
  readonly apiKeys: ApiKeyRpc;
  readonly authorizedApps: AuthorizedAppRpc;
  readonly devices: DeviceRpc;
  readonly externalIdentities: ExternalIdentityRpc;
  readonly factors: FactorRpc;
  readonly factorSignIn: FactorSignInRpc;
  readonly loginSessions: LoginSessionRpc;
  readonly notifications: NotificationRpc;
  readonly ownAccounts: OwnAccountsRpc;
  readonly passwords: PasswordRpc;
  readonly privacy: PrivacyRpc;
  readonly region: LoginRegionRpc;
  readonly registeredApps: RegisteredAppRpc;
  readonly registration: RegistrationRpc;
  readonly signUps: SignUpRpc;
  readonly stepUpAuth: StepUpRpc;
  readonly workspaces: WorkspaceRpc;
}
