import type { IdentityOutcome, IdentityRpc } from "../../protocol/rpc/identity.ts";
import type { Origin } from "../../domain/account/state/events.ts";
import type { Revoked } from "../../protocol/rpc/relay.ts";
import { AccessMethods, type AccessParts } from "./access/accessMethods.ts";
import { accessParts } from "./access/accessParts.ts";
import { LoginRegion } from "./region.ts";
import type { Client } from "../../protocol/rpc/identity/devices.ts";
import type { AskedWithdrawal } from "../../protocol/rpc/identity/notices.ts";
import type { MfaAnswer, StepUpAnswer } from "../../protocol/rpc/identity/mfa.ts";
import type { PasskeyAssertion, PasskeyAttestation, Site } from "../../protocol/wire/passkeys.ts";
import type { ConsentChange, PersonView } from "../../protocol/rpc/identity/privacy.ts";
import type {
  Me,
  SecurityEntry,
  SessionEntry,
  SessionGrant,
  SessionStart,
  SessionView,
} from "../../protocol/rpc/identity/sessions.ts";
import { detailOf } from "../../protocol/http/apiFault.ts";
import { AlarmClock } from "../actor/alarmClock.ts";
import { logEvent } from "../actor/log.ts";
import { identityObject, oauthAppObject, outboxObject, relayObject } from "../actor/namespaces.ts";
import { readKeyEncryptionKeys } from "../vault/vault.ts";
import { Attempts } from "./passwords/attempts.ts";
import { BackgroundTasks } from "./backgroundTasks.ts";
import { Emails } from "./email/emails.ts";
import { Notifications } from "./email/notifications.ts";
import { mailerOf } from "./email/mailer.ts";
import { LoginAlias } from "./apps/loginAlias.ts";
import { type OAuthParts, oauthParts } from "./apps/oauthMethods.ts";
import { type PasswordParts, passwordParts } from "./passwords/passwordMethods.ts";
import { privacyPorts } from "./privacy/erasureTasks.ts";
import { PrivacyService } from "./privacy/privacyService.ts";
import { Profile } from "./profile.ts";
import { KnownDevices } from "./sessions/knownDevices.ts";
import { Revocations } from "./sessions/revocations.ts";
import { SecondFactors } from "./factors/secondFactors.ts";
import { SecurityLog } from "./sessions/securityLog.ts";
import { SessionService } from "./sessions/sessionService.ts";
import { Sessions } from "./sessions/sessions.ts";
import { Tables } from "./tables.ts";

/** The object of one login, named by its route (protocol/ids/loginRoute.ts). Holds nothing in memory that is not on disk, but for answers that may be repeated. */
export class Identity extends AccessMethods implements IdentityRpc {
  protected override readonly door: PasswordParts;
  readonly #factors: SecondFactors;
  protected override readonly access: AccessParts;
  protected override readonly residence: LoginRegion;
  readonly #tasks: BackgroundTasks;
  readonly #log: SecurityLog;
  readonly #desk: SessionService;
  readonly #devices: KnownDevices;
  readonly #notices: Notifications;
  protected override readonly oauth: OAuthParts;
  readonly #privacy: PrivacyService;

  constructor(state: DurableObjectState, env: CoreEnv) {
    super(state, env);
    const tables = new Tables(state.storage);
    const profile = new Profile(tables, () => readKeyEncryptionKeys(env.PII_MASTER_KEYS));
    const clock = new AlarmClock(state.storage);
    this.#tasks = new BackgroundTasks(clock, Date.now);
    const route = state.id.name ?? "";
    this.residence = new LoginRegion(profile, { route, kv: state.storage.kv, other: (of) => identityObject(env, of) });
    const handle = new LoginAlias({ route, kv: state.storage.kv, other: (name) => identityObject(env, name) });
    const revocations = new Revocations(tables, {
      now: Date.now,
      tell: async (relay, credentials) => {
        // Tokens of apps name the login by its handle, and relays know it by what a token says.
        const names = [route, handle.known() ?? []].flat();
        const told = names.map((name) =>
          relayObject(env, relay).revoked({ route: name, credentials } satisfies Revoked),
        );
        return { keep: (await Promise.all(told)).some(({ keep }) => keep) };
      },
      wake: () => {
        this.#tasks.arm();
        // At once, and not only when the alarm comes.
        state.waitUntil(revocations.run(Date.now()));
      },
      failed: (error) => logEvent("identity", "relay_not_told", { detail: detailOf(error) }),
    });
    this.#tasks.add(revocations);
    const log = new SecurityLog(tables, profile, Date.now);
    this.#log = log;
    const wake = () => this.#tasks.arm();
    const mailer = () => mailerOf(env, () => outboxObject(env));
    const emails = new Emails(tables, profile, mailer, env.PUBLIC_URL, Date.now, wake);
    const alert = (kind: "refresh_reused") => emails.queue(kind, {});
    const newDevice = (origin: Origin) => emails.queue("new_device", { origin, at: Date.now() });
    const devices = new KnownDevices(tables, profile, Date.now);
    this.#devices = devices;
    const sessions = new Sessions(tables, profile, log, revocations, devices, {
      ...{ route, now: Date.now, alert, newDevice, wake },
    });
    this.#tasks.add(sessions);
    const needs = { route, tables, profile, log, emails, sessions, revocations, devices, tasks: this.#tasks };
    this.access = accessParts(state, env, needs);
    const { shared, entry } = this.access;
    this.#desk = new SessionService(profile, sessions, revocations, devices);
    const attempts = new Attempts(tables, Date.now);
    this.#factors = new SecondFactors(tables, profile, {
      ...{ route, sessions, devices, attempts, log, emails, now: Date.now },
      encryptionKeys: () => readKeyEncryptionKeys(env.PII_MASTER_KEYS),
      provePassword: (key, sessionId) => this.door.passwords.prove(key, sessionId),
    });
    const begin = (start: SessionStart) => this.#factors.signIn(start);
    const notices = new Notifications(tables, emails, log, Date.now);
    this.#notices = notices;
    this.door = passwordParts(needs, attempts, {
      ...{
        secret: env.PII_MASTER_KEYS,
        begin,
        joined: () => entry.schedule(),
        waysIn: () => notices.otherCredentials(),
      },
      keys: () => this.access.keys.list(),
      endKeys: (origin) => this.access.keys.revokeAll(undefined, origin),
    });
    this.oauth = oauthParts({ ...needs, handle }, { begin, app: (clientId) => oauthAppObject(env, clientId) });
    const leaving = { route, tables, profile, shared, revocations, clock, residence: this.residence, handle };
    const ports = privacyPorts(state, env, { ...leaving, apps: this.oauth.apps, tasks: this.#tasks });
    this.#privacy = new PrivacyService(tables, profile, ports);
    this.#tasks.add(this.#privacy.erasure);
  }

  override alarm(): Promise<void> {
    return this.#tasks.run();
  }

  // ---- second factors and step-up: secondFactors.ts ----

  finishMfa(challenge: string, answer: MfaAnswer, client?: Client) {
    return this.#factors.finishMfa(challenge, answer, client);
  }

  mfaStatus() {
    return this.#factors.mfaStatus();
  }

  enrolTotp() {
    return this.#factors.enrolTotp();
  }

  confirmTotp(code: string, origin: Origin, sessionId?: string) {
    return this.#factors.confirmTotp(code, origin, sessionId);
  }

  removeTotp(origin: Origin) {
    return this.#factors.removeTotp(origin);
  }

  makeRecoveryCodes(origin: Origin) {
    return this.#factors.makeRecoveryCodes(origin);
  }

  passkeyRegistration(sessionId: string, site: Site) {
    return this.#factors.passkeyRegistration(sessionId, site);
  }

  addPasskey(sessionId: string, response: PasskeyAttestation, label: string, site: Site, origin: Origin) {
    return this.#factors.addPasskey(sessionId, response, label, site, origin);
  }

  removePasskey(id: string, origin: Origin) {
    return this.#factors.removePasskey(id, origin);
  }

  passkeySignInRequest() {
    return this.#factors.passkeySignInRequest();
  }

  signInByPasskey(response: PasskeyAssertion, site: Site, origin: Origin, client?: Client) {
    return this.#factors.signInByPasskey(response, site, origin, client);
  }

  stepUpOptions(sessionId: string) {
    return this.#factors.stepUpOptions(sessionId);
  }

  stepUp(sessionId: string, answer: StepUpAnswer, origin: Origin) {
    return this.#factors.stepUp(sessionId, answer, origin);
  }

  // ---- sessions: sessionDesk.ts ----

  async standingOf(origin: Origin, client: Client) {
    return this.#devices.standing(origin, client);
  }

  async verifySession(sessionId: string, jti: string, relay?: string): Promise<IdentityOutcome<SessionView>> {
    this.access.entry.schedule();
    const view = await this.#desk.verify(sessionId, jti, relay);
    const login = view.ok ? null : this.loginOfHandle();
    if (login === null) return view;
    const found = await login.object.verifySession(sessionId, jti, relay);
    return found.ok ? { ok: true, value: { ...found.value, route: login.route } } : found;
  }

  refreshSession(refreshToken: string, csrf: string | null, origin: Origin): Promise<IdentityOutcome<SessionGrant>> {
    return this.#desk.refresh(refreshToken, csrf, origin);
  }

  endSessionOf(refreshToken: string, csrf: string | null): Promise<IdentityOutcome<null>> {
    return this.#desk.endOf(refreshToken, csrf);
  }

  endSession(sessionId: string): Promise<boolean> {
    return this.#desk.end(sessionId);
  }

  endSessions(exceptId: string, client?: Client): Promise<number> {
    return this.#desk.endOthers(exceptId, client);
  }

  sessions(): Promise<readonly SessionEntry[]> {
    return this.#desk.list();
  }

  securityLog(limit: number): Promise<readonly SecurityEntry[]> {
    return Promise.resolve(this.#log.list(limit));
  }

  async me(): Promise<IdentityOutcome<Me>> {
    const me = await this.#desk.me();
    if (!me.ok) return me;
    const accountIds = this.access.shared.accounts().map(({ accountId }) => accountId);
    return { ok: true, value: { ...me.value, accountIds, ...(await this.#privacy.person()) } };
  }

  async noteWithdrawal(asked: AskedWithdrawal, origin: Origin) {
    this.#notices.withdrawalAsked(asked, origin);
  }

  // ---- personal data: privacyDesk.ts ----

  consents() {
    return this.#privacy.consents();
  }

  consent(change: ConsentChange, origin: Origin) {
    return this.#privacy.consent(change, origin);
  }

  person() {
    return this.#privacy.person();
  }

  changePerson(change: Partial<PersonView>) {
    return this.#privacy.changePerson(change);
  }

  exportLogin() {
    return this.#privacy.exportLogin();
  }

  erase(forced: boolean) {
    return this.#privacy.erase(forced);
  }

  touchVaults() {
    return this.#privacy.touchVaults();
  }
}
