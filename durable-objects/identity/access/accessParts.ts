/** The parts of a login that say who may do what with its accounts, tied to each other and to the platform. */
import type { LoginRoute } from "../../../domain/ids.ts";
import { directoryShardOf } from "../../../protocol/rpc/directory.ts";
import { detailOf } from "../../../protocol/http/apiFault.ts";
import { logEvent } from "../../actor/log.ts";
import { directoryObject, identityObject, routeOfLogin } from "../../actor/namespaces.ts";
import type { AccessParts } from "./accessMethods.ts";
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

export interface AccessNeeds {
  readonly route: LoginRoute;
  readonly tables: Tables;
  readonly profile: Profile;
  readonly log: SecurityLog;
  readonly emails: Emails;
  readonly sessions: Sessions;
  readonly revocations: Revocations;
  readonly tasks: BackgroundTasks;
}

/** Makes them, and adds what they have to do later to the object's tasks. */
export function accessParts(
  state: Pick<DurableObjectState, "waitUntil">,
  env: CoreEnv,
  { route, tables, profile, log, emails, sessions, revocations, tasks }: AccessNeeds,
): AccessParts {
  const wake = () => tasks.arm();
  const noted = log.record.bind(log);
  const shared = new Grants(tables, profile, {
    route,
    now: Date.now,
    other: (of) => identityObject(env, of),
    // An e-mail without a login: its plain route keeps the offer.
    routeOf: (email) => routeOfLogin(env, email, () => "world"),
    noted,
    letter: (ownerEmail) => emails.queue("account_shared", { ownerEmail }),
    opened: (email) => emails.queue("account_opened", { email }),
    lost: (accountId) => void keys.revokeAll(accountId),
    wake: () => {
      wake();
      // At once, and not only when the alarm comes.
      state.waitUntil(shared.run(Date.now()));
    },
    failed: (error) => logEvent("identity", "grant_not_told", { detail: detailOf(error) }),
  });
  const entry = new DirectoryEntryTask(tables, profile, {
    route,
    now: Date.now,
    directory: (userId) => directoryObject(env, directoryShardOf(userId)),
    wake,
    failed: (error) => logEvent("identity", "directory_not_told", { detail: detailOf(error) }),
  });
  const keys = new ApiKeys(route, tables, profile, {
    now: Date.now,
    sharedScopes: (accountId) => shared.sharedScopes(accountId),
    noted,
    told: (what, key) => emails.queue(what, { key }),
    ended: (keyId) => revocations.announce([keyId]),
    wake,
  });
  const administration = new Administration(tables, profile, {
    now: Date.now,
    noted,
    sessions: () => sessions.list().length,
    endSessions: (why) => sessions.endAll(why),
    keys: () => keys.list().length,
    revokeKey: (keyId) => keys.revoke(keyId),
    changed: () => {
      revocations.announce("all");
      entry.schedule();
    },
  });
  for (const task of [entry, shared, keys]) tasks.add(task);
  return { keys, shared, administration, entry, watch: (relay) => revocations.watch(relay) };
}
