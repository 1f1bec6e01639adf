/** Second factors over HTTP: the gateway over the real parts of a login. */
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Authenticator } from "../authenticator.ts";
import { BY_PASSWORD, newLogin, type TestLogin } from "../secondFactors.ts";
import { codeAt, STEP } from "../totpCodes.ts";
import { issueToken } from "../../workers/gateway/tokens.ts";
import { identity, jwtKeys, keyId, send, type Reply } from "./fakes.ts";

const OURS = { origin: "https://exchange.test" };
const MINUTE = 60_000;

let login: TestLogin;

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ["Date"] });
  login = await newLogin();
  vi.setSystemTime(login.clock.now);
  const { factors, factorSignIn, stepUp, sessions } = login;
  const finish = vi.fn(factorSignIn.finish.bind(factorSignIn));
  Object.assign(identity, {
    factors,
    factorSignIn: {
      finish,
      passkeyRequest: () => factorSignIn.passkeyRequest(),
      byPasskey: factorSignIn.byPasskey.bind(factorSignIn),
    },
    stepUpAuth: stepUp,
  });
  identity.loginSessions.verify.mockImplementation(async (id, jti) => {
    const view = sessions.verify(id, jti);
    return view === null ? { ok: false, reason: "session_ended" } : { ok: true, value: view };
  });
});
afterEach(() => void vi.useRealTimers());

/** Advances the clock of the gateway and the login. */
function pass(ms: number): void {
  login.clock.now += ms;
  vi.setSystemTime(login.clock.now);
}

/** Requests of a browser, with the session's token. */
async function signedIn(steppedUp: boolean) {
  const { sessionId, jti, principal } = login.sessions.start({ ...BY_PASSWORD, steppedUp });
  const { userId, accountId } = principal;
  const claims = { userId, accountId, route: login.route, sessionId, jti };
  const token = await issueToken(jwtKeys, claims, login.clock.now);
  return async (method: string, path: string, body?: unknown): Promise<Reply> =>
    send(method, path, {
      headers: { Authorization: `Bearer ${token}` },
      body: body === undefined ? null : JSON.stringify(body),
    });
}

function post(path: string, body: unknown): Promise<Reply> {
  return send("POST", path, { body: JSON.stringify(body) });
}

/** Enrols an authenticator app. Returns the function that makes its codes. */
async function enrol(): Promise<{ secret: string; codes: string[] }> {
  const person = await signedIn(true);
  const { secret } = (await person("POST", "/v1/mfa/totp")).body as { secret: string };
  const confirmed = await person("POST", "/v1/mfa/totp/confirm", { code: codeAt(secret, login.clock.now) });
  expect(confirmed.status).toBe(200);
  pass(STEP);
  return { secret, codes: (confirmed.body as { recovery_codes: string[] }).recovery_codes };
}

function challenge(): string {
  const signedIn = login.factorSignIn.begin(BY_PASSWORD);
  if (signedIn.kind !== "mfa") throw new Error("no second factor was asked for");
  return `${login.route}.${signedIn.challenge}`;
}

test("ID-58: a challenge and a code give tokens, once", async () => {
  const { secret, codes } = await enrol();
  const body = { challenge: challenge(), totp: codeAt(secret, login.clock.now) };
  expect(await post("/v1/auth/mfa", body)).toMatchObject({ status: 200, body: { token_type: "Bearer" } });
  expect(await post("/v1/auth/mfa", body)).toMatchObject({ status: 401, body: { code: 40110000 } });
  const byPaper = { challenge: challenge(), recovery_code: codes[0] };
  expect((await post("/v1/auth/mfa", byPaper)).status).toBe(200);
});

test("ID-58: a response with no factor or two, with extra fields, or to a challenge of no login is refused", async () => {
  await enrol();
  const asked = challenge();
  for (const more of [{}, { totp: "1", recovery_code: "2" }, { totp: "1", roles: ["admin"] }, { totp: 1 }]) {
    expect((await post("/v1/auth/mfa", { challenge: asked, ...more })).status, JSON.stringify(more)).toBe(422);
  }
  for (const wrong of ["", "x", "../../x.y", `${"a".repeat(20)}.x`]) {
    expect((await post("/v1/auth/mfa", { challenge: wrong, totp: "000000" })).status).toBe(401);
  }
  expect(identity).toHaveProperty("factorSignIn.finish.mock.calls", []);
});

test("ID-60: after five wrong codes the next is 429 with Retry-After, a right one too", async () => {
  const { secret } = await enrol();
  for (let i = 0; i < 5; i++) await post("/v1/auth/mfa", { challenge: challenge(), totp: "no" });
  const right = { challenge: challenge(), totp: codeAt(secret, login.clock.now) };
  const waits = await post("/v1/auth/mfa", right);
  expect(waits.status).toBe(429);
  expect(waits.headers.get("Retry-After")).toBe("1");
  pass(1_000);
  expect((await post("/v1/auth/mfa", right)).status).toBe(200);
});

test("ID-63: a passkey is added and signs in alone, with cookies if asked", async () => {
  const person = await signedIn(true);
  const key = await Authenticator.create();
  const options = (await person("POST", "/v1/mfa/passkeys/options")).body as Record<string, unknown>;
  expect(options).toMatchObject({
    rp: { id: "exchange.test" },
    authenticatorSelection: { userVerification: "required" },
  });
  const made = { label: "phone", passkey: await key.register(options, OURS) };
  expect(await person("POST", "/v1/mfa/passkeys", made)).toMatchObject({
    status: 201,
    body: { id: key.id, recovery_codes: { length: 10 } },
  });
  expect(await person("GET", "/v1/mfa/passkeys")).toMatchObject({
    body: { passkeys: [{ id: key.id, label: "phone" }] },
  });
  const asked = (await post("/v1/auth/passkey/options", {})).body as { challenge: string };
  expect(asked).toMatchObject({ rpId: "exchange.test", userVerification: "required", allowCredentials: [] });
  const signed = await post("/v1/auth/passkey", { passkey: await key.sign(asked, OURS), cookies: true });
  expect(signed.status).toBe(200);
  expect(signed.headers.getSetCookie().join()).toMatch(/__Host-access=.*HttpOnly/);
  // A signature made for a page of another origin.
  const again = (await post("/v1/auth/passkey/options", {})).body as { challenge: string };
  const elsewhere = await key.sign(again, { origin: "http://exchange.test.evil.example" });
  expect((await post("/v1/auth/passkey", { passkey: elsewhere })).status).toBe(401);
});

test("ID-65: options for a passkey sign-in are the same for everybody", async () => {
  const options = async () => {
    const { challenge: random, ...rest } = (await post("/v1/auth/passkey/options", {})).body as Record<string, unknown>;
    return { ...rest, length: String(random).length };
  };
  const before = await options();
  const key = await Authenticator.create();
  const person = await signedIn(true);
  const made = await key.register(
    (await person("POST", "/v1/mfa/passkeys/options")).body as Record<string, unknown>,
    OURS,
  );
  await person("POST", "/v1/mfa/passkeys", { passkey: made });
  expect(await options()).toEqual(before);
});

test("ID-65: a passkey with an unknown user handle is refused like a wrong one", async () => {
  const key = await Authenticator.create();
  const asked = (await post("/v1/auth/passkey/options", {})).body as { challenge: string };
  for (const userHandle of ["", "AAAA", "QUFB", btoa(`${"A".repeat(20)}.x`).replaceAll("=", "")]) {
    const passkey = await key.sign(asked, { ...OURS, userHandle });
    if (userHandle === "") Object.assign(passkey.response, { userHandle: null });
    expect(await post("/v1/auth/passkey", { passkey })).toMatchObject({ status: 401, body: { code: 40110000 } });
  }
});

const GUARDED: readonly [string, string][] = [
  ["POST", "/v1/mfa/totp"],
  ["DELETE", "/v1/mfa/totp"],
  ["POST", "/v1/mfa/totp/confirm"],
  ["POST", "/v1/mfa/recovery-codes"],
  ["POST", "/v1/mfa/passkeys"],
  ["POST", "/v1/mfa/passkeys/options"],
  ["DELETE", "/v1/mfa/passkeys/x"],
];

test.each(GUARDED)("ID-62: a session without a fresh proof cannot %s %s", async (method, path) => {
  await enrol();
  const thief = await signedIn(false);
  expect(await thief(method, path, {})).toMatchObject({ status: 403, body: { code: 40310001 } });
  const byKey = { "APCA-API-KEY-ID": keyId, "APCA-API-SECRET-KEY": "right" };
  expect((await send(method, path, { headers: byKey })).status).toBe(403);
});

test("ID-62: a step-up holds for five minutes, in its own session", async () => {
  const { secret } = await enrol();
  const [mine, other] = [await signedIn(false), await signedIn(false)];
  expect(await mine("POST", "/v1/auth/step-up/options")).toMatchObject({ body: { methods: ["totp"], passkey: null } });
  expect((await mine("POST", "/v1/auth/step-up", { totp: "no" })).status).toBe(401);
  expect((await mine("POST", "/v1/mfa/recovery-codes")).status).toBe(403);
  expect((await mine("POST", "/v1/auth/step-up", { totp: codeAt(secret, login.clock.now) })).status).toBe(204);
  expect((await mine("POST", "/v1/mfa/recovery-codes")).status).toBe(201);
  expect((await other("POST", "/v1/mfa/recovery-codes")).status).toBe(403);
  pass(5 * MINUTE);
  expect((await mine("POST", "/v1/mfa/recovery-codes")).status).toBe(201);
  pass(1);
  expect((await mine("POST", "/v1/mfa/recovery-codes")).status).toBe(403);
});

test("ID-62: a step-up takes one proof and nothing else", async () => {
  const person = await signedIn(false);
  for (const body of [{}, { totp: "1", password: "x" }, { recovery_code: "x" }, { totp: "1", session: "x" }, []]) {
    expect((await person("POST", "/v1/auth/step-up", body)).status, JSON.stringify(body)).toBe(422);
  }
});

test("ID-61: after the last factor is removed no factor is asked for, and recovery codes end", async () => {
  await enrol();
  const person = await signedIn(true);
  expect((await person("DELETE", "/v1/mfa/totp")).status).toBe(204);
  expect(await person("GET", "/v1/mfa")).toMatchObject({ body: { required: false, recovery_codes_left: 0 } });
  expect((await person("DELETE", "/v1/mfa/totp")).status).toBe(404);
});

test("ID-56: codes are accepted with spaces and hyphens, at every endpoint", async () => {
  const { secret } = await enrol();
  const shown = (code: string): string[] => [
    `${code.slice(0, 3)} ${code.slice(3)}`,
    ` ${code.slice(0, 3)}-${code.slice(3)} `,
    `${code.slice(0, 3)}\u00a0${code.slice(3)}`,
    code.replace(/\d/g, (digit) => String.fromCodePoint(0xff10 + Number(digit))),
  ];
  for (let i = 0; i < 4; i++) {
    const totp = shown(codeAt(secret, login.clock.now))[i];
    expect((await post("/v1/auth/mfa", { challenge: challenge(), totp })).status, String(totp)).toBe(200);
    pass(STEP);
  }
});
