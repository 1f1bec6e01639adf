import { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";
import { Login } from "./login.ts";
import { hashPassword, verifyPassword } from "./password.ts";
import { Profile } from "./profile.ts";
import { readMasters } from "../vault/vault.ts";
import { Tables } from "./tables.ts";
import { storage } from "../../test/objectStorage.ts";

const MASTERS = readMasters(JSON.stringify({ current: "a", keys: { a: btoa("k".repeat(32)) } }));
const PASSWORD = "correct horse battery";

function login(db = new DatabaseSync(":memory:")): Login {
  const made = new Tables(storage(db));
  return new Login(new Profile(made, () => MASTERS), () => 1_760_000_000_000);
}

function tables(db: DatabaseSync): number {
  return db.prepare("SELECT * FROM sqlite_master").all().length;
}

test("ID-6: a registered user signs in with any case of the email and gets the same ids and roles", async () => {
  const subject = login();
  const registered = await subject.register("Ada@Example.com", PASSWORD, ["trader", "admin"]);
  if (!registered.ok) throw new Error(registered.reason);
  expect(registered.value.accountId).toBe(registered.value.userId);
  expect(registered.value.userId).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(await subject.signIn(" ada@example.COM", PASSWORD)).toEqual(registered);
  expect(registered.value.roles).toEqual(["trader", "admin"]);
});

test("ID-6: an email registers once, also when two registrations run at the same time", async () => {
  const subject = login();
  const outcomes = await Promise.all([
    subject.register("ada@example.com", PASSWORD, ["trader"]),
    subject.register("ada@example.com", "another password", ["admin"]),
  ]);
  const winner = outcomes.find((outcome) => outcome.ok);
  expect(outcomes.filter((outcome) => !outcome.ok)).toEqual([{ ok: false, reason: "email_taken" }]);
  expect(await subject.register("ada@example.com", PASSWORD, ["trader"])).toEqual({ ok: false, reason: "email_taken" });
  const signedIn = [
    await subject.signIn("ada@example.com", PASSWORD),
    await subject.signIn("ada@example.com", "another password"),
  ];
  expect(signedIn.filter((outcome) => outcome.ok)).toEqual([winner]);
});

test("ID-7: passwords have 12 to 256 characters", async () => {
  for (const password of ["", "short", "x".repeat(11), "x".repeat(257), "🐎".repeat(11)]) {
    expect(await login().register("ada@example.com", password, ["trader"])).toEqual({
      ok: false,
      reason: "weak_password",
    });
  }
  for (const password of ["x".repeat(12), "x".repeat(256), "🐎".repeat(12)]) {
    expect((await login().register("ada@example.com", password, ["trader"])).ok).toBe(true);
  }
});

test("ID-2: a wrong email and a wrong password get the same answer after about the same work", async () => {
  const subject = login();
  await subject.register("ada@example.com", PASSWORD, ["trader"]);
  const timed = async (target: Login, email: string): Promise<number> => {
    const start = performance.now();
    expect(await target.signIn(email, "wrong password!")).toEqual({ ok: false, reason: "bad_credentials" });
    return performance.now() - start;
  };
  const wrongPassword = await timed(subject, "ada@example.com");
  const wrongEmail = await timed(login(), "bob@example.com");
  // A hash takes some 200 ms; an answer without one well under 1 ms.
  expect(wrongEmail).toBeGreaterThan(wrongPassword / 10);
});

test("ID-1: a password is kept only as a salted hash with its parameters", async () => {
  const [first, second] = await Promise.all([hashPassword(PASSWORD), hashPassword(PASSWORD)]);
  expect(first).toMatch(/^scrypt\$15\$8\$3\$/);
  expect(first).not.toBe(second);
  expect(await verifyPassword(PASSWORD, first)).toBe(true);
  expect(await verifyPassword(`${PASSWORD} `, first)).toBe(false);
  // Made by another implementation with other parameters: N = 2^10, r = 4, p = 1.
  const old =
    "scrypt$10$4$1$00112233445566778899aabbccddeeff$67e3dfeca03ce94cd8e33551c6e99a8ff6a5f939edc6ed061314165aeb05f767";
  expect(await verifyPassword(PASSWORD, old)).toBe(true);
  await expect(verifyPassword(PASSWORD, "md5$1234")).rejects.toThrow("not readable");
});

test("ID-1: a password typed in another Unicode form is the same password", async () => {
  const stored = await hashPassword("Ame\u0301lie in Paris");
  expect(await verifyPassword("Am\u00e9lie in Paris", stored)).toBe(true);
});

test("ID-9: asking a login that does not exist leaves nothing on disk", async () => {
  const db = new DatabaseSync(":memory:");
  const subject = login(db);
  await subject.signIn("nobody@example.com", PASSWORD);
  await subject.register("nobody@example.com", "weak", ["trader"]);
  expect(tables(db)).toBe(0);
});
