/** Sessions inside workerd: refreshes that race, sleep, and relays that are told of what has ended. */
import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, test, vi } from "vitest";
import { identityObject } from "../../durable-objects/actor/namespaces.ts";
import { CURRENT } from "../../protocol/rpc/identity/passwords.ts";
import type { SessionGrant } from "../../protocol/rpc/identity/sessions.ts";
import { routeOfEmail } from "../../protocol/ids/loginRoute.ts";
import type { Origin } from "../../domain/account/state/events.ts";

const ORIGIN: Origin = { requestId: "r", ip: "192.0.2.1", userAgent: "test" };
const USER = { roles: ["trader"], plan: "standard", region: "world" } as const;
const WAIT_OPTIONS = { timeout: 10_000 };

/** A relay that keeps what it is told (vitest.config.ts). */
interface ToldRelay {
  pushed(): Promise<unknown[]>;
  goAway(calls: number): Promise<void>;
}

let relays = 0;

async function person() {
  const email = `${crypto.randomUUID()}@example.com`;
  const route = await routeOfEmail(email);
  const stub = env.IDENTITY.getByName(route);
  const login = identityObject(env, route);
  const salt = crypto.getRandomValues(new Uint8Array(16));
  const key = crypto.getRandomValues(new Uint8Array(32));
  const created = await login.registration.createUser({ ...USER, email, password: { ...CURRENT, salt, key } });
  if (!created.ok) throw new Error(created.reason);
  const relay = `told-${++relays}`;
  const told = env.RELAY.getByName(relay) as unknown as ToldRelay;
  const signIn = async (): Promise<SessionGrant> => {
    const outcome = await login.passwords.signIn(key, ORIGIN);
    if (!outcome.ok || outcome.value.signedIn.kind !== "session") throw new Error("not signed in");
    return outcome.value.signedIn.grant;
  };
  const refresh = async (token: string): Promise<SessionGrant> => {
    const outcome = await login.loginSessions.refresh(token, null, ORIGIN);
    if (!outcome.ok) throw new Error(outcome.reason);
    return outcome.value;
  };
  return { route, stub, login, signIn, refresh, relay, told, userId: created.value.userId };
}

test("ID-42: concurrent refreshes get one successor, and no alert is recorded", async () => {
  const { login, signIn, refresh, stub } = await person();
  const { refreshToken } = await signIn();
  const grants = await Promise.all(Array.from({ length: 5 }, () => refresh(refreshToken)));
  expect(new Set(grants.map((grant) => grant.refreshToken)).size).toBe(1);
  for (const { sessionId, jti } of grants) expect((await login.loginSessions.verify(sessionId, jti)).ok).toBe(true);
  await evictDurableObject(stub);
  expect((await refresh(refreshToken)).refreshToken).toBe(grants[0]?.refreshToken);
});

test("ID-43: a replayed refresh token ends the session, also for the holder of the newest", async () => {
  const { login, signIn, refresh, stub } = await person();
  const first = await signIn();
  const second = await refresh(first.refreshToken);
  const third = await refresh(second.refreshToken);
  await evictDurableObject(stub);
  const ended = { ok: false, reason: "session_ended" };
  expect(await login.loginSessions.refresh(first.refreshToken, null, ORIGIN)).toEqual(ended);
  expect(await login.loginSessions.refresh(third.refreshToken, null, ORIGIN)).toEqual(ended);
  expect(await login.loginSessions.verify(third.sessionId, third.jti)).toEqual(ended);
});

test("ID-51: a relay is notified when a session that it verified ends", async () => {
  const { route, login, signIn, relay, told } = await person();
  const [mine, other] = [await signIn(), await signIn()];
  await login.loginSessions.verify(mine.sessionId, mine.jti, relay);
  expect(await login.loginSessions.end(mine.sessionId)).toBe(true);
  const wanted = [{ route, credentials: [mine.sessionId] }];
  await vi.waitFor(async () => expect(await told.pushed()).toEqual(wanted), WAIT_OPTIONS);
  expect((await login.loginSessions.verify(mine.sessionId, mine.jti, relay)).ok).toBe(false);
  expect((await login.loginSessions.verify(other.sessionId, other.jti, relay)).ok).toBe(true);
});

test("ID-51: an unreachable relay is notified by the alarm, also after eviction", async () => {
  const { route, login, signIn, relay, told, stub, userId } = await person();
  const { sessionId, jti } = await signIn();
  const made = await login.apiKeys.create(userId);
  if (!made.ok) throw new Error(made.reason);
  const { keyId, secret } = made.value;
  await login.loginSessions.verify(sessionId, jti, relay);
  await login.apiKeys.verify(keyId, secret, "", relay);
  await told.goAway(2);
  await login.loginSessions.end(sessionId);
  await login.apiKeys.revoke(keyId, ORIGIN);
  await evictDurableObject(stub);
  await vi.waitFor(async () => {
    await runDurableObjectAlarm(stub);
    const credentials = (await told.pushed()).flatMap((push) => (push as { credentials: string[] }).credentials);
    expect(new Set(credentials)).toEqual(new Set([sessionId, keyId]));
  }, WAIT_OPTIONS);
  expect(await told.pushed()).toEqual((await told.pushed()).map(() => expect.objectContaining({ route })));
});

test("ID-9: session requests to a login that does not exist write nothing", async () => {
  const route = await routeOfEmail(`${crypto.randomUUID()}@example.com`);
  const login = identityObject(env, route);
  expect((await login.loginSessions.verify(crypto.randomUUID(), "x".repeat(40), "relay-0")).ok).toBe(false);
  const token = `${route}.${crypto.randomUUID()}.${"s".repeat(40)}.${"t".repeat(43)}`;
  expect((await login.loginSessions.refresh(token, null, ORIGIN)).ok).toBe(false);
  expect((await login.loginSessions.endByRefreshToken(token, null)).ok).toBe(true);
  expect(await login.loginSessions.end(crypto.randomUUID())).toBe(false);
  expect(await login.loginSessions.list()).toEqual([]);
  const tables = await runInDurableObject(env.IDENTITY.getByName(route), (_, { storage }) =>
    storage.sql.exec("SELECT name FROM sqlite_master").toArray(),
  );
  expect(tables).toEqual([]);
});

test("ID-45: a session of somebody else is not found, not listed and not ended", async () => {
  const [mine, theirs] = [await person(), await person()];
  const { sessionId, jti, refreshToken, csrfToken } = await theirs.signIn();
  expect(await mine.login.loginSessions.end(sessionId)).toBe(false);
  expect((await mine.login.loginSessions.verify(sessionId, jti)).ok).toBe(false);
  // The route in a token says whom to ask; another login knows nothing of it.
  const [, ...rest] = refreshToken.split(".");
  const readdressed = [mine.route, ...rest].join(".");
  expect((await mine.login.loginSessions.refresh(readdressed, null, ORIGIN)).ok).toBe(false);
  await mine.login.loginSessions.endByRefreshToken(refreshToken, csrfToken);
  await mine.login.loginSessions.endOthers("");
  expect((await mine.login.loginSessions.list()).map(({ id }) => id)).not.toContain(sessionId);
  expect((await theirs.login.loginSessions.verify(sessionId, jti)).ok).toBe(true);
});
