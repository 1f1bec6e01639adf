import { expect, test } from "vitest";
import { CURRENT } from "../../../protocol/rpc/identity/passwords.ts";
import {
  derived,
  dump,
  keyOf,
  loginParts,
  type LoginParts,
  newWorld,
  ORIGIN,
  scryptKey,
} from "../../../test/loginParts.ts";
import { isStoredKey, readStored, storedText } from "./password.ts";

const ROUTE = "ABCDEFGHIJKLMNOPQRST";
const PASSWORD = "correct horse battery";
const USER = { email: "ada@example.com", roles: ["trader"], plan: "standard", region: "world" } as const;
const WRONG = { ok: false, reason: "bad_credentials" };

function made(password = PASSWORD) {
  const world = newWorld();
  const login = loginParts(world, ROUTE);
  const created = login.passwords.create({ ...USER, password: derived(password) });
  if (!created.ok) throw new Error(created.reason);
  return { world, ...login, principal: created.value };
}

const signIn = ({ passwords }: Pick<LoginParts, "passwords">, password: string) =>
  passwords.signIn(keyOf(password, passwords.challenge()), ORIGIN);

test("ID-30: the stored password does not sign in, and neither password nor key is on disk", () => {
  const login = made();
  const key = keyOf(PASSWORD, login.passwords.challenge());
  const stored = login.profile.login()?.passwordHash ?? "";
  expect(stored).toMatch(/^scrypt-sha256\$15\$8\$3\$[0-9a-f]{32}\$[0-9a-f]{64}$/);
  const stolen = Uint8Array.from(Buffer.from(stored.split("$")[5] ?? "", "hex"));
  expect(login.passwords.signIn(stolen, ORIGIN)).toEqual(WRONG);
  expect(login.passwords.signIn(key, ORIGIN).ok).toBe(true);
  expect(dump(login.db)).not.toContain(Buffer.from(key).toString("hex"));
  expect(dump(login.db)).not.toContain(PASSWORD);
});

test("ID-30: a password stored by an earlier release, or with other parameters, signs in and is stored again", () => {
  // Made by another implementation with other parameters: N = 2^10, r = 4, p = 1; the key itself was stored.
  const old =
    "scrypt$10$4$1$00112233445566778899aabbccddeeff$67e3dfeca03ce94cd8e33551c6e99a8ff6a5f939edc6ed061314165aeb05f767";
  const login = made();
  for (const text of [old, storedText({ ...derived(PASSWORD, { ...CURRENT, parallelism: 1 }) })]) {
    login.profile.setPassword(text);
    const how = login.passwords.challenge();
    const key = text === old ? scryptKey(PASSWORD, how) : keyOf(PASSWORD, how);
    expect(login.passwords.signIn(key, ORIGIN)).toMatchObject({ ok: true, value: { outdated: true } });
    login.passwords.renew(key, derived(PASSWORD));
    expect(signIn(login, PASSWORD)).toMatchObject({ ok: true, value: { outdated: false } });
  }
  // Only somebody who knows the password can replace its derivation.
  login.passwords.renew(new Uint8Array(32), derived("another password"));
  expect(signIn(login, "another password")).toEqual(WRONG);
  expect(() => readStored("md5$1234")).toThrow("not readable");
});

test("ID-32: a login that nobody can use has a constant decoy derivation of its own", () => {
  const world = newWorld();
  const unknown = loginParts(world, ROUTE);
  const { salt, ...numbers } = unknown.passwords.challenge();
  expect(numbers).toEqual(CURRENT);
  expect(loginParts(world, ROUTE).passwords.challenge().salt).toEqual(salt);
  expect(loginParts(world, "BCDEFGHIJKLMNOPQRSTU").passwords.challenge().salt).not.toEqual(salt);
  expect(signIn(unknown, PASSWORD)).toEqual(WRONG);
  expect(dump(unknown.db)).toBe("[]");
  expect(isStoredKey(new Uint8Array(32), null)).toBe(false);
});

test("ID-32: a disabled login answers like a wrong password", () => {
  const login = made();
  login.tables.write("UPDATE login SET disabled_at = 1");
  expect(signIn(login, PASSWORD)).toEqual(WRONG);
  expect(login.passwords.own()).toEqual(WRONG);
});

test("ID-32: a wrong password writes nothing that an unknown e-mail would not", () => {
  const login = made();
  const before = dump(login.db);
  expect(signIn(login, "wrong wrong wrong")).toEqual(WRONG);
  expect(dump(login.db)).toBe(before);
});

test("ID-34: a password change ends every other session, notifies the user, and replaces the old password", async () => {
  const login = made();
  const [one, other] = [signIn(login, PASSWORD), signIn(login, PASSWORD)].map((outcome) => {
    if (!outcome.ok || outcome.value.signedIn.kind !== "session") throw new Error("no session");
    return outcome.value.signedIn.grant;
  });
  if (one === undefined || other === undefined) throw new Error("no session");
  const current = keyOf(PASSWORD, login.passwords.challenge());
  expect(login.passwords.change(current, derived("another password"), one.sessionId, ORIGIN).ok).toBe(true);
  expect(login.sessions.verify(one.sessionId, one.jti)).not.toBeNull();
  expect(login.sessions.verify(other.sessionId, other.jti)).toBeNull();
  expect(signIn(login, PASSWORD)).toEqual(WRONG);
  expect(signIn(login, "another password").ok).toBe(true);
  await login.tasks.run();
  expect(login.world.mails.at(-1)).toMatchObject({ to: USER.email, subject: "Your password was changed" });
});

test("ID-31: wrong present passwords make their session wait, also concurrent ones; other sessions do not wait", () => {
  const login = made();
  const wrong = new Uint8Array(32);
  const right = keyOf(PASSWORD, login.passwords.challenge());
  for (let i = 0; i < 5; i++) expect(login.passwords.prove(wrong, "stolen")).toEqual(WRONG);
  const waits = { ok: false, reason: "rate_limited", retryAfterMs: 1_000 };
  expect(login.passwords.prove(right, "stolen")).toEqual(waits);
  expect(login.passwords.own("stolen")).toEqual(waits);
  expect(login.passwords.own("own").ok).toBe(true);
  expect(login.passwords.prove(right, "own").ok).toBe(true);
  expect(login.passwords.prove(right, "stolen")).toEqual(waits);
  login.world.now += 1_000;
  expect(login.passwords.prove(right, "stolen").ok).toBe(true);
  expect(login.passwords.own("stolen").ok).toBe(true);
});

test("ID-6, ID-38: an administrator creates a login once; pending sign-ups are dropped", async () => {
  const login = made();
  expect(login.passwords.create({ ...USER, password: null })).toEqual({ ok: false, reason: "email_taken" });
  expect(login.principal).toMatchObject({ roles: ["trader"], accountId: login.principal.userId });

  const world = newWorld();
  const waiting = loginParts(world, ROUTE);
  waiting.signUps.signUp({ email: USER.email, password: derived("password of an attacker"), region: "world" });
  expect(waiting.passwords.create({ ...USER, password: derived(PASSWORD), plan: "market_maker" }).ok).toBe(true);
  expect(waiting.profile.principal()).toMatchObject({ plan: "market_maker" });
  expect(signIn(waiting, "password of an attacker")).toEqual(WRONG);
  await waiting.tasks.run();
  expect(world.mails).toEqual([]);
});

test("ID-98: a password change keeps the API keys, and the e-mail lists them", async () => {
  const login = made();
  const key = login.keys.create(login.principal.userId);
  if (!key.ok) throw new Error(key.reason);
  const current = keyOf(PASSWORD, login.passwords.challenge());
  expect(login.passwords.change(current, derived("another password"), "s", ORIGIN).ok).toBe(true);
  expect(login.keys.verify(key.value.keyId, key.value.secret, "").ok).toBe(true);
  await login.tasks.run();
  expect(login.world.mails.at(-1)?.text).toContain(
    `end those that you do not know:\n- ${key.value.keyId} (read, trade;`,
  );
});
