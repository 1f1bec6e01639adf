import { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";
import type { Scope } from "../../../protocol/auth/principal.ts";
import type { NewKey } from "../../../protocol/rpc/identity/apiKeys.ts";
import { routeOfEmail, routeOfKeyId } from "../../../protocol/ids/loginRoute.ts";
import { storage } from "../../../test/objectStorage.ts";
import { readKeyEncryptionKeys } from "../../vault/vault.ts";
import { ApiKeys, type CreatedKey, KEYS_MAX } from "./apiKeys.ts";
import { Profile } from "../profile.ts";
import { MIGRATIONS } from "../migrations.ts";
import { Tables } from "../tables.ts";

const ENCRYPTION_KEYS = readKeyEncryptionKeys(JSON.stringify({ current: "a", keys: { a: btoa("k".repeat(32)) } }));
const EMAIL = "ada@example.com";
const USER = "7d3c0a4e-0000-4000-8000-000000000001";
const SHARED = "7d3c0a4e-0000-4000-8000-000000000002";
const PLAIN: NewKey = { name: "", accountId: null, scopes: ["read", "trade"], allowedIps: [], expiresAt: null };
const ORIGIN = { requestId: "r", ip: "192.0.2.1", userAgent: "test" };
const REFUSED = { ok: false, reason: "no_such_key" };

async function world(db = new DatabaseSync(":memory:"), registered = true) {
  const tables = new Tables(storage(db));
  const profile = new Profile(tables, () => ENCRYPTION_KEYS);
  const login = {
    email: EMAIL,
    userId: USER,
    accountId: USER,
    roles: ["trader"],
    plan: "pro",
    region: "world",
  } as const;
  if (registered) profile.create({ ...login, passwordHash: "x", verifiedAt: 1 }, 1);
  const known = {
    now: 1_760_000_000_000,
    shared: [] as Scope[],
    recorded: [] as string[],
    emailed: [] as string[],
    ended: [] as string[],
  };
  const keys = new ApiKeys(await routeOfEmail(EMAIL), tables, profile, {
    now: () => known.now,
    sharedScopes: (accountId) => (accountId === SHARED ? known.shared : []),
    record: (kind) => known.recorded.push(kind),
    verified: () => {},
    email: (what) => known.emailed.push(what),
    ended: (keyId) => known.ended.push(keyId),
    wake: () => {},
  });
  const make = (asked: Partial<NewKey> = {}): CreatedKey => {
    const made = keys.create(USER, { ...PLAIN, ...asked }, ORIGIN);
    if (!made.ok) throw new Error(made.reason);
    return made.value;
  };
  return { db, tables, keys, known, make };
}

const dump = (db: DatabaseSync): string =>
  JSON.stringify(
    db
      .prepare("SELECT name FROM sqlite_master WHERE type = 'table'")
      .all()
      .map(({ name }) => db.prepare(`SELECT * FROM "${String(name)}"`).all()),
  );

test("ID-1: an API key needs its secret; the disk has a hash of it, and no readable personal data", async () => {
  const { db, keys, make } = await world();
  const { keyId, secret } = make({ name: "Ada's laptop", allowedIps: ["192.0.2.0/24"] });
  expect(routeOfKeyId(keyId)).toBe(await routeOfEmail(EMAIL));
  // A new object on the same disk.
  const later = (await world(db, false)).keys;
  expect(later.verify(keyId, secret, "192.0.2.77")).toEqual({
    ok: true,
    value: {
      userId: USER,
      accountId: USER,
      roles: ["trader"],
      plan: "pro",
      scopes: ["read", "trade"],
      credential: { kind: "api_key", id: keyId },
    },
  });
  expect(later.verify(keyId, secret.slice(1), "192.0.2.77")).toEqual(REFUSED);
  expect(later.verify(keyId, "", "192.0.2.77")).toEqual(REFUSED);
  const [other] = keys.list();
  expect(other).toMatchObject({ name: "Ada's laptop", lastUsedIp: "192.0.2.77" });
  for (const hidden of [secret, "laptop", "192.0.2", EMAIL]) expect(dump(db)).not.toContain(hidden);
  expect(dump(db)).toContain(keyId);
  expect(JSON.stringify(keys.list())).not.toContain(secret);
});

test(`ID-8: a login has at most ${KEYS_MAX} keys, and another user's id makes none`, async () => {
  const { keys, make } = await world();
  expect(keys.create(crypto.randomUUID())).toEqual({ ok: false, reason: "bad_credentials" });
  for (let i = 0; i < KEYS_MAX; i++) make();
  expect(keys.create(USER)).toEqual({ ok: false, reason: "too_many_keys" });
  keys.revoke(keys.list()[0]?.keyId ?? "", ORIGIN);
  expect(keys.create(USER).ok).toBe(true);
});

test("ID-9: key requests to a login that does not exist write nothing", async () => {
  const { db, keys } = await world(undefined, false);
  expect(keys.verify("PK", "secret", "")).toEqual(REFUSED);
  expect(keys.create(USER)).toEqual({ ok: false, reason: "bad_credentials" });
  expect(keys.change("PK", { name: "x" }, ORIGIN)).toEqual({ ok: false, reason: "key_not_found" });
  expect([keys.revoke("PK", ORIGIN), keys.list()]).toEqual([false, []]);
  expect(db.prepare("SELECT * FROM sqlite_master").all()).toEqual([]);
});

test("ID-71: a wrong secret, an unknown, expired, revoked or misplaced key get the same refusal", async () => {
  const { keys, known, make } = await world();
  const { keyId, secret } = make({ allowedIps: ["192.0.2.0/24", "2001:db8::/32"], expiresAt: known.now + 1_000 });
  const opens = (ip: string, key = keyId): boolean => keys.verify(key, secret, ip).ok;
  expect([opens("192.0.2.1"), opens("2001:db8::9"), opens("::ffff:192.0.2.1")]).toEqual([true, true, true]);
  const refused = [
    keys.verify(keyId, `${secret}x`, "192.0.2.1"),
    keys.verify(`${keyId.slice(0, -1)}${keyId.endsWith("A") ? "B" : "A"}`, secret, "192.0.2.1"),
    ...["192.0.3.1", "", "2001:db9::", "nonsense"].map((ip) => keys.verify(keyId, secret, ip)),
  ];
  known.now += 1_000;
  refused.push(keys.verify(keyId, secret, "192.0.2.1"));
  expect(keys.change(keyId, { expiresAt: null }, ORIGIN).ok).toBe(true);
  expect(opens("192.0.2.1")).toBe(true);
  keys.revoke(keyId, ORIGIN);
  refused.push(keys.verify(keyId, secret, "192.0.2.1"));
  for (const refusal of refused) expect(refusal).toEqual(REFUSED);
});

test("ID-70: a key has its scopes, and changes only remove some", async () => {
  const { keys, known, make } = await world();
  const { keyId, secret } = make();
  const scopes = () => {
    const checked = keys.verify(keyId, secret, "");
    return checked.ok ? checked.value.scopes : null;
  };
  expect(scopes()).toEqual(["read", "trade"]);
  expect(keys.change(keyId, { scopes: ["read", "withdraw"] }, ORIGIN)).toEqual({ ok: false, reason: "scopes_widened" });
  expect(keys.change(keyId, { scopes: [] }, ORIGIN)).toEqual({ ok: false, reason: "scopes_widened" });
  expect(known.ended).toEqual([]);
  expect(keys.change(keyId, { scopes: ["trade"], name: "bot" }, ORIGIN)).toMatchObject({
    ok: true,
    value: { name: "bot" },
  });
  expect(scopes()).toEqual(["trade"]);
  expect(keys.change(keyId, { scopes: ["read", "trade"] }, ORIGIN)).toEqual({ ok: false, reason: "scopes_widened" });
  expect(known.ended).toEqual([keyId]);
  expect(known.recorded).toEqual(["key_created", "key_changed"]);
});

test("ID-74: a key of a shared account has at most the grant's scopes, and ends with the grant", async () => {
  const { keys, known, make } = await world();
  const asked = { ...PLAIN, accountId: SHARED, scopes: ["read"] } as const;
  expect(keys.create(USER, asked)).toEqual({ ok: false, reason: "forbidden" });
  expect(keys.create(USER, { ...asked, accountId: crypto.randomUUID() })).toEqual({ ok: false, reason: "forbidden" });
  known.shared = ["read"];
  expect(keys.create(USER, { ...asked, scopes: ["read", "trade"] })).toEqual({ ok: false, reason: "forbidden" });
  const { keyId, secret } = make(asked);
  expect(keys.verify(keyId, secret, "")).toMatchObject({
    ok: true,
    value: { accountId: SHARED, scopes: ["read"], guest: true },
  });
  known.shared = [];
  expect(keys.verify(keyId, secret, "")).toEqual(REFUSED);
  const own = make();
  keys.revokeAll(SHARED);
  expect(keys.list().map((key) => key.keyId)).toEqual([own.keyId]);
  expect(known.ended).toEqual([keyId]);
});

test("ID-85: an expired key's sockets are closed; a key whose expiry is extended works again", async () => {
  const { keys, known, make } = await world();
  make();
  const { keyId, secret } = make({ expiresAt: known.now + 1_000 });
  expect(keys.dueAt()).toBe(known.now + 1_000);
  known.now += 1_000;
  keys.run(known.now);
  expect([known.ended, keys.dueAt()]).toEqual([[keyId], null]);
  expect(keys.change(keyId, { expiresAt: known.now + 5_000 }, ORIGIN).ok).toBe(true);
  expect(keys.verify(keyId, secret, "").ok).toBe(true);
  expect(keys.dueAt()).toBe(known.now + 5_000);
});

test("ID-85: a read-only key has no admin role, and a key of a shared account neither admin nor auditor", async () => {
  const { tables, keys, known, make } = await world();
  tables.write("UPDATE login SET roles = 'trader auditor admin'");
  known.shared = ["read"];
  const rolesOf = ({ keyId, secret }: CreatedKey) => {
    const checked = keys.verify(keyId, secret, "");
    return checked.ok ? checked.value.roles : null;
  };
  expect(rolesOf(make())).toEqual(["trader", "auditor", "admin"]);
  expect(rolesOf(make({ scopes: ["read"] }))).toEqual(["trader", "auditor"]);
  expect(rolesOf(make({ scopes: ["read"], accountId: SHARED }))).toEqual(["trader"]);
});

test("ID-73: the last use of a key is written once a minute, with the address", async () => {
  const { db, keys, known, make } = await world();
  const { keyId, secret } = make();
  const begun = known.now;
  const seen = () => keys.list().map(({ lastUsedAt, lastUsedIp }) => [lastUsedAt, lastUsedIp]);
  expect(seen()).toEqual([[null, null]]);
  keys.verify(keyId, "wrong", "192.0.2.9");
  expect(seen()).toEqual([[null, null]]);
  keys.verify(keyId, secret, "192.0.2.1");
  expect(seen()).toEqual([[begun, "192.0.2.1"]]);
  const written = dump(db);
  known.now = begun + 59_999;
  keys.verify(keyId, secret, "192.0.2.2");
  expect(dump(db)).toBe(written);
  known.now = begun + 60_000;
  keys.verify(keyId, secret, "192.0.2.3");
  expect(seen()).toEqual([[begun + 60_000, "192.0.2.3"]]);
});

test("ID-70: a key of an earlier release still reads and trades", async () => {
  const db = new DatabaseSync(":memory:");
  db.exec("CREATE TABLE step (name TEXT PRIMARY KEY) WITHOUT ROWID");
  for (const { name, text } of MIGRATIONS.slice(0, 2)) {
    db.exec(text);
    db.prepare("INSERT INTO step (name) VALUES (?)").run(name);
  }
  db.prepare(
    "INSERT INTO login (id, email, user_id, account_id, roles, password_hash, created_at, verified_at) VALUES (1, ?, ?, ?, 'trader', 'x', 1, 1)",
  ).run(EMAIL, USER, USER);
  // SHA-256 of "abc" (FIPS 180-2, B.1).
  const hash = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
  db.prepare("INSERT INTO api_key (key_id, secret_sha256, created_at) VALUES ('PKOLD', ?, 1)").run(hash);
  const { keys } = await world(db, false);
  expect(keys.verify("PKOLD", "abc", "")).toMatchObject({
    ok: true,
    value: { accountId: USER, scopes: ["read", "trade"] },
  });
  expect(keys.list()).toMatchObject([{ keyId: "PKOLD", accountId: USER, name: "", allowedIps: [], expiresAt: null }]);
});

test("ID-99: a new key, a wider address range and a later expiry are e-mailed; a new name is not", async () => {
  const { keys, known, make } = await world();
  const { keyId } = make();
  expect(known.emailed).toEqual(["key_made"]);
  keys.change(keyId, { name: "bot" }, ORIGIN);
  keys.change(keyId, { scopes: ["read"] }, ORIGIN);
  expect(known.emailed).toEqual(["key_made"]);
  keys.change(keyId, { allowedIps: ["192.0.2.0/24"] }, ORIGIN);
  keys.change(keyId, { expiresAt: known.now + 1_000 }, ORIGIN);
  expect(known.emailed).toEqual(["key_made", "key_widened", "key_widened"]);
  expect(keys.create("somebody else", PLAIN, ORIGIN).ok).toBe(false);
  expect(known.emailed).toHaveLength(3);
});
