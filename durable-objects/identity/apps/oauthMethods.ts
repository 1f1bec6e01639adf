import { DurableObject } from "cloudflare:workers";
import type { ExternalPerson, ExternalRpc } from "../../../protocol/identity/externalRpc.ts";
import type { Consent, OAuthRpc, TokenCall } from "../../../protocol/identity/oauthRpc.ts";
import type { Origin } from "../../../protocol/rpc.ts";
import type { OAuthAppRpc } from "../../../protocol/identity/oauthRpc.ts";
import { AppGrants } from "./appGrants.ts";
import { Externals, type ExternalsParts } from "./externals.ts";
import type { Letters } from "../mail/letters.ts";
import type { Profile } from "../profile.ts";
import { RegisteredApps } from "./registeredApps.ts";
import type { SecurityLog } from "../sessions/securityLog.ts";
import type { Sessions } from "../sessions/sessions.ts";
import type { Tables } from "../tables.ts";

export interface OAuthParts {
  readonly apps: RegisteredApps;
  readonly grants: AppGrants;
  readonly externals: Externals;
}

/** What of the login its apps and its other providers have to do with. */
interface Needs {
  readonly route: string;
  readonly tables: Tables;
  readonly profile: Profile;
  readonly log: SecurityLog;
  readonly letters: Letters;
  readonly sessions: Sessions;
}

export function oauthParts(
  { route, tables, profile, log, letters, sessions }: Needs,
  { app, begin }: Pick<ExternalsParts, "begin"> & { readonly app: (clientId: string) => OAuthAppRpc },
): OAuthParts {
  const told = (change: string) => letters.post("factors_changed", { change });
  const ports = { route, told, now: Date.now, app };
  return {
    apps: new RegisteredApps(tables, profile, ports),
    grants: new AppGrants(tables, profile, sessions, ports),
    externals: new Externals(tables, profile, { sessions, begin, log, told }, Date.now),
  };
}

/** What a login's object answers about apps of other people and other providers: one line for each, to its part. */
export abstract class OAuthMethods extends DurableObject<CoreEnv> implements OAuthRpc, ExternalRpc {
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

  oauthToken(call: TokenCall, origin: Origin) {
    return this.oauth.grants.token(call, origin);
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

  // ---- other providers: externals.ts ----

  async externalSignIn(person: ExternalPerson, origin: Origin) {
    return this.oauth.externals.signIn(person, origin);
  }

  async pointExternal(to: string) {
    return this.oauth.externals.pointTo(to);
  }

  async releaseExternal(from: string) {
    return this.oauth.externals.release(from);
  }

  async linkedSignIn(externalRoute: string, person: ExternalPerson, origin: Origin) {
    return this.oauth.externals.signInLinked(externalRoute, person, origin);
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
