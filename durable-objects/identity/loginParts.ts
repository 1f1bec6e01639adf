/** Makes the parts of a login and ties them to each other and to the platform. */
import type { Origin } from "../../domain/account/state/events.ts";
import { detailOf } from "../../protocol/http/apiFault.ts";
import type { SessionStart } from "../../protocol/rpc/identity/sessions.ts";
import type { Revoked } from "../../protocol/rpc/relay.ts";
import { AlarmClock } from "../actor/alarmClock.ts";
import { logEvent } from "../../protocol/log/logEvent.ts";
import { identityObject, oauthAppObject, devMailboxObject, relayObject } from "../actor/namespaces.ts";
import { readKeyEncryptionKeys } from "../vault/vault.ts";
import type { OwnAccounts } from "./accounts/ownAccounts.ts";
import { accessParts } from "./access/accessParts.ts";
import { appParts } from "./apps/appParts.ts";
import { LoginAlias } from "./apps/loginAlias.ts";
import { BackgroundTasks } from "./backgroundTasks.ts";
import { Emails } from "./email/emails.ts";
import { mailerOf } from "./email/mailer.ts";
import { Notifications } from "./email/notifications.ts";
import { Guests } from "./guests.ts";
import { secondFactors } from "./factors/secondFactors.ts";
import { Attempts } from "./passwords/attempts.ts";
import { passwordParts } from "./passwords/passwordParts.ts";
import { privacyPorts } from "./privacy/erasureTasks.ts";
import { PrivacyService } from "./privacy/privacyService.ts";
import { Profile } from "./profile.ts";
import { LoginRegion } from "./region.ts";
import type { LocalParts } from "./rpcParts.ts";
import { KnownDevices } from "./sessions/knownDevices.ts";
import { Revocations } from "./sessions/revocations.ts";
import { SecurityLog } from "./sessions/securityLog.ts";
import { Sessions } from "./sessions/sessions.ts";
import { SessionService } from "./sessions/sessionService.ts";
import { Tables } from "./tables.ts";
import { Workspaces } from "./workspaces.ts";

export interface LoginParts {
  readonly parts: LocalParts;
  readonly tasks: BackgroundTasks;
}

/** What every part of a login is made from. */
function foundation(state: DurableObjectState, env: CoreEnv) {
  const tables = new Tables(state.storage);
  const profile = new Profile(tables, () => readKeyEncryptionKeys(env.PII_MASTER_KEYS));
  const clock = new AlarmClock(state.storage);
  const tasks = new BackgroundTasks(clock, Date.now);
  const route = state.id.name ?? "";
  const { kv } = state.storage;
  const loginRegion = new LoginRegion(profile, { route, kv, other: (of) => identityObject(env, of).region });
  const alias = new LoginAlias({ route, kv, other: (name) => identityObject(env, name).alias });
  const log = new SecurityLog(tables, profile, Date.now);
  const mailer = () => mailerOf(env, () => devMailboxObject(env));
  const wake = () => tasks.arm();
  const emails = new Emails(tables, profile, mailer, env.PUBLIC_URL, Date.now, wake);
  return { tables, profile, clock, tasks, route, loginRegion, alias, log, emails, wake };
}

function sessionParts(
  state: DurableObjectState,
  env: CoreEnv,
  { tables, profile, tasks, route, alias, log, emails, wake }: ReturnType<typeof foundation>,
) {
  const revocations = new Revocations(tables, {
    now: Date.now,
    notify: async (relay, credentials, planChanged) => {
      const plan = planChanged ? profile.login()?.plan : undefined;
      // Tokens of apps name the login by its alias, and relays know it by what a token says.
      const names = [route, alias.known() ?? []].flat();
      const answers = names.map((name) =>
        relayObject(env, relay).revoked({
          route: name,
          credentials,
          ...(plan === undefined ? {} : { plan }),
        } satisfies Revoked),
      );
      return { keep: (await Promise.all(answers)).some(({ keep }) => keep) };
    },
    wake: () => {
      wake();
      // At once, not only by the alarm.
      state.waitUntil(revocations.run(Date.now()));
    },
    failed: (error) => logEvent("identity", "revocation.not_delivered", { detail: detailOf(error) }),
  });
  tasks.add(revocations);
  const devices = new KnownDevices(tables, profile, Date.now);
  const sessions = new Sessions(tables, profile, log, revocations, devices, {
    route,
    now: Date.now,
    alert: (kind: "refresh_reused") => emails.queue(kind, {}),
    newDevice: (origin: Origin) => emails.queue("new_device", { origin, at: Date.now() }),
    wake,
  });
  tasks.add(sessions);
  return { revocations, devices, sessions };
}

function guestsOf(
  { tables, profile, sessions, tasks }: ReturnType<typeof foundation> & { readonly sessions: Sessions },
  ownAccounts: OwnAccounts,
  privacy: PrivacyService,
): Guests {
  const guests = new Guests(tables, profile, {
    now: Date.now,
    openAccounts: (now) => ownAccounts.run(now),
    startSession: (start) => sessions.start(start),
    erase: () => privacy.erase(true),
    wake: () => tasks.arm(),
  });
  tasks.add(guests);
  return guests;
}

export function makeLoginParts(state: DurableObjectState, env: CoreEnv): LoginParts {
  const base = foundation(state, env);
  const { tables, profile, clock, tasks, route, loginRegion, alias, log, emails } = base;
  const { revocations, devices, sessions } = sessionParts(state, env, base);
  const all = { ...base, revocations, devices, sessions };
  const { keys, grants, administration, directoryEntry, ownAccounts } = accessParts(state, env, all);
  const attempts = new Attempts(tables, Date.now);
  const { factors, factorSignIn, stepUp } = secondFactors(tables, profile, {
    ...all,
    attempts,
    now: Date.now,
    encryptionKeys: () => readKeyEncryptionKeys(env.PII_MASTER_KEYS),
    provePassword: (key, sessionId) => passwords.prove(key, sessionId),
  });
  const begin = (start: SessionStart) => factorSignIn.begin(start);
  const notifications = new Notifications(tables, emails, log, Date.now);
  const { passwords, signUps, registration } = passwordParts(all, attempts, {
    secret: env.PII_MASTER_KEYS,
    begin,
    reserve: (email) => loginRegion.reserve(email),
    created: () => directoryEntry.schedule(),
    otherCredentials: () => notifications.otherCredentials(),
    keys: () => keys.list(),
    endKeys: (origin) => keys.revokeAll(undefined, origin),
    guests: () => guests,
  });
  const aliased = () => {
    const of = alias.of();
    return of === null ? null : { route: of, login: identityObject(env, of) };
  };
  const { registeredApps, authorizedApps, externalIdentities } = appParts(all, {
    begin,
    app: (clientId) => oauthAppObject(env, clientId),
    aliasedApps: () => aliased()?.login.authorizedApps ?? null,
  });
  const erased = { route, tables, profile, grants, revocations, clock, loginRegion, alias, tasks };
  const privacy = new PrivacyService(tables, profile, privacyPorts(state, env, { ...erased, apps: registeredApps }));
  tasks.add(privacy.erasure);
  const guests = guestsOf(all, ownAccounts, privacy);
  const loginSessions = new SessionService(profile, {
    sessions,
    revocations,
    devices,
    log,
    aliasedLogin: () => {
      const found = aliased();
      return found === null ? null : { route: found.route, loginSessions: found.login.loginSessions };
    },
    used: () => directoryEntry.schedule(),
    accountIds: () => grants.accounts().map(({ accountId }) => accountId),
    personalDetails: () => privacy.details(),
  });
  return {
    tasks,
    parts: {
      accountGrants: grants,
      administration,
      alias,
      apiKeys: keys,
      authorizedApps,
      devices,
      externalIdentities,
      factors,
      factorSignIn,
      loginSessions,
      notifications,
      ownAccounts,
      passwords,
      privacy,
      region: loginRegion,
      registeredApps,
      registration,
      signUps,
      stepUpAuth: stepUp,
      workspaces: new Workspaces(tables, profile, Date.now),
    },
  };
}
