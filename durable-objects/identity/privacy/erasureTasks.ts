/** What an erasure does outside the login's own tables: the accounts, the directory, other logins, apps, relays. */
import type { LoginRoute } from "../../../domain/ids.ts";
import { directoryShardOf } from "../../../protocol/rpc/directory.ts";
import type { AlarmClock } from "../../actor/alarmClock.ts";
import { logEvent } from "../../../protocol/log/logEvent.ts";
import { accountObject, directoryObject, identityObject, devMailboxObject } from "../../actor/namespaces.ts";
import type { BackgroundTasks } from "../backgroundTasks.ts";
import type { Grants } from "../access/grants.ts";
import type { LoginAlias } from "../apps/loginAlias.ts";
import type { LoginRegion } from "../region.ts";
import type { PrivacyPorts } from "./privacyService.ts";
import type { Profile } from "../profile.ts";
import type { RegisteredApps } from "../apps/registeredApps.ts";
import type { Revocations } from "../sessions/revocations.ts";
import type { Tables } from "../tables.ts";

export interface ErasureDependencies {
  readonly route: LoginRoute;
  readonly tables: Tables;
  readonly profile: Profile;
  readonly grants: Grants;
  readonly revocations: Revocations;
  readonly loginRegion: LoginRegion;
  readonly alias: LoginAlias;
  readonly apps: RegisteredApps;
  readonly clock: AlarmClock;
  readonly tasks: BackgroundTasks;
}

/** The ports of the privacy service on the platform. */
export function privacyPorts(state: DurableObjectState, env: CoreEnv, parts: ErasureDependencies): PrivacyPorts {
  const { grants, revocations, clock, tasks } = parts;
  return {
    now: Date.now,
    accountRemainder: (accountId) => accountObject(env, accountId).remainder(),
    eraseAccount: (accountId, forced) => accountObject(env, accountId).erase(forced),
    rewrapAccountKey: (accountId) => accountObject(env, accountId).touchVault(),
    endAccess: () => {
      grants.endAll();
      revocations.announce("all");
    },
    notifyOthers: async () => {
      await Promise.all(eraseElsewhere(env, parts));
      if ((grants.dueAt() ?? revocations.dueAt()) !== null) throw new Error("a login or a relay was not notified");
    },
    deleteAll: async () => {
      await state.storage.deleteAll();
      // The alarm was deleted, too.
      clock.fired();
    },
    arm: () => tasks.arm(),
    log: (...call) => logEvent("identity", ...call),
  };
}

/** Erases what other objects keep of the login. Each step may be repeated. */
function eraseElsewhere(env: CoreEnv, parts: ErasureDependencies): Promise<unknown>[] {
  const { route, tables, profile, grants, revocations, loginRegion, alias, apps } = parts;
  const [now, userId] = [Date.now(), profile.login()?.userId];
  const links = tables.rows("SELECT route FROM external_link").map((row) => String(row["route"]));
  return [
    ...(userId === undefined ? [] : [directoryObject(env, directoryShardOf(userId)).leave(userId)]),
    ...(env.MAILER === "outbox" ? [devMailboxObject(env).forget(profile.email())] : []),
    ...links.map((link) => identityObject(env, link).externalIdentities.release(route)),
    ...apps.list().map(({ clientId }) => apps.remove(clientId)),
    grants.run(now),
    loginRegion.release(),
    alias.release(),
    revocations.run(now),
  ];
}
