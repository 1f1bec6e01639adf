import { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";
import { storage } from "../../../test/objectStorage.ts";
import { readKeyEncryptionKeys } from "../../vault/vault.ts";
import { Administration } from "./administration.ts";
import { Profile } from "../profile.ts";
import { Tables } from "../tables.ts";

const ENCRYPTION_KEYS = readKeyEncryptionKeys(JSON.stringify({ current: "a", keys: { a: btoa("k".repeat(32)) } }));
const USER = "7d3c0a4e-0000-4000-8000-000000000001";

function world(registered = true) {
  const db = new DatabaseSync(":memory:");
  const tables = new Tables(storage(db));
  const profile = new Profile(tables, () => ENCRYPTION_KEYS);
  const login = {
    email: "ada@example.com",
    userId: USER,
    accountId: USER,
    roles: ["trader"],
    plan: "standard",
  } as const;
  if (registered) profile.create({ ...login, region: "world", passwordHash: "x", verifiedAt: 1 }, 1);
  const seen = { recorded: [] as unknown[], ended: [] as string[], changes: 0, plans: [] as string[] };
  const desk = new Administration(tables, profile, {
    now: () => 9,
    record: (kind, facts) => seen.recorded.push({ kind, ...facts }),
    sessions: () => 3,
    endSessions: (why) => seen.ended.push(why),
    keys: () => 2,
    revokeKey: (keyId) => keyId === "PK1",
    changed: () => seen.changes++,
    planChanged: (plan) => seen.plans.push(plan),
  });
  return { db, profile, desk, seen };
}

test("ID-79: changes of roles, plan and status take effect at once, and invalidate cached verifications", () => {
  const { profile, desk, seen } = world();
  expect(desk.view()).toMatchObject({ userId: USER, email: "ada@example.com", sessions: 3, keys: 2, disabledAt: null });
  expect(desk.change({ roles: ["viewer", "auditor"], plan: "pro" }, "boss")).toMatchObject({ plan: "pro" });
  expect(profile.principal()).toMatchObject({ roles: ["viewer", "auditor"], plan: "pro" });
  expect(desk.change({ disabled: true }, "boss")).toMatchObject({ disabledAt: 9 });
  expect(profile.principal()).toBeNull();
  expect(seen.ended).toEqual(["disabled"]);
  expect(desk.change({ disabled: false }, "boss")).toMatchObject({ disabledAt: null });
  expect(profile.principal()).not.toBeNull();
  expect(seen.changes).toBe(3);
  expect(seen.recorded).toEqual([
    { kind: "admin_changed_user", by: "boss", roles: ["viewer", "auditor"], plan: "pro" },
    { kind: "admin_changed_user", by: "boss", disabled: true },
    { kind: "admin_changed_user", by: "boss", disabled: false },
  ]);
});

test("WS-18, WS-22: a new plan is told to open connections and closes none, so it cancels no order that depends on one", () => {
  const { profile, desk, seen } = world();
  expect(desk.change({ plan: "market_maker" }, "boss")).toMatchObject({ plan: "market_maker" });
  expect(profile.principal()).toMatchObject({ plan: "market_maker" });
  expect([seen.changes, seen.ended, seen.plans]).toEqual([0, [], ["market_maker"]]);
});

test("ID-79: ending sessions and revoking keys records the administrator", () => {
  const { desk, seen } = world();
  desk.endSessions("boss");
  expect([desk.revokeKey("PK1", "boss"), desk.revokeKey("PK2", "boss")]).toEqual([true, false]);
  expect(seen.recorded).toMatchObject([
    { kind: "admin_ended_sessions", by: "boss" },
    { kind: "admin_revoked_key", by: "boss", keyId: "PK1" },
  ]);
});

test("ID-9: requests of administrators to a login that does not exist write nothing", () => {
  const { db, desk } = world(false);
  const asked = [desk.view(), desk.change({ disabled: true }, "b"), desk.endSessions("b"), desk.revokeKey("PK1", "b")];
  expect(asked).toEqual([null, null, 0, false]);
  expect(db.prepare("SELECT * FROM sqlite_master").all()).toEqual([]);
});
