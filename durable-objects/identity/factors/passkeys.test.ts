import { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";
import type { PasskeyRequest } from "../../../protocol/wire/passkeys.ts";
import { Authenticator, base64url, type Cheats, fromBase64url, SITE } from "../../../test/authenticator.ts";
import { storage } from "../../../test/objectStorage.ts";
import { BY_PASSWORD, loginOf, newLogin, ORIGIN, type TestLogin } from "../../../test/secondFactors.ts";
import { PASSKEYS_MAX } from "./passkeys.ts";
import { Profile } from "../profile.ts";
import { Tables } from "../tables.ts";

const FAILED = { ok: false, reason: "mfa_failed" };
const MINUTE = 60_000;
const LABEL = "Ada's phone";

async function add({ factors }: TestLogin, key: Authenticator, cheats: Cheats = {}) {
  const options = await factors.passkeyRegistration("s1", SITE);
  return factors.addPasskey("s1", await key.register(options, cheats), LABEL, SITE, ORIGIN);
}

async function withPasskey(email?: string): Promise<{ login: TestLogin; key: Authenticator }> {
  const [login, key] = [await newLogin(email), await Authenticator.create()];
  expect(await add(login, key)).toMatchObject({ ok: true });
  return { login, key };
}

/** What a sign-in by password asks the login's passkeys to sign. */
function begin({ factorSignIn }: TestLogin): { challenge: string; request: PasskeyRequest } {
  const signedIn = factorSignIn.begin(BY_PASSWORD);
  if (signedIn.kind !== "mfa" || signedIn.passkey === undefined) throw new Error("no passkey was asked for");
  return { challenge: signedIn.challenge, request: signedIn.passkey };
}

test("ID-63: a passkey is added by its own signature of origin, and is a second factor then", async () => {
  const { login, key } = await withPasskey();
  const status = login.factors.status();
  expect(status).toMatchObject({ required: true, recoveryCodesLeft: 10, passkeys: [{ id: key.id, label: LABEL }] });
  const { challenge, request } = begin(login);
  expect(request.credentials).toEqual([{ id: key.id, transports: ["internal"] }]);
  const answer = { kind: "passkey", response: await key.sign(request), site: SITE } as const;
  expect(await login.factorSignIn.finish(challenge, answer)).toMatchObject({ ok: true });
  expect(login.sessions.list()).toMatchObject([{ proofs: ["password", "passkey"] }]);
  const dump = JSON.stringify(login.db.prepare("SELECT * FROM passkey").all());
  expect(dump).not.toContain(LABEL);
});

test("ID-63: the user handle of a passkey has the login's route and no personal data", async () => {
  const login = await newLogin();
  const { user } = (await login.factors.passkeyRegistration("s1", SITE)) as { user: { id: string } };
  const handle = new TextDecoder().decode(fromBase64url(user.id));
  expect(handle).toMatch(new RegExp(`^${login.route}\\.[\\w-]{22}$`));
  const again = (await login.factors.passkeyRegistration("s1", SITE)) as { user: { id: string } };
  expect(again.user.id).toBe(user.id);
});

const BAD_MAKING: readonly [string, Cheats][] = [
  ["for another origin", { origin: "https://exchange.test.evil.example" }],
  ["for another site", { rpId: "evil.example" }],
  ["without verifying its user", { unverified: true }],
  ["with nobody there", { absent: true }],
  ["that is a signature", { type: "webauthn.get" }],
];

test.each(BAD_MAKING)("ID-64: a registration %s is refused", async (_, cheats) => {
  const login = await newLogin();
  expect(await add(login, await Authenticator.create(), cheats)).toEqual(FAILED);
  expect(login.factors.status().passkeys).toEqual([]);
});

test("ID-64: a registration needs a challenge of this session, once, within five minutes", async () => {
  const login = await newLogin();
  const key = await Authenticator.create();
  const made = await key.register(await login.factors.passkeyRegistration("s1", SITE));
  expect(await login.factors.addPasskey("s2", made, LABEL, SITE, ORIGIN)).toEqual(FAILED);
  expect(await login.factors.addPasskey("s1", made, LABEL, SITE, ORIGIN)).toMatchObject({ ok: true });
  login.factors.removePasskey(key.id, ORIGIN);
  expect(await login.factors.addPasskey("s1", made, LABEL, SITE, ORIGIN)).toEqual(FAILED);
  const late = await key.register(await login.factors.passkeyRegistration("s1", SITE));
  login.clock.now += 5 * MINUTE;
  expect(await login.factors.addPasskey("s1", late, LABEL, SITE, ORIGIN)).toEqual(FAILED);
});

test("ID-64: an attestation that was not asked for is refused", async () => {
  const login = await newLogin();
  const made = await (await Authenticator.create()).register(await login.factors.passkeyRegistration("s1", SITE));
  const text = String.fromCharCode(...fromBase64url(made.response.attestationObject));
  const forged = text.replace("dnone", "ctpm");
  const attestationObject = base64url(Uint8Array.from(forged, (character) => character.charCodeAt(0)));
  const response = { ...made.response, attestationObject };
  expect(await login.factors.addPasskey("s1", { ...made, response }, LABEL, SITE, ORIGIN)).toEqual(FAILED);
});

test(`ID-63: a login has at most ${PASSKEYS_MAX} passkeys, each once`, async () => {
  const { login, key } = await withPasskey();
  expect(await add(login, key)).toEqual(FAILED);
  for (let i = 1; i < PASSKEYS_MAX; i++) {
    expect(await add(login, await Authenticator.create())).toMatchObject({ ok: true, value: { recoveryCodes: null } });
  }
  expect(await add(login, await Authenticator.create())).toEqual({ ok: false, reason: "too_many_factors" });
});

const BAD_SIGNING: readonly [string, Cheats][] = [
  ...BAD_MAKING.slice(0, 4),
  ["that makes one", { type: "webauthn.create" }],
];

test.each(BAD_SIGNING)("ID-64: a signature %s is refused, alone and as a second factor", async (_, cheats) => {
  const { login, key } = await withPasskey();
  const { challenge, request } = begin(login);
  const response = await key.sign(request, cheats);
  expect(await login.factorSignIn.finish(challenge, { kind: "passkey", response, site: SITE })).toEqual(FAILED);
  const alone = await key.sign(login.factorSignIn.passkeyRequest(), cheats);
  expect(await login.factorSignIn.byPasskey(alone, SITE, ORIGIN)).toEqual(FAILED);
});

test("ID-65: a passkey signs in by itself, and its signature is good once", async () => {
  const { login, key } = await withPasskey();
  const request = login.factorSignIn.passkeyRequest();
  expect(request.credentials).toEqual([]);
  const response = await key.sign(request);
  expect(await login.factorSignIn.byPasskey(response, SITE, ORIGIN)).toMatchObject({ ok: true });
  expect(login.sessions.list()).toMatchObject([{ proofs: ["passkey"] }]);
  // The same challenge signed again, with a counter that has gone on.
  expect(await login.factorSignIn.byPasskey(await key.sign(request), SITE, ORIGIN)).toEqual(FAILED);
  expect(await login.factorSignIn.byPasskey(response, SITE, ORIGIN)).toEqual(FAILED);
});

test("ID-65: concurrent repeats of one signature sign in once", async () => {
  const { login, key } = await withPasskey();
  const response = await key.sign(login.factorSignIn.passkeyRequest());
  const answers = await Promise.all([1, 2, 3].map(() => login.factorSignIn.byPasskey(response, SITE, ORIGIN)));
  expect(answers.filter(({ ok }) => ok)).toHaveLength(1);
});

test("ID-65: an invented challenge, or one older than five minutes, signs nobody in", async () => {
  const { login, key } = await withPasskey();
  const { challenge } = login.factorSignIn.passkeyRequest();
  const made = challenge.replace(/.$/, (last) => (last === "0" ? "1" : "0"));
  // An end that is later than the one we gave.
  const longer =
    challenge.slice(0, 40) + (login.clock.now + 60 * MINUTE).toString(16).padStart(12, "0") + challenge.slice(52);
  for (const other of [made, longer, "A".repeat(116), "AAAA"]) {
    expect(await login.factorSignIn.byPasskey(await key.sign({ challenge: other }), SITE, ORIGIN)).toEqual(FAILED);
  }
  const late = await key.sign({ challenge });
  login.clock.now += 5 * MINUTE;
  expect(await login.factorSignIn.byPasskey(late, SITE, ORIGIN)).toEqual(FAILED);
});

test("ID-64: a signature counter that does not grow is refused: the key was cloned", async () => {
  const { login, key } = await withPasskey();
  const again = async (counter: number) =>
    login.factorSignIn.byPasskey(await key.sign(login.factorSignIn.passkeyRequest(), { counter }), SITE, ORIGIN);
  expect(await again(7)).toMatchObject({ ok: true });
  expect(await again(7)).toEqual(FAILED);
  expect(await again(6)).toEqual(FAILED);
  expect(await again(0)).toEqual(FAILED);
  expect(await again(8)).toMatchObject({ ok: true });
});

test("ID-64: a passkey of another user is refused, whatever user handle it sends", async () => {
  const { login, key } = await withPasskey();
  const bob = await withPasskey("bob@example.com");
  const request = login.factorSignIn.passkeyRequest();
  const asAda: Cheats[] = [
    {},
    { userHandle: key.userHandle },
    { id: key.id },
    { id: key.id, userHandle: key.userHandle },
    { id: key.id, userHandle: key.userHandle, counter: 99 },
  ];
  for (const cheats of asAda) {
    expect(await login.factorSignIn.byPasskey(await bob.key.sign(request, cheats), SITE, ORIGIN)).toEqual(FAILED);
    const { challenge, request: asked } = begin(login);
    const answer = { kind: "passkey", response: await bob.key.sign(asked, cheats), site: SITE } as const;
    login.clock.now += 15 * MINUTE;
    const next = begin(login);
    expect(await login.factorSignIn.finish(next.challenge, answer)).toEqual(FAILED);
    expect(await login.factorSignIn.finish(challenge, answer)).toEqual(FAILED);
  }
  // Ada's own key under Bob's handle neither.
  const mixed = await key.sign(request, { userHandle: bob.key.userHandle });
  expect(await login.factorSignIn.byPasskey(mixed, SITE, ORIGIN)).toEqual(FAILED);
});

test("ID-64: a challenge for one purpose is refused for another", async () => {
  const { login, key } = await withPasskey();
  const { sessionId } = login.sessions.start(BY_PASSWORD);
  const { passkey } = login.stepUp.options(sessionId);
  if (passkey === null) throw new Error("no passkey was asked for");
  const { challenge } = begin(login);
  const asStepUp = { kind: "passkey", response: await key.sign(passkey), site: SITE } as const;
  expect(await login.factorSignIn.finish(challenge, asStepUp)).toEqual(FAILED);
  expect(await login.factorSignIn.byPasskey(await key.sign(passkey), SITE, ORIGIN)).toEqual(FAILED);
  const other = { kind: "passkey", response: await key.sign(passkey), site: SITE } as const;
  expect(await login.stepUp.prove("another session", other, ORIGIN)).toEqual(FAILED);
});

test("ID-62: a passkey steps up its session, once for each signature", async () => {
  const { login, key } = await withPasskey();
  const { sessionId, jti } = login.sessions.start(BY_PASSWORD);
  const { methods, passkey } = login.stepUp.options(sessionId);
  if (passkey === null) throw new Error("no passkey was asked for");
  expect(methods).toEqual(["passkey"]);
  const answer = { kind: "passkey", response: await key.sign(passkey), site: SITE } as const;
  expect(await login.stepUp.prove(sessionId, answer, ORIGIN)).toMatchObject({ ok: true });
  expect(login.sessions.verify(sessionId, jti)?.steppedUpAt).toBe(login.clock.now);
  const again = { kind: "passkey", response: await key.sign(passkey), site: SITE } as const;
  expect(await login.stepUp.prove(sessionId, again, ORIGIN)).toEqual(FAILED);
});

test("ID-65: a removed passkey, and one of a closed login, sign nobody in", async () => {
  const { login, key } = await withPasskey();
  login.tables.write("UPDATE login SET disabled_at = 1");
  const response = await key.sign(login.factorSignIn.passkeyRequest());
  expect(await login.factorSignIn.byPasskey(response, SITE, ORIGIN)).toEqual(FAILED);
  login.tables.write("UPDATE login SET disabled_at = NULL");
  login.factors.removePasskey(key.id, ORIGIN);
  const removed = await key.sign(login.factorSignIn.passkeyRequest());
  expect(await login.factorSignIn.byPasskey(removed, SITE, ORIGIN)).toEqual(FAILED);
});

test("ID-9: passkey requests to a login that does not exist write nothing", async () => {
  const db = new DatabaseSync(":memory:");
  const tables = new Tables(storage(db));
  const { factorSignIn } = await loginOf(
    "nobody@example.com",
    tables,
    new Profile(tables, () => ({ current: "", keys: new Map() })),
  );
  const key = await Authenticator.create();
  const request = factorSignIn.passkeyRequest();
  expect(await factorSignIn.byPasskey(await key.sign(request, { userHandle: "AAAA" }), SITE, ORIGIN)).toEqual(FAILED);
  expect(await factorSignIn.finish("x", { kind: "totp", code: "000000" })).toEqual(FAILED);
  expect(db.prepare("SELECT * FROM sqlite_master").all()).toEqual([]);
});
