import type { LoginRoute } from "../../../domain/ids.ts";
import { DurableObject } from "cloudflare:workers";
import type { Client } from "../../../protocol/rpc/identity/devices.ts";
import type { ExternalPerson, ExternalRpc } from "../../../protocol/rpc/identity/external.ts";
import type { Consent, OAuthRpc, TokenAnswer, TokenCall, OAuthAppRpc } from "../../../protocol/rpc/identity/oauth.ts";
import type { HandleRpc } from "../../../protocol/rpc/identity/handles.ts";
import type { IdentityRpc } from "../../../protocol/rpc/identity.ts";
import type { Origin } from "../../../domain/account/state/events.ts";
import { identityObject } from "../../actor/namespaces.ts";
import { AppGrants, type AppGrantsPorts } from "./appGrants.ts";
import type { LoginAlias } from "./loginAlias.ts";
import { Externals, type ExternalsParts } from "./externals.ts";
import type { Emails } from "../email/emails.ts";
import type { Profile } from "../profile.ts";
import { RegisteredApps } from "./registeredApps.ts";
import type { SecurityLog } from "../sessions/securityLog.ts";
import type { Sessions } from "../sessions/sessions.ts";
import type { Tables } from "../tables.ts";

export interface OAuthParts {
  readonly apps: RegisteredApps;
  readonly grants: AppGrants;
  readonly externals: Externals;
  readonly handle: LoginAlias;
}

/** What of the login its apps and its other providers have to do with. */
interface Needs {
  readonly route: LoginRoute;
  readonly tables: Tables;
  readonly profile: Profile;
  readonly log: SecurityLog;
  readonly emails: Emails;
  readonly sessions: Sessions;
  readonly handle: LoginAlias;
}

export function oauthParts(
  { route, tables, profile, log, emails, sessions, handle }: Needs,
  { app, begin }: Pick<ExternalsParts, "begin"> & { readonly app: (clientId: string) => OAuthAppRpc },
): OAuthParts {
  const told = (change: string) => emails.queue("factors_changed", { change });
  const reused: AppGrantsPorts["reused"] = (kind, facts, origin) => {
    log.record(kind, { ...facts }, origin);
    emails.queue(kind, {});
  };
  const ports = { route, told, reused, now: Date.now, app, handle: () => handle.own() };
  return {
    apps: new RegisteredApps(tables, profile, ports),
    grants: new AppGrants(tables, profile, sessions, ports),
    externals: new Externals(tables, profile, { sessions, begin, log, told }, Date.now),
    handle,
  };
}

/** What a login's object answers about apps of other people and other providers: one line for each, to its part. */
export abstract class OAuthMethods extends DurableObject<CoreEnv> implements OAuthRpc, ExternalRpc, HandleRpc {
  protected abstract readonly oauth: OAuthParts;

  // ---- apps of this login: registeredApps.ts ----

  registerApp(name: string, redirectUris: readonly string[], isPublic: boolean) {
    return this.oauth.apps.register(name, redirectUris, isPublic);
  }

  async apps() {
    return this.oauth.apps.list();
  }

  removeApp(clientId: string) {
    return this.oauth.apps.remove(clientId);
  }

  // ---- apps that were let in: appGrants.ts ----

  letIn(consent: Consent) {
    return this.oauth.grants.letIn(consent);
  }

  oauthToken(call: TokenCall, origin: Origin): Promise<TokenAnswer> {
    const login = this.loginOfHandle();
    return login === null ? this.oauth.grants.token(call, origin) : login.object.oauthToken(call, origin);
  }

  async userinfo(sessionId: string) {
    return this.oauth.grants.userinfo(sessionId);
  }

  async letInApps() {
    return this.oauth.grants.list();
  }

  showOut(clientId: string) {
    return this.oauth.grants.showOut(clientId);
  }

  // ---- the name of the login for apps: handle.ts ----

  async standFor(route: LoginRoute) {
    this.oauth.handle.standFor(route);
  }

  async forgetHandle() {
    this.oauth.handle.forget();
  }

  /** The login that this object is a handle of; null: it is none. */
  protected loginOfHandle(): { readonly route: LoginRoute; readonly object: IdentityRpc } | null {
    const route = this.oauth.handle.of();
    return route === null ? null : { route, object: identityObject(this.env, route) };
  }

  // ---- other providers: externals.ts ----

  async externalSignIn(person: ExternalPerson, origin: Origin, client?: Client) {
    return this.oauth.externals.signIn(person, origin, client);
  }

  async pointExternal(to: string) {
    return this.oauth.externals.pointTo(to);
  }

  async releaseExternal(from: string) {
    return this.oauth.externals.release(from);
  }

  async linkedSignIn(externalRoute: string, person: ExternalPerson, origin: Origin, client?: Client) {
    return this.oauth.externals.signInLinked(externalRoute, person, origin, client);
  }

  async mayLinkExternal(sessionId: string) {
    return this.oauth.externals.mayLink(sessionId);
  }

  async linkExternal(externalRoute: string, provider: string, sessionId: string, origin: Origin) {
    return this.oauth.externals.link(externalRoute, provider, sessionId, origin);
  }

  async unlinkExternal(provider: string, origin: Origin) {
    return this.oauth.externals.unlink(provider, origin);
  }

  async externalLinks() {
    return this.oauth.externals.list();
  }
}
