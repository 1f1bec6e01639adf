/** The parts of a login that decide who may use its accounts, tied to each other and to the platform. */
import type { LoginRoute } from "../../../domain/ids.ts";
import { directoryShardOf } from "../../../protocol/rpc/directory.ts";
import { detailOf } from "../../../protocol/http/apiFault.ts";
import { logEvent } from "../../../protocol/log/logEvent.ts";
import { accountObject, directoryObject, identityObject, routeOfLogin } from "../../actor/namespaces.ts";
import { OwnAccounts } from "../accounts/ownAccounts.ts";
import { Administration } from "./administration.ts";
import { ApiKeys } from "./apiKeys.ts";
import type { BackgroundTasks } from "../backgroundTasks.ts";
import { DirectoryEntryTask } from "./directoryEntry.ts";
import { Grants } from "./grants.ts";
import type { Emails } from "../email/emails.ts";
import type { Profile } from "../profile.ts";
import type { Revocations } from "../sessions/revocations.ts";
import type { SecurityLog } from "../sessions/securityLog.ts";
import type { Sessions } from "../sessions/sessions.ts";
import type { Tables } from "../tables.ts";

export interface AccessDependencies {
  readonly route: LoginRoute;
  readonly tables: Tables;
  readonly profile: Profile;
  readonly log: SecurityLog;
  readonly emails: Emails;
  readonly sessions: Sessions;
  readonly revocations: Revocations;
  readonly tasks: BackgroundTasks;
}

export interface AccessParts {
  readonly keys: ApiKeys;
  readonly grants: Grants;
  readonly administration: Administration;
  readonly directoryEntry: DirectoryEntryTask;
  readonly ownAccounts: OwnAccounts;
}

/** Makes the parts, and adds their background tasks to those of the object. */
export function accessParts(
  state: Pick<DurableObjectState, "waitUntil">,
  env: CoreEnv,
  { route, tables, profile, log, emails, sessions, revocations, tasks }: AccessDependencies,
): AccessParts {
  const wake = () => tasks.arm();
  const record = log.record.bind(log);
  const grants = new Grants(tables, profile, {
    route,
    now: Date.now,
    other: (of) => identityObject(env, of).accountGrants,
    // An e-mail without a login: its plain route keeps the offer.
    routeOf: (email) => routeOfLogin(env, email, () => "world"),
    record,
    emailReceiver: (ownerEmail) => emails.queue("account_shared", { ownerEmail }),
    emailOwner: (email) => emails.queue("account_opened", { email }),
    accessEnded: (accountId) => void keys.revokeAll(accountId),
    wake: () => {
      wake();
      // At once, not only by the alarm.
      state.waitUntil(grants.run(Date.now()));
    },
    failed: (error) => logEvent("identity", "grant.not_delivered", { detail: detailOf(error) }),
  });
  const directoryEntry = new DirectoryEntryTask(tables, profile, {
    route,
    now: Date.now,
    directory: (userId) => directoryObject(env, directoryShardOf(userId)),
    wake,
    failed: (error) => logEvent("identity", "directory.not_updated", { detail: detailOf(error) }),
  });
  const keys = new ApiKeys(route, tables, profile, {
    now: Date.now,
    sharedScopes: (accountId) => grants.sharedScopes(accountId),
    record,
    email: (what, key) => emails.queue(what, { key }),
    verified: (relay) => {
      if (relay !== undefined) revocations.watch(relay);
      directoryEntry.schedule();
    },
    ended: (keyId) => revocations.announce([keyId]),
    wake,
  });
  const ownAccounts = new OwnAccounts(tables, profile, {
    now: Date.now,
    // Namespaces of types that have an object class of their own.
    offers: (type) => type !== "paper" || "PAPER_ACCOUNT" in env,
    openAccount: (accountId, ...how) => accountObject(env, accountId).open(accountId, ...how),
    closeAccount: (accountId, origin) => accountObject(env, accountId).close(origin),
    sharedScopes: (accountId) => grants.sharedScopes(accountId),
    closed: (accountId) => {
      keys.revokeAll(accountId);
      grants.endOf(accountId);
      sessions.endAppsOf(accountId, "account_closed");
    },
    record,
    wake,
    failed: (error) => logEvent("identity", "account.not_changed", { detail: detailOf(error) }),
  });
  const administration = new Administration(tables, profile, {
    now: Date.now,
    record,
    sessions: () => sessions.list().length,
    endSessions: (why) => sessions.endAll(why),
    keys: () => keys.list().length,
    revokeKey: (keyId) => keys.revoke(keyId),
    changed: () => {
      revocations.announce("all");
      directoryEntry.schedule();
    },
    planChanged: (plan) => revocations.announcePlan(plan),
  });
  for (const task of [directoryEntry, grants, keys, ownAccounts]) tasks.add(task);
  return { keys, grants, administration, directoryEntry, ownAccounts };
}
