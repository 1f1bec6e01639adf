/** The parts of a login that have to do with apps and other identity providers, tied to each other. */
import type { LoginRoute } from "../../../domain/ids.ts";
import type { AuthorizedAppRpc, OAuthAppRpc } from "../../../protocol/rpc/identity/oauth.ts";
import { AuthorizedApps, type AuthorizedAppsPorts } from "./authorizedApps.ts";
import type { LoginAlias } from "./loginAlias.ts";
import { ExternalIdentities, type ExternalIdentityPorts } from "./externalIdentities.ts";
import type { Emails } from "../email/emails.ts";
import type { Profile } from "../profile.ts";
import { RegisteredApps } from "./registeredApps.ts";
import type { SecurityLog } from "../sessions/securityLog.ts";
import type { Sessions } from "../sessions/sessions.ts";
import type { Tables } from "../tables.ts";

export interface AppParts {
  readonly registeredApps: RegisteredApps;
  readonly authorizedApps: AuthorizedApps;
  readonly externalIdentities: ExternalIdentities;
}

export interface AppDependencies {
  readonly route: LoginRoute;
  readonly tables: Tables;
  readonly profile: Profile;
  readonly log: SecurityLog;
  readonly emails: Emails;
  readonly sessions: Sessions;
  readonly alias: LoginAlias;
}

export interface AppPorts extends Pick<ExternalIdentityPorts, "begin"> {
  readonly app: (clientId: string) => OAuthAppRpc;
  /** The apps of the login that this object is an alias of; null: it is none. */
  readonly aliasedApps: () => Pick<AuthorizedAppRpc, "token"> | null;
}

export function appParts(
  { route, tables, profile, log, emails, sessions, alias }: AppDependencies,
  { app, aliasedApps, begin }: AppPorts,
): AppParts {
  const email = (change: string) => emails.queue("factors_changed", { change });
  const reused: AuthorizedAppsPorts["reused"] = (kind, facts, origin) => {
    log.record(kind, { ...facts }, origin);
    emails.queue(kind, {});
  };
  const ports = { route, email, reused, now: Date.now, app, aliasedApps, alias: () => alias.own() };
  return {
    registeredApps: new RegisteredApps(tables, profile, ports),
    authorizedApps: new AuthorizedApps(tables, profile, sessions, ports),
    externalIdentities: new ExternalIdentities(tables, profile, { sessions, begin, log, email }, Date.now),
  };
}
