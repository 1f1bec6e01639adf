import { DatabaseSync } from "node:sqlite";
import { expect, it } from "vitest";
import { storage } from "../../test/objectStorage.ts";
import type { AccountRemainder } from "../../protocol/rpc/accountPrivacy.ts";
import { readKeyEncryptionKeys } from "../vault/vault.ts";
import { EXPORTED_TABLES, OMITTED_TABLES } from "./privacy/exportTables.ts";
import { PrivacyService } from "./privacy/privacyService.ts";
import { Profile } from "./profile.ts";
import { SecurityLog } from "./sessions/securityLog.ts";
import { Tables } from "./tables.ts";

const ENCRYPTION_KEYS = readKeyEncryptionKeys(JSON.stringify({ current: "a", keys: { a: btoa("0".repeat(32)) } }));
const ORIGIN = { requestId: "r", ip: "203.0.113.77", userAgent: "Recognisable/1.0" };

/** A login in a database of its own; what is outside it answers as `world` says. */
function login(db = new DatabaseSync(":memory:"), encryptionKeys = ENCRYPTION_KEYS) {
  const tables = new Tables(storage(db));
  const profile = new Profile(tables, () => encryptionKeys);
  const row = { email: "a@example.com", userId: "u", accountId: "acc", roles: [], passwordHash: "x", verifiedAt: 1 };
  const create = () => profile.create({ ...row, plan: "standard", region: "world" }, 1);
  if (!tables.exist) create();
  const world = {
    now: 1_000,
    left: null as AccountRemainder | null,
    leftIn: new Map<string, AccountRemainder>(),
    unreachable: false,
    asked: [] as unknown[],
    /** What happens while an account is being erased. */
    meanwhile: () => {},
    armed: 0,
  };
  const desk = new PrivacyService(tables, profile, {
    now: () => world.now,
    accountRemainder: (accountId) => Promise.resolve(world.leftIn.get(accountId) ?? null),
    eraseAccount: (...asked) => {
      world.asked.push(asked);
      world.meanwhile();
      return Promise.resolve(world.left);
    },
    rewrapAccountKey: (accountId) => Promise.resolve(void world.asked.push(["touch", accountId])),
    endAccess: () => world.asked.push("leave"),
    notifyOthers: () => (world.unreachable ? Promise.reject(new Error("away")) : Promise.resolve()),
    deleteAll: () => {
      tables.drop();
      return Promise.resolve();
    },
    arm: () => world.armed++,
    log: () => {},
  });
  return { db, tables, profile, desk, world, create };
}

function tablesOf(db: DatabaseSync): string[] {
  const found = db.prepare("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'").all();
  return found.map(({ name }) => String(name));
}

it("PV-6: every table of a login is exported or has a reason, and every column is exported or secret", () => {
  const { db } = login();
  const tables = tablesOf(db);
  expect([...Object.keys(EXPORTED_TABLES), ...Object.keys(OMITTED_TABLES)].sort()).toEqual(tables.sort());
  for (const [table, { columns, secret = [] }] of Object.entries(EXPORTED_TABLES)) {
    const there = db.prepare(`SELECT name FROM pragma_table_info('${table}')`).all();
    expect([...columns, ...secret].sort(), table).toEqual(there.map(({ name }) => String(name)).sort());
  }
});

it("PV-6: an export has what was encrypted in clear, and no secret", async () => {
  const { desk, tables, profile } = login();
  desk.changeDetails({ name: "Ann Recognisable" });
  desk.consent({ terms: "1" }, ORIGIN);
  new SecurityLog(tables, profile, () => 5).record("signed_in", { way: "password" }, ORIGIN);
  tables.write(
    "INSERT INTO api_key (key_id, secret_sha256, created_at, name) VALUES ('PK1', 'HASH', 1, ?)",
    profile.vault().encrypt("my bot"),
  );
  const { files } = desk.exportLogin();
  const rows = (name: string) => files.find((file) => file.name === name)?.rows;
  expect(rows("profile")).toMatchObject([{ email: "a@example.com", created_at: "1970-01-01T00:00:00.001Z" }]);
  expect(rows("person")).toEqual([{ name: "Ann Recognisable", country: null }]);
  expect(rows("consents")).toMatchObject([{ what: "terms", value: "1", origin: ORIGIN }]);
  expect(rows("security_log")).toMatchObject([{ kind: "signed_in", body: { facts: { way: "password" } } }]);
  expect(rows("api_keys")).toMatchObject([{ key_id: "PK1", name: "my bot" }]);
  expect(JSON.stringify(files)).not.toMatch(/HASH|password_hash|v1\./);
});

it("PV-7: an account that is not empty is not erased, unless an administrator forces it", async () => {
  const { desk, world, profile, tables } = login();
  world.left = { orders: 1, positions: ["F"], cash: 5 };
  expect(await desk.erase(false)).toEqual({ kind: "refused", left: world.left });
  expect(profile.principal()).not.toBeNull();
  expect(desk.erasure.dueAt()).toBeNull();
  world.left = null;
  expect(await desk.erase(true)).toEqual({ kind: "erased" });
  expect(world.asked).toEqual([["acc", false], ["acc", true], "leave"]);
  expect(tables.exist).toBe(false);
});

it("PV-7: an account that is opened during an erasure is erased, too", async () => {
  const { desk, world, tables } = login();
  world.meanwhile = () => {
    world.meanwhile = () => {};
    tables.write("INSERT INTO account (id, type, name, state, opened_at) VALUES ('late', 'paper', '', 'opening', 2)");
  };
  expect(await desk.erase(false)).toEqual({ kind: "erased" });
  expect(world.asked).toEqual([["acc", false], ["acc", false], ["late", false], "leave"]);
});

it("PV-7: all accounts of a login are erased, or none of them", async () => {
  const { desk, world, tables } = login();
  const more = "INSERT INTO account (id, type, name, state, opened_at) VALUES (?, 'cash', '', ?, 2)";
  tables.write(more, "second", "open");
  tables.write(more, "third", "closed");
  world.leftIn.set("second", { orders: 1, positions: ["F", "AAPL"], cash: 5, transfers: 1 });
  world.leftIn.set("third", { orders: 0, positions: ["F"], cash: 2 });
  const left = { orders: 1, positions: ["AAPL", "F"], cash: 7, transfers: 1 };
  expect(await desk.erase(false)).toEqual({ kind: "refused", left });
  expect(world.asked).toEqual([]);
  await desk.rewrapKeys();
  expect(world.asked.splice(0)).toEqual(["acc", "second", "third"].map((id) => ["touch", id]));
  world.leftIn.clear();
  expect(await desk.erase(false)).toEqual({ kind: "erased" });
  expect(world.asked).toEqual([["acc", false], ["second", false], ["third", false], "leave"]);
});

it("PV-8: an interrupted erasure continues by the alarm, and no credential is accepted meanwhile", async () => {
  const { db, desk, world, profile } = login();
  world.unreachable = true;
  expect(await desk.erase(false)).toEqual({ kind: "begun" });
  expect(world.armed).toBe(1);
  expect(profile.principal()).toBeNull();
  // Another life of the object, on the same disk.
  const again = login(db);
  expect(again.desk.erasure.dueAt()).toBe(6_000);
  await again.desk.erasure.run(6_000);
  expect(tablesOf(db)).toEqual([]);
  expect(await again.desk.erase(false)).toEqual({ kind: "erased" });
});

it("PV-8: an erasure completes when another object is unreachable for ten minutes", async () => {
  const { desk, world, tables } = login();
  world.unreachable = true;
  await desk.erase(false);
  world.now += 9 * 60_000;
  await expect(desk.erasure.run(world.now)).rejects.toThrow("away");
  world.now += 60_000;
  await desk.erasure.run(world.now);
  expect(tables.exist).toBe(false);
});

it("PV-9: after an erasure the same e-mail registers as a new user, who cannot decrypt the old data", async () => {
  const { desk, profile, create } = login();
  desk.changeDetails({ name: "Ann Recognisable" });
  const encrypted = profile.vault().encrypt("old");
  await desk.erase(false);
  expect(create()).toBe(true);
  expect(desk.details().name).toBeNull();
  expect(desk.consents()).toEqual([]);
  expect(() => profile.vault().decrypt(encrypted)).toThrow(/auth|decrypt|unsupported/i);
});

it("PV-2: a login that was rewrapped, and its account, do not need the old key-encryption key", async () => {
  const key = (fill: string): string => btoa(fill.repeat(32));
  const both = readKeyEncryptionKeys(JSON.stringify({ current: "b", keys: { a: key("0"), b: key("1") } }));
  const newer = readKeyEncryptionKeys(JSON.stringify({ current: "b", keys: { b: key("1") } }));
  const { db } = login();
  expect(() => login(db, newer).profile.email()).toThrow("no key-encryption key a");
  const touched = login(db, both);
  await touched.desk.rewrapKeys();
  expect(touched.world.asked).toEqual([["touch", "acc"]]);
  expect(login(db, newer).profile.email()).toBe("a@example.com");
});
