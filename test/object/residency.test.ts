/** Logins of the EU inside workerd: what stays outside their region, how they are found, how they trade and are audited. */
import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, test, vi } from "vitest";
import { ticketWith } from "../../domain/account/testing.ts";
import {
  accountObject,
  auditShardObject,
  identityObject,
  devMailboxObject,
  routeOfLogin,
} from "../../durable-objects/actor/namespaces.ts";
import { CURRENT, type DerivedKey } from "../../protocol/rpc/identity/passwords.ts";
import { routeOfEmail, routeOfKeyId } from "../../protocol/ids/loginRoute.ts";
import { auditShardOf, regionOfAccount, routeIn } from "../../protocol/ids/residency.ts";
import type { Origin } from "../../domain/account/state/events.ts";
import type { Principal } from "../../protocol/auth/principal.ts";

const ORIGIN: Origin = { requestId: "r", ip: "192.0.2.1", userAgent: "test" };
const USER = { roles: ["trader"], plan: "standard" } as const;
const UNPROVED = { ok: false, reason: "verification_failed" };
const COUNTS = { world: Number(env.AUDIT_SHARDS), eu: Number(env.AUDIT_SHARDS_EU) };

function newKey(): DerivedKey {
  const random = (bytes: number) => crypto.getRandomValues(new Uint8Array(bytes));
  return { ...CURRENT, salt: random(16), key: random(32) };
}

interface Person {
  readonly email: string;
  readonly plain: string;
  readonly eu: string;
}

async function person(): Promise<Person> {
  const email = `${crypto.randomUUID()}@example.com`;
  const plain = await routeOfEmail(email);
  return { email, plain, eu: routeIn("eu", plain) };
}

/** Everything that an object has on disk. */
function onDisk(route: string): Promise<unknown> {
  return runInDurableObject(env.IDENTITY.getByName(route), (_, { storage }) => ({
    kv: [...storage.kv.list()],
    tables: storage.sql
      .exec("SELECT name FROM sqlite_master WHERE name NOT GLOB '_cf_*' AND name NOT GLOB 'sqlite_*'")
      .toArray()
      .map(({ name }) => name),
  }));
}

/** What comes back of a sign-up: the code from its mail, and the key of its password. */
type Proof = readonly [code: string, key: Uint8Array];

/** Signs up there. */
async function codeFor({ email }: Person, route: string, region: "world" | "eu"): Promise<Proof> {
  const before = (await devMailboxObject(env).list()).filter(({ to }) => to === email).length;
  const password = newKey();
  await identityObject(env, route).signUps.signUp({ email, password, region });
  return vi.waitFor(async () => {
    const mails = (await devMailboxObject(env).list()).filter(({ to }) => to === email);
    expect(mails.length).toBe(before + 1);
    // The newest first or last: the codes of the regions differ.
    const codes = mails
      .flatMap(({ text }) => /8?[A-Z2-7]{52}/.exec(text) ?? [])
      .filter((code) => code.startsWith(route));
    expect(codes).toHaveLength(1);
    return [codes[0] ?? "", password.key];
  });
}

test("PV-21: for a login of the EU its plain route stores only the region, and leads to it", async () => {
  const ada = await person();
  const proof = await codeFor(ada, ada.eu, "eu");
  expect(await onDisk(ada.plain)).toEqual({ kv: [], tables: [] });
  const verified = await identityObject(env, ada.eu).registration.verifySignUp(...proof, ORIGIN);
  if (!verified.ok) throw new Error(verified.reason);
  expect(regionOfAccount(verified.value.accountId)).toBe("eu");
  expect(await onDisk(ada.plain)).toEqual({ kv: [["home", "eu"]], tables: [] });
  expect(await routeOfLogin(env, ada.email, () => "world")).toBe(ada.eu);
  expect(await identityObject(env, ada.eu).loginSessions.me()).toMatchObject({ ok: true, value: { region: "eu" } });

  const key = await identityObject(env, ada.eu).apiKeys.create(verified.value.userId);
  if (!key.ok) throw new Error(key.reason);
  expect(routeOfKeyId(key.value.keyId)).toBe(ada.eu);
  const { keyId, secret } = key.value;
  expect(await identityObject(env, ada.eu).apiKeys.verify(keyId, secret)).toMatchObject({ ok: true });
});

test("PV-21: a wrong code or password reserves no e-mail", async () => {
  const ada = await person();
  const [code, key] = await codeFor(ada, ada.eu, "eu");
  const wrong = code.slice(0, -1) + (code.endsWith("A") ? "B" : "A");
  const tries: readonly Proof[] = [
    [wrong, key],
    [code, newKey().key],
  ];
  for (const proof of tries) {
    expect(await identityObject(env, ada.eu).registration.verifySignUp(...proof, ORIGIN)).toEqual(UNPROVED);
  }
  expect(await onDisk(ada.plain)).toEqual({ kv: [], tables: [] });
});

test("PV-21: an e-mail has one login in all regions", async () => {
  const ada = await person();
  const [here, there] = [await codeFor(ada, ada.plain, "world"), await codeFor(ada, ada.eu, "eu")];
  expect(await identityObject(env, ada.eu).registration.verifySignUp(...there, ORIGIN)).toMatchObject({ ok: true });
  // Nothing is left of the sign-up here, sealed or not.
  expect(await onDisk(ada.plain)).toEqual({ kv: [["home", "eu"]], tables: [] });
  expect(await identityObject(env, ada.plain).registration.verifySignUp(...here, ORIGIN)).toMatchObject({ ok: false });
  const again = { ...USER, email: ada.email, password: newKey(), region: "world" } as const;
  expect(await identityObject(env, ada.plain).registration.createUser(again)).toEqual({
    ok: false,
    reason: "email_taken",
  });

  const bob = await person();
  const first = await codeFor(bob, bob.eu, "eu");
  const made = await identityObject(env, bob.plain).registration.createUser({ ...again, email: bob.email });
  expect(made).toMatchObject({ ok: true });
  expect(await identityObject(env, bob.eu).registration.verifySignUp(...first, ORIGIN)).toEqual(UNPROVED);
  expect(await routeOfLogin(env, bob.email, () => "eu")).toBe(bob.plain);
});

test("PV-21: erasing a login of the EU clears its plain route", async () => {
  const ada = await person();
  const user = { ...USER, email: ada.email, password: newKey(), region: "eu" } as const;
  expect(await identityObject(env, ada.eu).registration.createUser(user)).toMatchObject({ ok: true });
  expect(await onDisk(ada.plain)).toEqual({ kv: [["home", "eu"]], tables: [] });
  expect(await identityObject(env, ada.eu).privacy.erase(false)).toMatchObject({ kind: "erased" });
  expect(await onDisk(ada.plain)).toEqual({ kv: [], tables: [] });
});

test("PV-22: an account of the EU trades with one of the world, and its events go to a shard in the EU", async () => {
  const [ada, bob] = [await person(), await person()];
  const traders: Principal[] = [];
  for (const [{ email, plain, eu }, region] of [
    [ada, "eu"],
    [bob, "world"],
  ] as const) {
    const login = identityObject(env, region === "eu" ? eu : plain);
    const created = await login.registration.createUser({ ...USER, email, password: newKey(), region });
    if (!created.ok) throw new Error(created.reason);
    const { accountId } = created.value;
    const account = accountObject(env, accountId);
    await account.open(accountId, ORIGIN);
    await account.deposit(created.value, { reference: "cash", symbol: null, amount: "10000" }, ORIGIN);
    await account.deposit(created.value, { reference: "lots", symbol: "F", amount: "10" }, ORIGIN);
    traders.push(created.value);
  }
  const [buyer, seller] = traders;
  if (buyer === undefined || seller === undefined) throw new Error("two traders");
  const order = { symbol: "F", qty: "2", limitPrice: "10" };
  const rests = ticketWith({ ...order, side: "sell", clientOrderId: "s" });
  const takes = ticketWith({ ...order, side: "buy", clientOrderId: "b" });
  await accountObject(env, seller.accountId).submitOrder(seller, rests, ORIGIN);
  const bought = await accountObject(env, buyer.accountId).submitOrder(buyer, takes, ORIGIN);
  expect(bought).toMatchObject({ ok: true, value: { status: "filled" } });

  const shard = auditShardOf(buyer.accountId, COUNTS);
  expect(shard).toBeGreaterThanOrEqual(1_000);
  await vi.waitFor(async () => {
    const events = await auditShardObject(env, shard).waitingEvents(buyer.accountId, 100);
    expect(events.length).toBeGreaterThanOrEqual(4);
  });
  const { shards, euShards } = await auditShardObject(env, 0).status();
  expect({ shards, euShards }).toEqual({ shards: COUNTS.world, euShards: COUNTS.eu });
});
