/** The object of a login inside workerd: its own SQLite, eviction, alarms; and the objects that count tries. */
import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env as coreEnv } from "cloudflare:workers";
import { expect, test, vi } from "vitest";
import { identityObject, devMailboxObject, throttleObject } from "../../durable-objects/actor/namespaces.ts";
import { CURRENT, type DerivedKey } from "../../protocol/rpc/identity/passwords.ts";
import { routeOfEmail } from "../../protocol/ids/loginRoute.ts";
import type { IdentityRpc } from "../../protocol/rpc/identity.ts";
import type { Origin } from "../../domain/account/state/events.ts";

/** With a binding that only the gateway has (vitest.config.ts). */
const env = coreEnv as typeof coreEnv & { readonly THROTTLE: DurableObjectNamespace };
const ORIGIN: Origin = { requestId: "r", ip: "192.0.2.1", userAgent: "test" };
const USER = { roles: ["trader", "admin"], plan: "standard", region: "world" } as const;

/** A derived key, as far as an object can tell. */
function newKey(): DerivedKey {
  return {
    ...CURRENT,
    salt: crypto.getRandomValues(new Uint8Array(16)),
    key: crypto.getRandomValues(new Uint8Array(32)),
  };
}

/** A new login's object, and a way to put it to sleep. */
async function newLogin(): Promise<{
  email: string;
  login: IdentityRpc;
  evict: () => Promise<void>;
  alarm: () => Promise<boolean>;
  tables: () => Promise<number>;
}> {
  const email = `${crypto.randomUUID()}@example.com`;
  const route = await routeOfEmail(email);
  const stub = env.IDENTITY.getByName(route);
  return {
    email,
    login: identityObject(env, route),
    evict: () => evictDurableObject(stub),
    alarm: () => runDurableObjectAlarm(stub),
    tables: () =>
      runInDurableObject(stub, (_, { storage }) => storage.sql.exec("SELECT name FROM sqlite_master").toArray().length),
  };
}

/** The mails to an address, once there are so many. */
async function mailsTo(email: string, count: number): Promise<readonly { subject: string; text: string }[]> {
  return vi.waitFor(async () => {
    const mails = (await devMailboxObject(env).list()).filter(({ to }) => to === email);
    expect(mails).toHaveLength(count);
    return mails;
  });
}

test("ID-1, ID-6: a login and its keys survive eviction", async () => {
  const { email, login, evict } = await newLogin();
  const password = newKey();
  const created = await login.registration.createUser({ ...USER, email, password });
  if (!created.ok) throw new Error(created.reason);
  const made = await login.apiKeys.create(created.value.userId);
  if (!made.ok) throw new Error(made.reason);
  const { keyId, secret } = made.value;
  await evict();
  expect((await login.passwords.challenge()).salt).toEqual(password.salt);
  expect(await login.passwords.signIn(password.key, ORIGIN)).toMatchObject({
    ok: true,
    value: { signedIn: { kind: "session", grant: { principal: created.value } }, outdated: false },
  });
  expect(await login.apiKeys.verify(keyId, secret)).toMatchObject({
    ok: true,
    value: { userId: created.value.userId },
  });
  expect(await login.apiKeys.verify(keyId, `${secret}x`)).toEqual({ ok: false, reason: "no_such_key" });
  const wrong = { ok: false, reason: "bad_credentials" };
  expect(await login.passwords.signIn(newKey().key, ORIGIN)).toEqual(wrong);
});

test("ID-6: of users that are made at the same time for one e-mail, one wins", async () => {
  const { email, login } = await newLogin();
  const outcomes = await Promise.all(
    Array.from({ length: 4 }, () => login.registration.createUser({ ...USER, email, password: newKey() })),
  );
  expect(outcomes.filter((outcome) => outcome.ok)).toHaveLength(1);
  expect(outcomes.filter((outcome) => !outcome.ok)).toEqual(
    Array.from({ length: 3 }, () => ({ ok: false, reason: "email_taken" })),
  );
});

test("ID-9, ID-32: an object without a login has no tables", async () => {
  const { login, tables } = await newLogin();
  const { salt } = await login.passwords.challenge();
  expect(salt).toHaveLength(16);
  expect(await login.passwords.signIn(newKey().key, ORIGIN)).toEqual({ ok: false, reason: "bad_credentials" });
  await login.signUps.forgotPassword();
  await login.apiKeys.verify("PK", "secret");
  expect(await tables()).toBe(0);
});

test("ID-33, ID-36: the alarm sends the code of a sign-up, which makes the login", async () => {
  const { email, login } = await newLogin();
  const password = newKey();
  await login.signUps.signUp({ email, password, region: "world" });
  const [mail] = await mailsTo(email, 1);
  const code = /[A-Z2-7]{52}/.exec(mail?.text ?? "")?.[0] ?? "";
  const unproved = { ok: false, reason: "verification_failed" };
  expect(await login.signUps.challenge(code)).toMatchObject({ ok: true, value: { salt: password.salt } });
  expect(await login.registration.verifySignUp(code, newKey().key, ORIGIN)).toEqual(unproved);
  expect((await login.registration.verifySignUp(code, password.key, ORIGIN)).ok).toBe(true);
  expect(await login.registration.verifySignUp(code, password.key, ORIGIN)).toEqual(unproved);
  expect(await login.signUps.challenge(code)).toEqual(unproved);
  expect((await login.passwords.signIn(password.key, ORIGIN)).ok).toBe(true);
  await login.signUps.forgotPassword();
  const [reset] = await mailsTo(email, 2);
  expect(reset?.subject).toBe("Set a new password");
});

test("ID-31: a throttle admits five attempts, then waits, also after eviction; a success clears it", async () => {
  const name = `login/${crypto.randomUUID()}`;
  const throttle = throttleObject(env, name);
  const begun = await Promise.all(Array.from({ length: 8 }, () => throttle.begin(5)));
  expect(begun.filter((wait) => wait === 0)).toHaveLength(5);
  expect(Math.max(...begun)).toBeGreaterThan(900);
  expect(Math.max(...begun)).toBeLessThanOrEqual(1_000);
  const stub = env.THROTTLE.getByName(name);
  await evictDurableObject(stub);
  expect(await throttle.begin(5)).toBeGreaterThan(0);
  expect(await throttle.clear()).toBe(5);
  expect(await throttle.begin(5)).toBe(0);
});

test("ID-31: an attempt that is given back costs nothing, and a throttle deletes itself", async () => {
  const name = `network/${crypto.randomUUID()}`;
  const throttle = throttleObject(env, name);
  for (let i = 0; i < 50; i++) {
    expect(await throttle.begin(5)).toBe(0);
    await throttle.giveBack();
  }
  const stub = env.THROTTLE.getByName(name);
  const kept = () => runInDurableObject(stub, (_, { storage }) => storage.kv.get("tries"));
  expect(await kept()).toBeUndefined();
  await throttle.begin(5);
  await runInDurableObject(stub, (_, { storage }) => storage.kv.put("tries", { failures: 9, failedAt: 1 }));
  expect(await runDurableObjectAlarm(stub)).toBe(true);
  expect(await kept()).toBeUndefined();
});
