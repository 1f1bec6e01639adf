import { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";
import type { Role } from "../../../protocol/auth/principal.ts";
import { routeOfEmail } from "../../../protocol/ids/loginRoute.ts";
import type { SessionGrant, SessionStart } from "../../../protocol/rpc/identity/sessions.ts";
import { readKeyEncryptionKeys } from "../../vault/vault.ts";
import { Profile } from "../profile.ts";
import { KnownDevices } from "./knownDevices.ts";
import { Revocations } from "./revocations.ts";
import { SecurityLog } from "./securityLog.ts";
import { ADMIN_SESSION_MS, USER_SESSION_MS, SESSION_MS } from "./sessionLifetime.ts";
import { REPEAT_MS, Sessions, SESSIONS_MAX } from "./sessions.ts";
import { Tables } from "../tables.ts";
import { storage } from "../../../test/objectStorage.ts";

const ENCRYPTION_KEYS = readKeyEncryptionKeys(JSON.stringify({ current: "a", keys: { a: btoa("k".repeat(32)) } }));
const ORIGIN = { requestId: "r", ip: "192.0.2.7", userAgent: "Terminal/1.0" };
const START: SessionStart = { kind: "person", proofs: ["password"], steppedUp: true, origin: ORIGIN };
const ENDED = { ok: false, reason: "session_ended" };

async function rig(roles: readonly Role[] = ["trader", "auditor"]) {
  const db = new DatabaseSync(":memory:");
  const tables = new Tables(storage(db));
  const profile = new Profile(tables, () => ENCRYPTION_KEYS);
  const clock = { now: 1_760_000_000_000 };
  const now = (): number => clock.now;
  const route = await routeOfEmail("ada@example.com");
  const ids = { email: "ada@example.com", userId: "u", accountId: "a", passwordHash: null };
  profile.create({ ...ids, roles, plan: "standard", region: "world", verifiedAt: clock.now }, clock.now);
  const told: unknown[] = [];
  const revocations = new Revocations(tables, {
    now,
    notify: (relay, credentials) => Promise.resolve({ keep: told.push({ relay, credentials }) > 0 }),
    wake: () => {},
    failed: () => {},
  });
  const log = new SecurityLog(tables, profile, now);
  const alerts: string[] = [];
  const alert = (kind: string): void => void alerts.push(kind);
  const newDevices: string[] = [];
  const newDevice = ({ ip }: { readonly ip: string }): void => void newDevices.push(ip);
  const sessions = new Sessions(tables, profile, log, revocations, new KnownDevices(tables, profile, now), {
    route,
    now,
    alert,
    newDevice,
    wake: () => {},
  });
  return { db, tables, profile, clock, sessions, revocations, log, alerts, newDevices, told };
}

type Rig = Awaited<ReturnType<typeof rig>>;

/** The next tokens; the test ends when they are refused. */
function refreshed({ sessions }: Rig, token: string): SessionGrant {
  const outcome = sessions.refresh(token, null, ORIGIN);
  if (!outcome.ok) throw new Error(outcome.reason);
  return outcome.value;
}

test("ID-40: an access token is valid until its session ends", async () => {
  const { sessions, clock } = await rig();
  const { sessionId, jti, csrfToken } = sessions.start(START);
  const login = { userId: "u", accountId: "a", roles: ["trader", "auditor"], plan: "standard" };
  const principal = { ...login, credential: { kind: "session", id: sessionId } };
  const view = { kind: "person", principal, steppedUpAt: clock.now, csrfToken };
  expect(sessions.verify(sessionId, jti)).toEqual(view);
  expect(sessions.verify(sessionId, `${jti}x`)).toBeNull();
  expect(sessions.verify(crypto.randomUUID(), jti)).toBeNull();
  expect(sessions.end(sessionId, "revoked")).toBe(true);
  expect(sessions.verify(sessionId, jti)).toBeNull();
  expect(sessions.end(sessionId, "revoked")).toBe(false);
});

test("ID-43: any refresh token that a session has issued ends it, and no other does", async () => {
  const all = await rig();
  const { sessions, clock } = all;
  const first = sessions.start(START);
  let newest = first;
  for (let times = 0; times < 3; times++) {
    clock.now += REPEAT_MS + 1;
    newest = refreshed(all, newest.refreshToken);
  }
  for (const { refreshToken } of [first, newest]) expect(sessions.idOf(refreshToken)).toBe(first.sessionId);
  const [route, id, , tag] = first.refreshToken.split(".");
  expect(sessions.idOf([route, id, "s".repeat(40), tag].join("."))).toBeNull();
  expect(sessions.idOf(`${first.refreshToken}x`)).toBeNull();
  sessions.end(first.sessionId, "signed_out");
  expect(sessions.idOf(newest.refreshToken)).toBeNull();
});

test("ID-40: an access token is valid until its expiry, and among the last eight of its session", async () => {
  const all = await rig();
  const { sessions, clock } = all;
  const first = sessions.start(START);
  clock.now += 16 * 60_000 - 1;
  expect(sessions.verify(first.sessionId, first.jti)).not.toBeNull();
  clock.now += 1;
  expect(sessions.verify(first.sessionId, first.jti)).toBeNull();
  const grants = [refreshed(all, first.refreshToken)];
  for (let i = 0; i < 8; i++) grants.push(refreshed(all, grants.at(-1)?.refreshToken ?? ""));
  expect(grants.map(({ sessionId, jti }) => sessions.verify(sessionId, jti) !== null)).toEqual([
    false,
    ...Array.from({ length: 8 }, () => true),
  ]);
});

test("ID-40: disabling a login or changing its roles affects its sessions at once", async () => {
  const { sessions, tables } = await rig();
  const { sessionId, jti } = sessions.start(START);
  tables.write("UPDATE login SET roles = 'viewer'");
  expect(sessions.verify(sessionId, jti)?.principal.roles).toEqual(["viewer"]);
  tables.write("UPDATE login SET disabled_at = 5");
  expect(sessions.verify(sessionId, jti)).toBeNull();
});

test("ID-41: each refresh gives another token, and seven days from then", async () => {
  const all = await rig();
  const first = all.sessions.start(START);
  const tokens = [first.refreshToken];
  for (let i = 0; i < 3; i++) {
    all.clock.now += SESSION_MS - 1;
    tokens.push(refreshed(all, tokens.at(-1) ?? "").refreshToken);
  }
  expect(new Set(tokens).size).toBe(4);
  all.clock.now += SESSION_MS;
  expect(all.sessions.refresh(tokens.at(-1) ?? "", null, ORIGIN)).toEqual(ENDED);
  // One that has merely run out is no sign of a thief.
  expect(all.alerts).toEqual([]);
});

test("ID-41: an expired session is ended by the alarm, and relays are notified", async () => {
  const { sessions, clock, revocations, told } = await rig();
  const { sessionId } = sessions.start(START);
  revocations.watch("relay-0");
  expect(sessions.dueAt()).toBe(clock.now + SESSION_MS);
  clock.now += SESSION_MS;
  sessions.run(clock.now);
  expect(sessions.dueAt()).toBeNull();
  await revocations.run(clock.now);
  expect(told).toEqual([{ relay: "relay-0", credentials: [sessionId] }]);
});

test("ID-42: the token used last gives the same successor for ten seconds, after a lost response or by concurrent refreshes", async () => {
  const all = await rig();
  const first = all.sessions.start(START);
  const [one, two] = [refreshed(all, first.refreshToken), refreshed(all, first.refreshToken)];
  expect(one.refreshToken).toBe(two.refreshToken);
  all.clock.now += REPEAT_MS;
  expect(refreshed(all, first.refreshToken).refreshToken).toBe(one.refreshToken);
  for (const { sessionId, jti } of [one, two]) expect(all.sessions.verify(sessionId, jti)).not.toBeNull();
  expect(refreshed(all, one.refreshToken).refreshToken).not.toBe(one.refreshToken);
  expect(all.alerts).toEqual([]);
});

test("ID-42: every concurrent refresh gets a valid access token", async () => {
  const all = await rig();
  const first = all.sessions.start(START);
  const grants = Array.from({ length: 50 }, () => refreshed(all, first.refreshToken));
  expect(grants.filter(({ sessionId, jti }) => all.sessions.verify(sessionId, jti) === null)).toEqual([]);
  // The one that is given last lives as long as the first would.
  all.clock.now += REPEAT_MS;
  const { sessionId, jti } = refreshed(all, first.refreshToken);
  all.clock.now += 16 * 60_000 - 1;
  expect(all.sessions.verify(sessionId, jti)).not.toBeNull();
});

test.each([
  ["the token before the last", 2, 0],
  ["the token used last, after ten seconds", 1, REPEAT_MS + 1],
  ["a token of long ago", 5, 0],
])("ID-43: %s ends the session, and its user is notified", async (_what, back, later) => {
  const all = await rig();
  const tokens = [all.sessions.start(START).refreshToken];
  for (let i = 0; i < 5; i++) tokens.push(refreshed(all, tokens.at(-1) ?? "").refreshToken);
  all.revocations.watch("relay-0");
  all.clock.now += later;
  const thief = { ...ORIGIN, ip: "203.0.113.9" };
  expect(all.sessions.refresh(tokens.at(-1 - back) ?? "", null, thief)).toEqual(ENDED);
  expect(all.sessions.refresh(tokens.at(-1) ?? "", null, ORIGIN)).toEqual(ENDED);
  expect(all.sessions.list()).toEqual([]);
  expect(all.alerts).toEqual(["refresh_reused"]);
  expect(all.log.list()[0]).toMatchObject({ kind: "refresh_reused", origin: { ip: "203.0.113.9" } });
  await all.revocations.run(all.clock.now);
  expect(all.told).toHaveLength(1);
});

test("ID-43: an invented token with the right session id ends nothing", async () => {
  const all = await rig();
  const other = await rig();
  const { refreshToken, sessionId } = all.sessions.start(START);
  const [route, , secret, tag] = refreshToken.split(".");
  const strange = other.sessions.start(START).refreshToken.split(".");
  for (const made of [
    [route, sessionId, strange[2], strange[3]],
    [route, sessionId, strange[2], tag],
    [route, sessionId, secret, strange[3]],
    [route, sessionId, "A".repeat(40), "A".repeat(43)],
  ]) {
    expect(all.sessions.refresh(made.join("."), null, ORIGIN)).toEqual(ENDED);
  }
  for (const text of ["", "...", refreshToken.slice(1), `${refreshToken}A`, refreshToken.toLowerCase()]) {
    expect(all.sessions.refresh(text, null, ORIGIN)).toEqual(ENDED);
  }
  expect(all.alerts).toEqual([]);
  expect(refreshed(all, refreshToken).sessionId).toBe(sessionId);
});

test("ID-43: a refresh with a token in a cookie needs the CSRF token of its own session", async () => {
  const { sessions } = await rig();
  const mine = sessions.start(START);
  const other = sessions.start(START);
  for (const csrf of ["", other.csrfToken, `${mine.csrfToken}x`]) {
    expect(sessions.refresh(mine.refreshToken, csrf, ORIGIN)).toEqual({ ok: false, reason: "csrf_failed" });
  }
  expect(sessions.refresh(mine.refreshToken, mine.csrfToken, ORIGIN)).toMatchObject({
    ok: true,
    value: { csrfToken: mine.csrfToken },
  });
});

test("ID-44: the disk has no usable token and no readable address", async () => {
  const all = await rig();
  const first = all.sessions.start({ ...START, label: "kitchen tablet" });
  const second = refreshed(all, first.refreshToken);
  const dump = ["session", "session_token", "security_log", "login"]
    .map((table) => JSON.stringify(all.db.prepare(`SELECT * FROM ${table}`).all()))
    .join();
  const secrets = [first, second].flatMap(({ jti, refreshToken }) => [jti, ...refreshToken.split(".").slice(2)]);
  for (const text of [...secrets, ORIGIN.ip, ORIGIN.userAgent, "kitchen tablet", "ada@example.com"]) {
    expect(dump).not.toContain(text);
  }
  expect(dump).toContain(first.sessionId);
});

test("ID-45: a user lists the sessions with device and times, and ends one or all others", async () => {
  const all = await rig();
  const { sessions, clock } = all;
  const old = sessions.start({ ...START, proofs: ["password", "totp"], label: "kitchen tablet" });
  clock.now += 60_000;
  const mine = sessions.start(START);
  clock.now += 60_000;
  sessions.verify(old.sessionId, old.jti);
  const [first, second] = sessions.list();
  expect(first).toEqual({
    id: old.sessionId,
    kind: "person",
    clientId: null,
    proofs: ["password", "totp"],
    createdAt: clock.now - 120_000,
    usedAt: clock.now,
    expiresAt: clock.now - 120_000 + SESSION_MS,
    ip: ORIGIN.ip,
    userAgent: ORIGIN.userAgent,
    label: "kitchen tablet",
  });
  expect(second).toMatchObject({ id: mine.sessionId, label: null });
  expect(sessions.endAll("revoked", mine.sessionId)).toBe(1);
  expect(sessions.list().map(({ id }) => id)).toEqual([mine.sessionId]);
});

test("ID-45: a login has at most a hundred sessions; one more ends the one unused for longest", async () => {
  const { sessions, clock } = await rig();
  const begun = Array.from({ length: SESSIONS_MAX + 2 }, () => {
    clock.now += 1;
    return sessions.start(START);
  });
  const left = new Set(sessions.list().map(({ id }) => id));
  expect(begun.map(({ sessionId }) => left.has(sessionId))).toEqual(begun.map((_, i) => i >= 2));
});

test("ID-46: an app has the account and the scopes that it was authorized for, and no admin role", async () => {
  const { sessions } = await rig();
  const app: SessionStart = {
    ...START,
    kind: "app",
    steppedUp: false,
    scopes: ["read"],
    clientId: "c1",
    accountId: "b",
  };
  const { sessionId, jti, principal } = sessions.start(app);
  expect(principal).toMatchObject({ accountId: "b", scopes: ["read"], roles: ["trader"] });
  expect(principal.credential).toEqual({ kind: "app", id: `c1/${sessionId}` });
  expect(sessions.verify(sessionId, jti)).toMatchObject({ kind: "app", principal, steppedUpAt: null });
  expect(sessions.list()[0]).toMatchObject({ kind: "app", clientId: "c1" });
});

test("AC-93: an app of a closed account has no access any more, and other sessions keep theirs", async () => {
  const { sessions, tables, revocations, told, clock } = await rig();
  const app = (accountId?: string): SessionGrant =>
    sessions.start({
      ...START,
      kind: "app",
      steppedUp: false,
      scopes: ["read"],
      clientId: "c1",
      ...(accountId === undefined ? {} : { accountId }),
    });
  const valid = ({ sessionId, jti }: SessionGrant) => sessions.verify(sessionId, jti) !== null;
  const [own, other] = [sessions.start(START), app("b")];
  const ofFirst = [app("a"), app()];
  revocations.watch("relay-0");
  tables.write("UPDATE account SET state = 'closed' WHERE id = 'a'");
  // Also when its closing was the work of an earlier release, which ended no sessions of apps.
  expect([own, other, ...ofFirst].map(valid)).toEqual([true, true, false, false]);
  expect(sessions.refresh(ofFirst[0]?.refreshToken ?? "", null, ORIGIN)).toEqual(ENDED);
  sessions.endAppsOf("a", "account_closed");
  expect(sessions.list().map(({ id }) => id)).toEqual(expect.arrayContaining([own.sessionId, other.sessionId]));
  expect(sessions.list()).toHaveLength(2);
  await revocations.run(clock.now);
  expect(told).toMatchObject([{ credentials: expect.arrayContaining(ofFirst.map(({ sessionId }) => sessionId)) }]);
});

test("ID-47: a step-up is stored in the session", async () => {
  const { sessions, clock } = await rig();
  const { sessionId, jti, steppedUpAt } = sessions.start({ ...START, steppedUp: false });
  expect(steppedUpAt).toBeNull();
  clock.now += 5;
  sessions.steppedUp(sessionId);
  expect(sessions.verify(sessionId, jti)?.steppedUpAt).toBe(clock.now);
});

const DAY = 86_400_000;

test("ID-92: a user's session ends after 30 days, an administrator's after 12 hours, however often it is refreshed", async () => {
  for (const [roles, most] of [
    [["trader"], USER_SESSION_MS],
    [["trader", "admin"], ADMIN_SESSION_MS],
  ] as const) {
    const all = await rig(roles);
    const { sessions, clock } = all;
    let grant = sessions.start(START);
    const end = clock.now + most;
    while (clock.now + most / 10 < end) {
      clock.now += most / 10;
      grant = refreshed(all, grant.refreshToken);
    }
    expect(sessions.list()[0]?.expiresAt).toBe(end);
    expect(sessions.dueAt()).toBe(end);
    clock.now = end - 1;
    grant = refreshed(all, grant.refreshToken);
    expect(sessions.verify(grant.sessionId, grant.jti)).not.toBeNull();
    clock.now = end;
    expect(sessions.verify(grant.sessionId, grant.jti)).toBeNull();
    expect(sessions.refresh(grant.refreshToken, null, ORIGIN)).toEqual(ENDED);
    sessions.run(clock.now);
    expect(sessions.list()).toEqual([]);
    expect(all.tables.rows("SELECT id FROM session")).toEqual([]);
  }
});

test("ID-92: the limits count from the session's start, also for sessions of earlier releases and users who become administrators", async () => {
  const all = await rig(["trader"]);
  const { sessions, clock, tables } = all;
  const old = sessions.start(START);
  tables.write("UPDATE session SET created_at = ?, expires_at = ?", clock.now - 29 * DAY, clock.now + 7 * DAY);
  expect(sessions.dueAt()).toBe(clock.now + DAY);
  clock.now += DAY - 1;
  const { refreshToken } = refreshed(all, old.refreshToken);
  clock.now += 1;
  expect(sessions.refresh(refreshToken, null, ORIGIN)).toEqual(ENDED);
  sessions.run(clock.now);
  expect(tables.rows("SELECT id FROM session")).toEqual([]);

  const young = sessions.start(START);
  clock.now += 12 * 3_600_000;
  expect(refreshed(all, young.refreshToken).sessionId).toBe(young.sessionId);
  tables.write("UPDATE login SET roles = 'trader admin'");
  expect(sessions.verify(young.sessionId, young.jti)).toBeNull();
  sessions.run(clock.now);
  expect(sessions.list()).toEqual([]);
});

test("ID-92: an app's session lasts as long as it is used", async () => {
  const all = await rig();
  let grant = all.sessions.start({ ...START, kind: "app", scopes: ["read"], clientId: "c" });
  for (let day = 0; day < 60; day += 6) {
    all.clock.now += 6 * DAY;
    grant = refreshed(all, grant.refreshToken);
  }
  expect(all.sessions.list()).toHaveLength(1);
});
