/** Second factors inside workerd: its crypto under the libraries, a login that sleeps between the steps, mail of changes. */
import { evictDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { identityObject } from "../../durable-objects/actor/namespaces.ts";
import { CURRENT } from "../../protocol/rpc/identity/passwords.ts";
import type { SignedIn } from "../../protocol/rpc/identity/sessions.ts";
import { routeOfEmail } from "../../protocol/ids/loginRoute.ts";
import type { IdentityRpc } from "../../protocol/rpc/identity.ts";
import type { Origin } from "../../domain/account/state/events.ts";
import { Authenticator, SITE } from "../authenticator.ts";
import { codeAt, STEP } from "../totpCodes.ts";
import { gatewayHarness, PASSWORD } from "./gatewayHarness.ts";

const ORIGIN: Origin = { requestId: "r", ip: "192.0.2.1", userAgent: "test" };
const FAILED = { ok: false, reason: "mfa_failed" };

/** A registered login, how to sign in to it with its password, and a way to put it to sleep. */
async function newLogin(): Promise<{
  login: IdentityRpc;
  signIn: () => Promise<SignedIn>;
  evict: () => Promise<void>;
}> {
  const email = `${crypto.randomUUID()}@example.com`;
  const route = await routeOfEmail(email);
  const login = identityObject(env, route);
  const key = crypto.getRandomValues(new Uint8Array(32));
  const password = { ...CURRENT, salt: crypto.getRandomValues(new Uint8Array(16)), key };
  await login.registration.createUser({ email, password, roles: ["trader"], plan: "standard", region: "world" });
  const signIn = async (): Promise<SignedIn> => {
    const outcome = await login.passwords.signIn(key, ORIGIN);
    if (!outcome.ok) throw new Error(outcome.reason);
    return outcome.value.signedIn;
  };
  return { login, signIn, evict: () => evictDurableObject(env.IDENTITY.getByName(route)) };
}

function challengeOf(signedIn: SignedIn) {
  if (signedIn.kind !== "mfa") throw new Error("no second factor was asked for");
  return signedIn;
}

test("ID-58: a pending second factor survives eviction", async () => {
  const { login, signIn, evict } = await newLogin();
  const { secret } = await login.factors.enrolTotp();
  await evict();
  expect(await login.factors.confirmTotp(codeAt(secret, Date.now()), ORIGIN)).toMatchObject({ ok: true });
  const { challenge } = challengeOf(await signIn());
  await evict();
  // Of the next step: the code that enrolled is used up.
  const answer = { kind: "totp", code: codeAt(secret, Date.now() + STEP) } as const;
  const answers = await Promise.all([
    login.factorSignIn.finish(challenge, answer),
    login.factorSignIn.finish(challenge, answer),
  ]);
  expect(answers.filter(({ ok }) => ok)).toHaveLength(1);
  await evict();
  expect(await login.factorSignIn.finish(challengeOf(await signIn()).challenge, answer)).toEqual(FAILED);
});

test("ID-63, ID-65: a passkey is registered, is a second factor, and signs in by itself, once for each signature", async () => {
  const { login, signIn, evict } = await newLogin();
  const key = await Authenticator.create();
  const made = await key.register(await login.factors.passkeyRegistration("s1", SITE));
  await evict();
  expect(await login.factors.addPasskey("s1", made, "phone", SITE, ORIGIN)).toMatchObject({
    ok: true,
    value: { id: key.id },
  });
  const { challenge, passkey } = challengeOf(await signIn());
  if (passkey === undefined) throw new Error("no passkey was asked for");
  const second = { kind: "passkey", response: await key.sign(passkey), site: SITE } as const;
  expect(await login.factorSignIn.finish(challenge, second)).toMatchObject({ ok: true });
  const response = await key.sign(await login.factorSignIn.passkeyRequest());
  const answers = await Promise.all([1, 2, 3].map(() => login.factorSignIn.byPasskey(response, SITE, ORIGIN)));
  expect(answers.filter(({ ok }) => ok)).toHaveLength(1);
  await evict();
  expect(await login.factorSignIn.byPasskey(response, SITE, ORIGIN)).toEqual(FAILED);
  const other = await key.sign(await login.factorSignIn.passkeyRequest(), { origin: "https://evil.example" });
  expect(await login.factorSignIn.byPasskey(other, SITE, ORIGIN)).toEqual(FAILED);
});

test("ID-65: a challenge of one login's object is accepted by another's", async () => {
  const { login } = await newLogin();
  const key = await Authenticator.create();
  await login.factors.addPasskey(
    "s1",
    await key.register(await login.factors.passkeyRegistration("s1", SITE)),
    "phone",
    SITE,
    ORIGIN,
  );
  const anywhere = identityObject(env, await routeOfEmail(crypto.randomUUID()));
  const response = await key.sign(await anywhere.factorSignIn.passkeyRequest());
  expect(await login.factorSignIn.byPasskey(response, SITE, ORIGIN)).toMatchObject({ ok: true });
});

test("ID-58, ID-62: enrolled at the front gateway, the password alone neither signs in nor steps up", async () => {
  const gateway = await gatewayHarness();
  const ann = await gateway.enrol("ann");
  const stepUp = (body: unknown) => ann.ask("POST", "/v1/auth/step-up", body);
  expect((await ann.ask("POST", "/v1/auth/step-up/options")).body).toEqual({ methods: ["password"], passkey: null });
  expect((await stepUp({ password: `${PASSWORD}x` })).status).toBe(401);
  expect((await stepUp({ password: PASSWORD })).status).toBe(204);
  const secret = String((await ann.ask("POST", "/v1/mfa/totp")).body["secret"]);
  const confirmed = await ann.ask("POST", "/v1/mfa/totp/confirm", { code: codeAt(secret, Date.now()) });
  expect(confirmed).toMatchObject({ status: 200, body: { recovery_codes: { length: 10 } } });
  expect((await stepUp({ password: PASSWORD })).status).toBe(401);
  const { body } = await gateway.send("POST", "/v1/auth/login", {}, { email: ann.email, password: PASSWORD });
  expect(body).toMatchObject({ mfa_required: true, methods: ["totp", "recovery_code"] });
  expect(body).not.toHaveProperty("access_token");
  const answer = { challenge: body["challenge"], totp: codeAt(secret, Date.now() + STEP) };
  expect((await gateway.send("POST", "/v1/auth/mfa", {}, answer)).body).toHaveProperty("access_token");
  expect((await gateway.send("POST", "/v1/auth/mfa", {}, answer)).status).toBe(401);
});
