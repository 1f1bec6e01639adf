import { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";
import { storage } from "../../../test/objectStorage.ts";
import { codeAt, STEP } from "../../../test/totpCodes.ts";
import { readKeyEncryptionKeys } from "../../vault/vault.ts";
import { Profile } from "../profile.ts";
import { RecoveryCodes } from "./recoveryCodes.ts";
import { Tables } from "../tables.ts";
import { Totp } from "./totp.ts";

const ENCRYPTION_KEYS = readKeyEncryptionKeys(JSON.stringify({ current: "a", keys: { a: btoa("k".repeat(32)) } }));
const START = 1_760_000_010_000;

/** A login with a clock that the test sets. */
function login() {
  const db = new DatabaseSync(":memory:");
  const tables = new Tables(storage(db));
  const profile = new Profile(tables, () => ENCRYPTION_KEYS);
  const [userId, roles] = [crypto.randomUUID(), ["trader"] as const];
  const rights = { roles, plan: "standard", region: "world", passwordHash: null, verifiedAt: START } as const;
  profile.create({ email: "ada@example.com", userId, accountId: userId, ...rights }, START);
  const clock = { now: START };
  return { db, tables, clock, totp: new Totp(tables, profile, () => clock.now) };
}

test("ID-55: a secret is active after its first right code, and stored encrypted", () => {
  const { db, clock, totp } = login();
  const { secret, uri } = totp.enrol();
  expect(secret).toMatch(/^[A-Z2-7]{32}$/);
  expect(uri).toMatch(/^otpauth:\/\/totp\/Edge%20Exchange:ada%40example\.com\?/);
  expect(totp.confirm("000000")).toBe(codeAt(secret, clock.now) === "000000");
  expect(totp.enrolled).toBe(false);
  expect(totp.check(codeAt(secret, clock.now))).toBe(false);
  expect(totp.confirm(codeAt(secret, clock.now))).toBe(true);
  expect(totp.enrolled).toBe(true);
  const dump = JSON.stringify(db.prepare("SELECT * FROM totp").all());
  expect(dump).not.toContain(secret);
});

test("ID-55: a secret that is not confirmed within 15 minutes expires", () => {
  const { clock, totp } = login();
  const { secret } = totp.enrol();
  clock.now += 15 * 60_000;
  expect(totp.confirm(codeAt(secret, clock.now))).toBe(false);
});

test("ID-56: a code is good one step early or late, and once", () => {
  const { clock, totp } = login();
  const { secret } = totp.enrol();
  expect(totp.confirm(codeAt(secret, clock.now))).toBe(true);
  // The code that enrolled does not sign in as well.
  expect(totp.check(codeAt(secret, clock.now))).toBe(false);
  clock.now += 10 * STEP;
  for (const off of [-3, -2, 2, 3]) expect(totp.check(codeAt(secret, clock.now + off * STEP)), `${off}`).toBe(false);
  expect(totp.check(codeAt(secret, clock.now - STEP))).toBe(true);
  expect(totp.check(codeAt(secret, clock.now - STEP))).toBe(false);
  expect(totp.check(codeAt(secret, clock.now + STEP))).toBe(true);
  // Right by the clock, but of an earlier step than the one used last.
  expect(totp.check(codeAt(secret, clock.now))).toBe(false);
  clock.now += STEP;
  expect(totp.check(codeAt(secret, clock.now))).toBe(false);
  clock.now += STEP;
  expect(totp.check(codeAt(secret, clock.now))).toBe(true);
});

test("ID-56: a code that is not six digits is refused", () => {
  const { clock, totp } = login();
  const { secret } = totp.enrol();
  totp.confirm(codeAt(secret, clock.now));
  clock.now += STEP;
  const code = codeAt(secret, clock.now);
  for (const text of ["", " ", code.slice(1), `0${code}`, `${code}0`, "NaN", "-00001", "1e5"]) {
    expect(totp.check(text), text).toBe(false);
  }
});

test("ID-55: a new secret replaces the old one when it is confirmed", () => {
  const { clock, totp } = login();
  const old = totp.enrol().secret;
  totp.confirm(codeAt(old, clock.now));
  clock.now += STEP;
  const { secret } = totp.enrol();
  expect(totp.check(codeAt(secret, clock.now))).toBe(false);
  expect(totp.check(codeAt(old, clock.now))).toBe(true);
  expect(totp.confirm(codeAt(secret, clock.now))).toBe(true);
  clock.now += STEP;
  expect(totp.check(codeAt(old, clock.now))).toBe(false);
  expect(totp.check(codeAt(secret, clock.now))).toBe(true);
});

test("ID-57: there are ten recovery codes of 80 bits, each good once, and none of them on disk", () => {
  const { db, tables } = login();
  const codes = new RecoveryCodes(tables);
  const made = codes.make();
  expect(new Set(made).size).toBe(10);
  for (const code of made) expect(code).toMatch(/^[A-Z2-7]{4}(-[A-Z2-7]{4}){3}$/);
  const [first = "", second = ""] = made;
  expect(codes.use(`${first.slice(1)}A`)).toBe(false);
  expect(codes.use("")).toBe(false);
  expect(codes.use(first)).toBe(true);
  expect(codes.use(first)).toBe(false);
  expect(codes.use(second.toLowerCase().replaceAll("-", " "))).toBe(true);
  expect(codes.left).toBe(8);
  const dump = JSON.stringify(db.prepare("SELECT * FROM recovery_code").all());
  for (const code of made) expect(dump).not.toContain(code.replaceAll("-", ""));
  const third = made[2] ?? "";
  codes.make();
  expect(codes.use(third)).toBe(false);
  expect(codes.left).toBe(10);
});
