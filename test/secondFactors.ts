/** A login with its second factors for tests, on a clock that the test sets. */
import { DatabaseSync } from "node:sqlite";
import { Attempts } from "../durable-objects/identity/passwords/attempts.ts";
import { Profile } from "../durable-objects/identity/profile.ts";
import { KnownDevices } from "../durable-objects/identity/sessions/knownDevices.ts";
import { Revocations } from "../durable-objects/identity/sessions/revocations.ts";
import { secondFactors } from "../durable-objects/identity/factors/secondFactors.ts";
import { SecurityLog } from "../durable-objects/identity/sessions/securityLog.ts";
import { Sessions } from "../durable-objects/identity/sessions/sessions.ts";
import { Tables } from "../durable-objects/identity/tables.ts";
import { readKeyEncryptionKeys } from "../durable-objects/vault/vault.ts";
import { routeOfEmail } from "../protocol/ids/loginRoute.ts";
import { storage } from "./objectStorage.ts";
import { codeAt, STEP } from "./totpCodes.ts";

const ENCRYPTION_KEYS = readKeyEncryptionKeys(JSON.stringify({ current: "a", keys: { a: btoa("k".repeat(32)) } }));
export const START = 1_760_000_010_000;
export const ORIGIN = { requestId: "r", ip: "192.0.2.7", userAgent: "Firefox on a phone" };
export const BY_PASSWORD = { kind: "person", proofs: ["password"], steppedUp: false, origin: ORIGIN } as const;
/** What the login's password derives to. */
export const RIGHT_KEY = new Uint8Array([1, 2, 3]);

export async function newLogin(email = "ada@example.com", db = new DatabaseSync(":memory:")) {
  const tables = new Tables(storage(db));
  const profile = new Profile(tables, () => ENCRYPTION_KEYS);
  const userId = crypto.randomUUID();
  const rights = {
    roles: ["trader"],
    plan: "standard",
    region: "world",
    passwordHash: "x",
    verifiedAt: START,
  } as const;
  profile.create({ email, userId, accountId: userId, ...rights }, START);
  return { ...(await loginOf(email, tables, profile)), db, tables };
}

/** The parts of a login whose object was asked, registered or not. */
export async function loginOf(email: string, tables: Tables, profile: Profile) {
  const clock = { now: START };
  const now = (): number => clock.now;
  const route = await routeOfEmail(email);
  const log = new SecurityLog(tables, profile, now);
  const quiet = { now, notify: async () => ({ keep: false }), wake: () => {}, failed: () => {} };
  const revocations = new Revocations(tables, quiet);
  const devices = new KnownDevices(tables, profile, now);
  const outside = { route, now, alert: () => {}, newDevice: () => {}, wake: () => {} };
  const sessions = new Sessions(tables, profile, log, revocations, devices, outside);
  const emails: unknown[] = [];
  const { factors, factorSignIn, stepUp } = secondFactors(tables, profile, {
    route,
    sessions,
    devices,
    log,
    now,
    attempts: new Attempts(tables, now),
    emails: { queue: (kind, facts) => emails.push([kind, facts]) },
    encryptionKeys: () => ENCRYPTION_KEYS,
    provePassword: (key) =>
      key.join() === RIGHT_KEY.join() ? { ok: true, value: null } : { ok: false, reason: "bad_credentials" },
  });
  return { clock, route, log, sessions, emails, factors, factorSignIn, stepUp, profile };
}

export type TestLogin = Awaited<ReturnType<typeof newLogin>>;

/** A login with an authenticator app, after the step that enrolled it. */
export async function enrolled(): Promise<
  TestLogin & { secret: string; codes: readonly string[]; code: () => string }
> {
  const login = await newLogin();
  const { secret } = login.factors.enrolTotp();
  const confirmed = login.factors.confirmTotp(codeAt(secret, login.clock.now), ORIGIN);
  if (!confirmed.ok) throw new Error(confirmed.reason);
  login.clock.now += STEP;
  return { ...login, secret, codes: confirmed.value, code: () => codeAt(secret, login.clock.now) };
}
