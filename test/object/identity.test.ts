/** The object of a login inside workerd: its own scrypt, its own SQLite, eviction. */
import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { identityObject } from "../../durable-objects/actor/namespaces.ts";
import { routeOfEmail } from "../../protocol/keys.ts";
import type { IdentityRpc } from "../../protocol/rpc.ts";

const PASSWORD = "correct horse battery staple";

/** A new login's object, and a way to put it to sleep. */
async function newLogin(): Promise<{
  email: string;
  login: IdentityRpc;
  evict: () => Promise<void>;
  tables: () => Promise<number>;
}> {
  const email = `${crypto.randomUUID()}@example.com`;
  const route = await routeOfEmail(email);
  const stub = env.IDENTITY.getByName(route);
  return {
    email,
    login: identityObject(env, route),
    evict: () => evictDurableObject(stub),
    tables: () =>
      runInDurableObject(stub, (_, { storage }) => storage.sql.exec("SELECT name FROM sqlite_master").toArray().length),
  };
}

test("ID-1, ID-6: a login and its keys outlive the object's sleep", async () => {
  const { email, login, evict } = await newLogin();
  const registered = await login.register(email, PASSWORD, ["trader", "admin"]);
  if (!registered.ok) throw new Error(registered.reason);
  const made = await login.createKey(registered.value.userId);
  if (!made.ok) throw new Error(made.reason);
  const { keyId, secret } = made.value;
  await evict();
  expect(await login.signIn(email, PASSWORD)).toEqual(registered);
  expect(await login.verifyKey(keyId, secret)).toEqual(registered);
  expect(await login.verifyKey(keyId, `${secret}x`)).toEqual({ ok: false, reason: "no_such_key" });
  expect(await login.signIn(email, `${PASSWORD}x`)).toEqual({ ok: false, reason: "bad_credentials" });
});

test("ID-6: of registrations that race, one wins", async () => {
  const { email, login } = await newLogin();
  const outcomes = await Promise.all(Array.from({ length: 4 }, () => login.register(email, PASSWORD, ["trader"])));
  expect(outcomes.filter((outcome) => outcome.ok)).toHaveLength(1);
  expect(outcomes.filter((outcome) => !outcome.ok)).toEqual(
    Array.from({ length: 3 }, () => ({ ok: false, reason: "email_taken" })),
  );
});

test("ID-9: an object that was only asked has no tables, one that registered has", async () => {
  const { email, login, tables } = await newLogin();
  await login.signIn(email, PASSWORD);
  await login.verifyKey("PK", "secret");
  expect(await tables()).toBe(0);
  await login.register(email, PASSWORD, ["trader"]);
  expect(await tables()).toBeGreaterThan(0);
});
