import { expect, test } from "vitest";
import { routeOfCode } from "../../../protocol/ids/emailCode.ts";
import {
  codeIn,
  derived,
  dump,
  keyOf,
  loginParts,
  type LoginParts,
  newWorld,
  ORIGIN,
} from "../../../test/loginParts.ts";
import { sha256 } from "../digest.ts";
import { Consents } from "../privacy/consents.ts";
import { readStored } from "./password.ts";
import { CODE_TRIES_MAX, RESET_MS, SIGN_UP_MS } from "./signUps.ts";

const ROUTE = "ABCDEFGHIJKLMNOPQRST";
const EMAIL = "ada@example.com";
const UNPROVED = { ok: false, reason: "verification_failed" };
const INVALID = { ok: false, reason: "code_invalid" };
const HOUR = 3_600_000;

function unknown() {
  const world = newWorld();
  return { world, ...loginParts(world, ROUTE) };
}

type Subject = ReturnType<typeof unknown>;

/** Signs up and gives the code from the mail. */
async function signUp(login: Subject, password: string): Promise<string> {
  login.signUps.signUp({ email: EMAIL, password: derived(password), region: "world" });
  await login.tasks.run();
  return codeIn(login.world.mails.at(-1));
}

/** Comes back with a code and a password, as the gateway does. */
function verify({ signUps }: Subject, code: string, password: string) {
  const asked = signUps.challenge(code);
  if (!asked.ok) return asked;
  const key = keyOf(password, asked.value);
  return signUps.emailOf(code, key) === null ? UNPROVED : signUps.verify(code, key, ORIGIN);
}

async function verified(password = "correct horse battery"): Promise<Subject> {
  const login = unknown();
  expect(verify(login, await signUp(login, password), password).ok).toBe(true);
  return login;
}

const signsIn = ({ passwords }: LoginParts, password: string): boolean =>
  passwords.signIn(keyOf(password, passwords.challenge()), ORIGIN).ok;

const tablesOf = ({ db }: LoginParts): number =>
  db.prepare("SELECT * FROM sqlite_master WHERE name NOT GLOB 'sqlite_*'").all().length;

test("ID-33: a sign-up signs in when its code has come back and not before; the code works once", async () => {
  const login = unknown();
  const code = await signUp(login, "correct horse battery");
  expect(routeOfCode(code)).toBe(ROUTE);
  expect(login.profile.principal()).toBeNull();
  expect(signsIn(login, "correct horse battery")).toBe(false);
  const outcome = verify(login, code, "correct horse battery");
  expect(outcome).toMatchObject({ ok: true, value: { roles: ["trader"] } });
  expect(login.profile.login()?.region).toBe("world");
  expect(signsIn(login, "correct horse battery")).toBe(true);
  expect(verify(login, code, "correct horse battery")).toEqual(UNPROVED);
});

test("ID-33: whoever signed up first with another's address does not get in with its password", async () => {
  const login = unknown();
  const attackers = await signUp(login, "password of an attacker");
  const victims = await signUp(login, "password of the victim");
  expect(victims).not.toBe(attackers);
  expect(verify(login, victims, "password of the victim").ok).toBe(true);
  expect(signsIn(login, "password of an attacker")).toBe(false);
  expect(signsIn(login, "password of the victim")).toBe(true);
  // The attacker's link, opened by mistake later, changes nothing.
  expect(verify(login, attackers, "password of an attacker")).toEqual(UNPROVED);
  expect(signsIn(login, "password of the victim")).toBe(true);
});

test("ID-33: who confirms the sign-up of somebody else by mistake makes no login for that one", async () => {
  const login = unknown();
  const attackers = await signUp(login, "password of an attacker");
  // The user believes it to be the own sign-up, or has none at all.
  expect(verify(login, attackers, "password of the victim")).toEqual(UNPROVED);
  expect(verify(login, attackers, "")).toEqual(UNPROVED);
  expect(login.profile.principal()).toBeNull();
  expect(signsIn(login, "password of an attacker")).toBe(false);
  // A code does not go with the password of another sign-up either.
  const victims = await signUp(login, "password of the victim");
  expect(verify(login, attackers, "password of the victim")).toEqual(UNPROVED);
  expect(verify(login, victims, "password of an attacker")).toEqual(UNPROVED);
  expect(verify(login, victims, "password of the victim").ok).toBe(true);
  expect(signsIn(login, "password of an attacker")).toBe(false);
});

test("ID-33: a code outlives a few wrong passwords, and after the fifth the right one comes too late", async () => {
  const login = unknown();
  const code = await signUp(login, "correct horse battery");
  for (let i = 1; i < CODE_TRIES_MAX; i++) expect(verify(login, code, "wrong wrong wrong")).toEqual(UNPROVED);
  expect(login.signUps.challenge(code).ok).toBe(true);
  expect(verify(login, code, "wrong wrong wrong")).toEqual(UNPROVED);
  expect(login.signUps.challenge(code)).toEqual(UNPROVED);
  expect(verify(login, code, "correct horse battery")).toEqual(UNPROVED);
  // Keys that were derived before it was over do not get in either.
  const asked = login.db.prepare("SELECT password_hash FROM sign_up").get()?.["password_hash"];
  const key = keyOf("correct horse battery", readStored(String(asked)));
  expect(login.signUps.verify(code, key, ORIGIN)).toEqual(UNPROVED);
  // Another sign-up has attempts of its own, of which four are left here.
  const next = await signUp(login, "correct horse battery");
  expect(verify(login, next, "wrong wrong wrong")).toEqual(UNPROVED);
  expect(verify(login, next, "correct horse battery").ok).toBe(true);
});

test("ID-33: a code is stored as a hash, and the address encrypted", () => {
  const login = unknown();
  login.signUps.signUp({ email: EMAIL, password: derived("correct horse battery"), region: "world" });
  const text = dump(login.db);
  expect(text).not.toContain("ada@");
  expect(text).not.toMatch(/[A-Z2-7]{52}/);
});

test("ID-9, ID-33: a sign-up code expires after a day; expired sign-ups leave no tables", async () => {
  const login = unknown();
  const code = await signUp(login, "correct horse battery");
  login.world.now += SIGN_UP_MS - 1;
  await login.tasks.run();
  expect(tablesOf(login)).toBeGreaterThan(0);
  login.world.now += 1;
  expect(verify(login, code, "correct horse battery")).toEqual(UNPROVED);
  expect(login.world.alarmAt).toBeLessThanOrEqual(login.world.now);
  await login.tasks.run();
  expect(tablesOf(login)).toBe(0);
  expect(login.world.alarmAt).toBeNull();
  // And the address can sign up again.
  expect(verify(login, await signUp(login, "correct horse battery"), "correct horse battery").ok).toBe(true);
});

test("ID-33: a sign-up with a registered address sends a note and changes nothing", async () => {
  const login = await verified();
  login.signUps.signUp({ email: EMAIL, password: derived("another password"), region: "world" });
  await login.tasks.run();
  expect(login.world.mails.at(-1)).toMatchObject({ to: EMAIL, subject: "You have a login already" });
  expect(login.world.mails.at(-1)?.text).not.toMatch(/[A-Z2-7]{52}/);
  expect(signsIn(login, "another password")).toBe(false);
  expect(signsIn(login, "correct horse battery")).toBe(true);
});

const from = (ip: string) => ({ ...ORIGIN, ip });
const resetMails = ({ world }: Subject): string[] =>
  world.mails.filter(({ subject }) => subject === "Set a new password").map(({ text }) => text);

test("ID-36: unknown clients can request five resets and ten sign-up e-mails an hour for an address", async () => {
  const login = await verified();
  for (let i = 0; i < 20; i++) {
    login.signUps.forgotPassword();
    login.signUps.signUp({ email: EMAIL, password: derived("another password"), region: "world" });
  }
  await login.tasks.run();
  expect(resetMails(login)).toHaveLength(4);
  expect(login.world.mails).toHaveLength(10 + 4);
  login.world.now += HOUR;
  login.signUps.forgotPassword();
  await login.tasks.run();
  expect(resetMails(login)).toHaveLength(5);
});

test("ID-36: one network can request three of them", async () => {
  const login = unknown();
  const password = derived("another password");
  const signUp = (ip: string) => login.signUps.signUp({ email: EMAIL, password, region: "world" }, from(ip));
  for (let i = 0; i < 9; i++) signUp("203.0.113.1");
  for (let i = 0; i < 9; i++) signUp(`2001:db8:1:2::${i}`);
  await login.tasks.run();
  expect(login.world.mails).toHaveLength(6);
  signUp("198.51.100.1");
  await login.tasks.run();
  expect(login.world.mails).toHaveLength(7);
});

test("ID-95: repeated resets by unknown clients leave the e-mailed code valid, and the only one", async () => {
  const login = await verified();
  for (let minute = 0; minute < 5 * 60; minute++) {
    login.signUps.forgotPassword(from(`203.0.113.${minute % 200}`));
    await login.tasks.run();
    login.world.now += 60_000;
  }
  const mails = resetMails(login);
  expect(mails.length).toBeLessThanOrEqual(5 * 5);
  expect(new Set(mails.map((text) => codeIn({ to: "", subject: "", text }))).size).toBe(1);
  // Its user asks from a network that nobody knows: no email is left, and none is needed.
  login.signUps.forgotPassword(from("198.51.100.1"));
  const code = codeIn({ to: "", subject: "", text: mails[0] ?? "" });
  expect(login.signUps.resetPassword(code, derived("another password"), from("198.51.100.1")).ok).toBe(true);
});

test("ID-95: a reset code expires after six hours; then the next one is sent", async () => {
  const login = await verified();
  const asks = 12 * 60;
  let last = "";
  for (let minute = 0; minute < asks; minute++) {
    login.signUps.forgotPassword(from(`203.0.113.${minute % 200}`));
    await login.tasks.run();
    last = codeIn({ to: "", subject: "", text: resetMails(login).at(-1) ?? "" });
    expect(login.signUps.resetOwner(last).ok, `minute ${minute}`).toBe(true);
    login.world.now += 60_000;
  }
  const codes = new Set(resetMails(login).map((text) => codeIn({ to: "", subject: "", text })));
  expect(codes.size).toBe(3);
  for (const code of codes) expect(login.signUps.resetOwner(code).ok).toBe(code === last);
});

test("ID-95: a reset code that is not requested again expires after 30 minutes", async () => {
  const login = await verified();
  login.signUps.forgotPassword();
  await login.tasks.run();
  const code = codeIn(login.world.mails.at(-1));
  login.world.now += RESET_MS - 1;
  expect(login.signUps.resetOwner(code).ok).toBe(true);
  login.world.now += 1;
  expect(login.signUps.resetOwner(code)).toEqual(INVALID);
  await login.tasks.run();
  expect(login.db.prepare("SELECT 1 FROM reset_code").all()).toEqual([]);
  expect(dump(login.db)).not.toContain(code);
});

test("ID-96: a known device and a known network have limits of their own", async () => {
  const login = await verified();
  const client = { devices: [], remembers: true };
  const start = { kind: "person", proofs: ["password"], steppedUp: true, origin: from("192.0.2.50"), client } as const;
  const { deviceToken = "" } = login.sessions.start(start);
  for (let i = 0; i < 50; i++) login.signUps.forgotPassword(from(`203.0.113.${i}`));
  await login.tasks.run();
  const before = resetMails(login).length;
  login.signUps.forgotPassword(from("192.0.2.50"));
  login.signUps.forgotPassword(from("198.51.100.1"), { devices: [sha256(deviceToken)], remembers: false });
  login.signUps.forgotPassword(from("198.51.100.1"), { devices: [sha256("x".repeat(40))], remembers: false });
  await login.tasks.run();
  expect(resetMails(login)).toHaveLength(before + 2);
});

test("ID-95: a reset code of an earlier release expires after 30 minutes", async () => {
  const login = await verified();
  const code = `${ROUTE}${"A".repeat(32)}`;
  login.db
    .prepare("INSERT INTO reset_code (code_sha256, created_at) VALUES (?, ?)")
    .run(sha256(code), login.world.now - RESET_MS + 1);
  expect(login.signUps.resetOwner(code).ok).toBe(true);
  expect(login.signUps.dueAt()).toBe(login.world.now + 1);
  login.world.now += 1;
  expect(login.signUps.resetOwner(code)).toEqual(INVALID);
});

test("ID-34: a reset code sets the password once, within 30 minutes, and ends every session", async () => {
  const login = await verified();
  const ask = async (): Promise<string> => {
    login.signUps.forgotPassword();
    await login.tasks.run();
    return codeIn(login.world.mails.at(-1));
  };
  const late = await ask();
  login.world.now += RESET_MS;
  expect(login.signUps.resetOwner(late)).toEqual(INVALID);
  expect(login.signUps.resetPassword(late, derived("another password"), ORIGIN)).toEqual(INVALID);
  const [first, second] = [await ask(), await ask()];
  const outcome = login.passwords.signIn(keyOf("correct horse battery", login.passwords.challenge()), ORIGIN);
  if (!outcome.ok || outcome.value.signedIn.kind !== "session") throw new Error("no session");
  const { sessionId, jti } = outcome.value.signedIn.grant;
  expect(login.sessions.verify(sessionId, jti)).not.toBeNull();
  expect(login.signUps.resetPassword(second, derived("another password"), ORIGIN).ok).toBe(true);
  expect(login.sessions.verify(sessionId, jti)).toBeNull();
  for (const used of [first, second, late]) {
    expect(login.signUps.resetPassword(used, derived("password of a thief"), ORIGIN)).toEqual(INVALID);
  }
  expect(signsIn(login, "another password")).toBe(true);
  expect(signsIn(login, "correct horse battery")).toBe(false);
});

test("ID-32, ID-34: a reset for an unknown e-mail sends and writes nothing", async () => {
  const login = unknown();
  login.signUps.forgotPassword();
  expect(tablesOf(login)).toBe(0);
  // Nor one that is waiting for its code: its reset would prove an address that nobody has proved.
  await signUp(login, "correct horse battery");
  login.signUps.forgotPassword();
  await login.tasks.run();
  expect(login.world.mails).toHaveLength(1);
});

test("PV-4: the terms of the completed sign-up are the first consent, and those of no other sign-up", async () => {
  const login = unknown();
  const asked = { email: EMAIL, password: derived("correct horse battery"), region: "world" } as const;
  login.signUps.signUp({ ...asked, terms: "of somebody else" });
  login.signUps.signUp({ ...asked, terms: "2026-10" });
  await login.tasks.run();
  expect(verify(login, codeIn(login.world.mails.at(-1)), "correct horse battery").ok).toBe(true);
  const consents = new Consents(login.tables, login.profile, () => login.world.now);
  expect(consents.list()).toEqual([{ at: login.world.now, what: "terms", value: "2026-10", origin: ORIGIN }]);
});

test("ID-98: a reset ends every API key, unless they are to be kept; the answer and an e-mail list them", async () => {
  for (const keep of [false, true]) {
    const login = await verified();
    const { userId = "" } = login.profile.principal() ?? {};
    const made = login.keys.create(userId, {
      name: "see http://evil.example",
      accountId: null,
      scopes: ["read", "trade"],
      expiresAt: null,
      allowedIps: ["192.0.2.0/24"],
    });
    if (!made.ok) throw new Error(made.reason);
    const { keyId, secret, key } = made.value;
    login.tables.write("INSERT INTO external_link (route, provider, created_at) VALUES ('R', 'acme', 1)");
    login.signUps.forgotPassword();
    await login.tasks.run();
    const outcome = login.signUps.resetPassword(
      codeIn(login.world.mails.at(-1)),
      derived("another password"),
      ORIGIN,
      ...(keep ? [true] : []),
    );
    expect(outcome).toEqual({ ok: true, value: keep ? { ended: [], kept: [key] } : { ended: [key], kept: [] } });
    expect(login.keys.verify(keyId, secret, "192.0.2.7").ok).toBe(keep);
    await login.tasks.run();
    const { subject, text } = login.world.mails.at(-1) ?? { subject: "", text: "" };
    expect(subject).toBe("Your password was changed");
    expect(text).toContain(`${keep ? "work as before; end those that you do not know" : "were ended"}:\n- ${keyId}`);
    expect(text).toContain("- sign-in with acme");
    // A name is the choice of whoever made the key.
    expect(text).not.toContain("evil");
  }
});
