/** The parts of a login that say who may do what with its accounts, tied to each other and to the platform. */
import { directoryShardOf } from "../../../protocol/rpc/directory.ts";
import { detailOf } from "../../../protocol/http/apiFault.ts";
import { logEvent } from "../../actor/log.ts";
import { directoryObject, identityObject, routeOfLogin } from "../../actor/namespaces.ts";
import type { AccessParts } from "./accessMethods.ts";
import { Administration } from "./administration.ts";
import { ApiKeys } from "./apiKeys.ts";
import type { Chores } from "../chores.ts";
import { EntryChore } from "./directoryEntry.ts";
import { Grants } from "./grants.ts";
import type { Letters } from "../mail/letters.ts";
import type { Profile } from "../profile.ts";
import type { Revocations } from "../sessions/revocations.ts";
import type { SecurityLog } from "../sessions/securityLog.ts";
import type { Sessions } from "../sessions/sessions.ts";
import type { Tables } from "../tables.ts";

export interface AccessNeeds {
  readonly route: string;
  readonly tables: Tables;
  readonly profile: Profile;
  readonly log: SecurityLog;
  readonly letters: Letters;
  readonly sessions: Sessions;
  readonly revocations: Revocations;
  readonly chores: Chores;
}

/** Makes them, and adds what they have to do later to the object's chores. */
export function accessParts(
  state: Pick<DurableObjectState, "waitUntil">,
  env: CoreEnv,
  { route, tables, profile, log, letters, sessions, revocations, chores }: AccessNeeds,
): AccessParts {
  const wake = () => chores.arm();
  const noted = log.record.bind(log);
  const shared = new Grants(tables, profile, {
    route,
    now: Date.now,
    other: (of) => identityObject(env, of),
    // An e-mail without a login: its plain route keeps the offer.
    routeOf: (email) => routeOfLogin(env, email, () => "world"),
    noted,
    letter: (ownerEmail) => letters.post("account_shared", { ownerEmail }),
    opened: (email) => letters.post("account_opened", { email }),
    lost: (accountId) => void keys.revokeAll(accountId),
    wake: () => {
      wake();
      // At once, and not only when the alarm comes.
      state.waitUntil(shared.run(Date.now()));
    },
    failed: (error) => logEvent("identity", "grant_not_told", { detail: detailOf(error) }),
  });
  const entry = new EntryChore(tables, profile, {
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
    told: (what, key) => letters.post(what, { key }),
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
      entry.nudge();
    },
  });
  for (const chore of [entry, shared, keys]) chores.add(chore);
  return { keys, shared, administration, entry, watch: (relay) => revocations.watch(relay) };
}
