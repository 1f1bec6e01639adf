import { expect, test } from "vitest";
import { BY_PASSWORD, enrolled, newLogin, ORIGIN, RIGHT_KEY, type TestLogin } from "../../../test/secondFactors.ts";
import { codeAt, STEP } from "../../../test/totpCodes.ts";
import type { SessionStart } from "../../../protocol/rpc/identity/sessions.ts";
import { sha256 } from "../digest.ts";
import { waitAfter } from "../passwords/backoff.ts";

const FAILED = { ok: false, reason: "mfa_failed" };
const MINUTE = 60_000;

/** The challenge of a sign-in by password. */
function begin({ factorSignIn }: TestLogin): string {
  const signedIn = factorSignIn.begin(BY_PASSWORD);
  if (signedIn.kind !== "mfa") throw new Error("no second factor was asked for");
  return signedIn.challenge;
}

test("ID-58: a password signs in without a second factor, and gives a challenge with one", async () => {
  const bare = await newLogin();
  expect(bare.factorSignIn.begin(BY_PASSWORD)).toMatchObject({ kind: "session" });
  // A secret that was never confirmed asks for nothing.
  bare.factors.enrolTotp();
  expect(bare.factorSignIn.begin(BY_PASSWORD)).toMatchObject({ kind: "session" });
  const login = await enrolled();
  expect(login.factorSignIn.begin(BY_PASSWORD)).toMatchObject({ kind: "mfa", methods: ["totp", "recovery_code"] });
  expect(login.sessions.list()).toEqual([]);
});

test("ID-58: a right code completes the sign-in and uses up the challenge", async () => {
  const login = await enrolled();
  const challenge = begin(login);
  const finished = await login.factorSignIn.finish(challenge, { kind: "totp", code: login.code() });
  expect(finished).toMatchObject({
    ok: true,
    value: { principal: { roles: ["trader"] }, steppedUpAt: login.clock.now },
  });
  expect(login.sessions.list()).toMatchObject([{ proofs: ["password", "totp"], ip: ORIGIN.ip }]);
  login.clock.now += STEP;
  expect(await login.factorSignIn.finish(challenge, { kind: "totp", code: login.code() })).toEqual(FAILED);
});

test("ID-58: an invented challenge is refused, and so is a right code without a challenge", async () => {
  const login = await enrolled();
  const answer = { kind: "totp", code: login.code() } as const;
  expect(await login.factorSignIn.finish("", answer)).toEqual(FAILED);
  expect(await login.factorSignIn.finish("x".repeat(40), answer)).toEqual(FAILED);
});

test("ID-58: a challenge expires after five minutes", async () => {
  const login = await enrolled();
  const challenge = begin(login);
  login.clock.now += 5 * MINUTE;
  expect(await login.factorSignIn.finish(challenge, { kind: "totp", code: login.code() })).toEqual(FAILED);
  const next = begin(login);
  login.clock.now += 5 * MINUTE - 1;
  expect(await login.factorSignIn.finish(next, { kind: "totp", code: login.code() })).toMatchObject({ ok: true });
});

test("ID-119: a sign-in that waits for its second factor is cancelled when all sessions end, as by a new password", async () => {
  const login = await enrolled();
  const challenge = begin(login);
  login.sessions.endAll("password_changed");
  expect(await login.factorSignIn.finish(challenge, { kind: "totp", code: login.code() })).toEqual(FAILED);
  expect(await login.factorSignIn.finish(begin(login), { kind: "totp", code: login.code() })).toMatchObject({
    ok: true,
  });
});

test("ID-58: five wrong answers end a challenge, and ten are open at once", async () => {
  const login = await enrolled();
  const [first, second] = [begin(login), begin(login)];
  for (let i = 0; i < 5; i++) {
    expect(await login.factorSignIn.finish(first, { kind: "recovery_code", code: "no" })).toEqual(FAILED);
  }
  login.clock.now += MINUTE;
  expect(await login.factorSignIn.finish(first, { kind: "totp", code: login.code() })).toEqual(FAILED);
  for (let i = 0; i < 9; i++) begin(login);
  expect(await login.factorSignIn.finish(second, { kind: "totp", code: login.code() })).toMatchObject({ ok: true });
  const third = begin(login);
  for (let i = 0; i < 10; i++) begin(login);
  login.clock.now += STEP;
  expect(await login.factorSignIn.finish(third, { kind: "totp", code: login.code() })).toEqual(FAILED);
});

test("ID-58: challenges and their contents are not readable on disk", async () => {
  const login = await enrolled();
  const challenge = begin(login);
  const dump = JSON.stringify(login.db.prepare("SELECT * FROM mfa_challenge").all());
  for (const secret of [challenge, ORIGIN.ip, ORIGIN.userAgent, "password"]) expect(dump).not.toContain(secret);
});

test("ID-57: a recovery code signs in once instead of the app, and others are left", async () => {
  const login = await enrolled();
  const [code = ""] = login.codes;
  const challenge = begin(login);
  expect(await login.factorSignIn.finish(challenge, { kind: "recovery_code", code })).toMatchObject({ ok: true });
  expect(login.sessions.list()).toMatchObject([{ proofs: ["password", "recovery"] }]);
  expect(login.emails.at(-1)).toEqual(["factors_changed", { change: "recovery_code_used" }]);
  expect(await login.factorSignIn.finish(begin(login), { kind: "recovery_code", code })).toEqual(FAILED);
  expect(login.factors.status().recoveryCodesLeft).toBe(9);
});

test("ID-59: a code that signed in does not sign in again, by any challenge", async () => {
  const login = await enrolled();
  const code = login.code();
  const [first, second] = [begin(login), begin(login)];
  const answers = await Promise.all([first, second].map((at) => login.factorSignIn.finish(at, { kind: "totp", code })));
  expect(answers.filter(({ ok }) => ok)).toHaveLength(1);
});

test("ID-60: wrong codes make the next attempt wait, also with a right code", async () => {
  const login = await enrolled();
  for (let i = 0; i < 5; i++) await login.factorSignIn.finish(begin(login), { kind: "totp", code: "" });
  const right = { kind: "totp", code: login.code() } as const;
  const challenge = begin(login);
  const waits = { ok: false, reason: "rate_limited", retryAfterMs: 1_000 };
  expect(await login.factorSignIn.finish(challenge, right)).toEqual(waits);
  // What is refused for its time was not looked at: neither used up nor counted.
  login.clock.now += 1_000;
  expect(await login.factorSignIn.finish(challenge, right)).toMatchObject({ ok: true });
  for (let i = 0; i < 4; i++) expect(await login.factorSignIn.finish(begin(login), right)).toEqual(FAILED);
});

test("ID-60: guessing a code takes years, at sign-in and at step-up", async () => {
  const login = await enrolled();
  const start = login.clock.now;
  const guess = { kind: "totp", code: "" } as const;
  let last = 0;
  for (let i = 0; i < 40; i++) {
    const how = [
      () => login.factorSignIn.finish(begin(login), guess),
      () => login.stepUp.prove("s", guess, ORIGIN),
      () => login.factors.confirmTotp("", ORIGIN),
    ][i % 3];
    let answer = await how?.();
    if (answer?.ok === false && answer.reason === "rate_limited") {
      const { retryAfterMs } = answer as { retryAfterMs: number };
      expect(retryAfterMs).toBeGreaterThanOrEqual(last);
      last = retryAfterMs;
      login.clock.now += retryAfterMs;
      answer = await how?.();
    }
    expect(answer).toEqual(FAILED);
  }
  expect(last).toBe(15 * MINUTE);
  const spent = login.clock.now - start;
  const years = (spent + (1_000_000 - 40) * waitAfter(40, 5)) / (365 * 24 * 60 * MINUTE);
  expect(years).toBeGreaterThan(25);
});

test("ID-61: every change of factors is recorded in the security log and e-mailed", async () => {
  const login = await enrolled();
  login.factors.makeRecoveryCodes(ORIGIN);
  login.factors.removeTotp(ORIGIN);
  const changes = ["totp_added", "recovery_codes_made", "totp_removed"];
  expect(login.emails).toEqual(changes.map((change) => ["factors_changed", { change }]));
  expect(login.log.list().map(({ kind }) => kind)).toEqual(changes.toReversed());
  expect(login.log.list()[0]?.origin).toEqual(ORIGIN);
});

test("ID-61: removing the last factor removes the recovery codes", async () => {
  const login = await enrolled();
  expect(login.factors.removeTotp(ORIGIN)).toEqual({ ok: true, value: null });
  expect(login.factors.status()).toEqual({
    required: false,
    totpSince: null,
    recoveryCodesLeft: 0,
    passkeys: [],
  });
  const none = { ok: false, reason: "no_such_factor" };
  expect(login.factors.removeTotp(ORIGIN)).toEqual(none);
  expect(login.factors.makeRecoveryCodes(ORIGIN)).toEqual(none);
  expect(login.factors.removePasskey("x", ORIGIN)).toEqual(none);
});

test("ID-62: a step-up accepts the password only without a second factor", async () => {
  const bare = await newLogin();
  const { sessionId } = bare.sessions.start(BY_PASSWORD);
  expect(bare.stepUp.options(sessionId)).toEqual({ methods: ["password"], passkey: null });
  const wrong = { kind: "password", key: new Uint8Array([9]) } as const;
  expect(await bare.stepUp.prove(sessionId, wrong, ORIGIN)).toEqual({ ok: false, reason: "bad_credentials" });
  const right = { kind: "password", key: RIGHT_KEY } as const;
  expect(await bare.stepUp.prove(sessionId, right, ORIGIN)).toMatchObject({ ok: true });
  const login = await enrolled();
  expect(login.stepUp.options(sessionId)).toEqual({ methods: ["totp"], passkey: null });
  expect(await login.stepUp.prove(sessionId, right, ORIGIN)).toEqual(FAILED);
});

test("ID-62: a step-up marks its session and no other, and uses its code up", async () => {
  const login = await enrolled();
  const [mine, other] = [login.sessions.start(BY_PASSWORD), login.sessions.start(BY_PASSWORD)];
  login.clock.now += MINUTE;
  const answer = { kind: "totp", code: login.code() } as const;
  expect(await login.stepUp.prove(mine.sessionId, answer, ORIGIN)).toEqual({ ok: true, value: null });
  expect(login.sessions.verify(mine.sessionId, mine.jti)?.steppedUpAt).toBe(login.clock.now);
  expect(login.sessions.verify(other.sessionId, other.jti)?.steppedUpAt).toBeNull();
  expect(await login.stepUp.prove(other.sessionId, answer, ORIGIN)).toEqual(FAILED);
  expect(await login.factorSignIn.finish(begin(login), answer)).toEqual(FAILED);
});

test("ID-58: a disabled login refuses sign-ins that wait for their second factor", async () => {
  const login = await enrolled();
  const challenge = begin(login);
  login.tables.write("UPDATE login SET disabled_at = ?", login.clock.now);
  const answer = { kind: "totp", code: codeAt(login.secret, login.clock.now) } as const;
  expect(await login.factorSignIn.finish(challenge, answer)).toEqual(FAILED);
});

test("ID-97: failures of an unknown client with the right password neither delay a known device nor replace its challenges", async () => {
  const login = await enrolled();
  const device = { devices: [], remembers: true };
  const fromDevice = { ...BY_PASSWORD, client: device };
  const first = login.factorSignIn.begin(fromDevice);
  if (first.kind !== "mfa") throw new Error("no second factor was asked for");
  const finished = await login.factorSignIn.finish(first.challenge, { kind: "totp", code: login.code() });
  if (!finished.ok) throw new Error(finished.reason);
  const shows = { devices: [sha256(finished.value.deviceToken ?? "")], remembers: true };
  login.clock.now += STEP;
  const elsewhere = { ...ORIGIN, ip: "198.51.100.1" };
  const begins = (start: SessionStart): string => {
    const signedIn = login.factorSignIn.begin(start);
    return signedIn.kind === "mfa" ? signedIn.challenge : "";
  };
  const known = [begins({ ...BY_PASSWORD, origin: elsewhere, client: shows }), begins(BY_PASSWORD)];
  const thief = { ...BY_PASSWORD, origin: { ...ORIGIN, ip: "203.0.113.9" } };
  for (let i = 0; i < 30; i++) {
    await login.factorSignIn.finish(begins(thief), { kind: "totp", code: "000000" });
  }
  expect(await login.factorSignIn.finish(begins(thief), { kind: "totp", code: login.code() })).toMatchObject({
    ok: false,
    reason: "rate_limited",
  });
  for (const challenge of known) {
    expect(await login.factorSignIn.finish(challenge, { kind: "totp", code: login.code() })).toMatchObject({
      ok: true,
    });
    login.clock.now += STEP;
  }
});

test("ID-97: a stolen session makes no other session wait for its step-up", async () => {
  const login = await enrolled();
  const wrong = { kind: "totp", code: "000000" } as const;
  for (let i = 0; i < 6; i++) await login.stepUp.prove("stolen", wrong, ORIGIN);
  const right = { kind: "totp", code: login.code() } as const;
  expect(await login.stepUp.prove("stolen", right, ORIGIN)).toMatchObject({ reason: "rate_limited" });
  expect(await login.stepUp.prove("own", right, ORIGIN)).toEqual({ ok: true, value: null });
  // Nor does it push out what they have under way.
  for (let i = 0; i < 6; i++) login.factors.confirmTotp("000000", ORIGIN, "stolen");
  const { secret } = login.factors.enrolTotp();
  expect(login.factors.confirmTotp(codeAt(secret, login.clock.now), ORIGIN, "own")).toMatchObject({ ok: true });
});
