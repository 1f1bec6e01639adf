import { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";
import type { DirectoryEntry } from "../../../protocol/rpc/directory.ts";
import { storage } from "../../../test/objectStorage.ts";
import { Users } from "../../directory/users.ts";
import { readKeyEncryptionKeys } from "../../vault/vault.ts";
import { DirectoryEntryTask } from "./directoryEntry.ts";
import { Profile } from "../profile.ts";
import { Tables } from "../tables.ts";

const ENCRYPTION_KEYS = readKeyEncryptionKeys(JSON.stringify({ current: "a", keys: { a: btoa("k".repeat(32)) } }));
const USER = "7d3c0a4e-0000-4000-8000-000000000001";

function world() {
  const tables = new Tables(storage());
  const profile = new Profile(tables, () => ENCRYPTION_KEYS);
  const users = new Users(storage().sql);
  const known = { away: false, wakes: 0, failures: 0 };
  const task = new DirectoryEntryTask(tables, profile, {
    route: "ROUTE",
    now: () => 0,
    directory: () => ({
      enter: async (entry) => {
        if (known.away) throw new Error("away");
        users.enter(entry);
      },
    }),
    wake: () => known.wakes++,
    failed: () => known.failures++,
  });
  const create = (verifiedAt: number | null): void => {
    const login = {
      email: "ada@example.com",
      userId: USER,
      accountId: USER,
      roles: ["trader"],
      plan: "standard",
    } as const;
    profile.create({ ...login, region: "world", passwordHash: "x", verifiedAt }, 5);
  };
  return { tables, users, known, task, create };
}

test("ID-77: a login writes its directory entry, and repeats it until it is acknowledged", async () => {
  const { users, known, task, create } = world();
  expect(task.dueAt()).toBeNull();
  create(5);
  known.away = true;
  task.schedule();
  expect([known.wakes, task.dueAt()]).toEqual([1, 0]);
  await task.run(10_000);
  expect([known.failures, task.dueAt()]).toEqual([1, 11_000]);
  known.away = false;
  await task.run(11_000);
  expect(task.dueAt()).toBeNull();
  const entry: DirectoryEntry = { userId: USER, route: "ROUTE", accountId: USER, createdAt: 5, disabledAt: null };
  expect(users.find(USER)).toEqual(entry);
});

test("ID-77: an unverified login has no directory entry; a changed entry is written again", async () => {
  const { tables, users, known, task, create } = world();
  create(null);
  task.schedule();
  await task.run(1);
  expect([task.dueAt(), known.wakes, users.page("", 10)]).toEqual([null, 0, []]);
  tables.write("UPDATE login SET verified_at = 6");
  await task.run(2);
  tables.write("UPDATE login SET disabled_at = 7");
  expect(task.dueAt()).not.toBeNull();
  await task.run(3);
  expect(users.page("", 10)).toMatchObject([{ userId: USER, disabledAt: 7 }]);
});

test("ID-77: the directory gives users by id, a page at a time", () => {
  const users = new Users(storage(new DatabaseSync(":memory:")).sql);
  for (const userId of ["c", "a", "b"])
    users.enter({ userId, route: "R", accountId: userId, createdAt: 1, disabledAt: null });
  expect(users.page("", 2).map(({ userId }) => userId)).toEqual(["a", "b"]);
  expect(users.page("b", 2).map(({ userId }) => userId)).toEqual(["c"]);
  users.leave("c");
  expect([users.find("c"), users.page("b", 2)]).toEqual([null, []]);
});
