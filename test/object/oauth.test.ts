/** Apps and what they were given, inside workerd: the objects of the login and of the app, their disks and their time. */
import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, expect, test, vi } from "vitest";
import { identityObject, oauthAppObject, outboxObject } from "../../durable-objects/actor/namespaces.ts";
import type { TokenAnswer } from "../../protocol/identity/oauthRpc.ts";
import { routeOfEmail } from "../../protocol/keys.ts";
import type { IdentityRpc, Origin } from "../../protocol/rpc.ts";

const ORIGIN: Origin = { requestId: "r", ip: "192.0.2.1", userAgent: "test" };
const USER = { roles: ["trader"], plan: "standard", region: "world", password: null } as const;
const ISSUER = "https://exchange.test";
const CALLBACK = "https://app.example/cb";
const VERIFIER = "v".repeat(43);

afterEach(() => {
  vi.useRealTimers();
});

async function newLogin(): Promise<{ route: string; email: string; login: IdentityRpc }> {
  const email = `${crypto.randomUUID()}@example.com`;
  const route = await routeOfEmail(email);
  const login = identityObject(env, route);
  const created = await login.createUser({ ...USER, email });
  if (!created.ok) throw new Error(created.reason);
  return { route, email, login };
}

async function newApp(login: IdentityRpc): Promise<{ clientId: string; secret: string }> {
  const made = await login.registerApp("A chart of mine", [CALLBACK], false);
  if (!made.ok) throw new Error(made.reason);
  return { clientId: made.value.app.clientId, secret: made.value.secret ?? "" };
}

/** Lets an app in, and gives its code. */
async function codeFor(login: IdentityRpc, clientId: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(VERIFIER));
  const challenge = btoa(String.fromCharCode(...new Uint8Array(digest)))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
  const query = new URLSearchParams({
    ...{ response_type: "code", client_id: clientId, redirect_uri: CALLBACK, scope: "openid read" },
    ...{ code_challenge: challenge, code_challenge_method: "S256" },
  });
  const asked = await oauthAppObject(env, clientId).question(ISSUER, query.toString());
  if (asked.kind !== "ask") throw new Error(asked.kind);
  const { request, appName, scopes, nonce } = asked;
  const back = await login.letIn({ issuer: ISSUER, request, appName, scopes, nonce, authTime: null });
  if (!back.ok) throw new Error(back.reason);
  return new URL(back.value).searchParams.get("code") ?? "";
}

/** From now on the test sets the time; an object takes its clock when it wakes. */
async function setClock(route: string): Promise<void> {
  vi.useFakeTimers({ toFake: ["Date"] });
  await evictDurableObject(env.IDENTITY.getByName(route));
}

interface App {
  readonly clientId: string;
  readonly secret: string;
}

function call(login: IdentityRpc, { clientId, secret }: App, form: Record<string, string>): Promise<TokenAnswer> {
  const body = new URLSearchParams({ ...form, client_id: clientId, client_secret: secret }).toString();
  const contentType = "application/x-www-form-urlencoded";
  return login.oauthToken({ issuer: ISSUER, authorization: null, contentType, body, clientId, session: null }, ORIGIN);
}

const exchange = (login: IdentityRpc, app: App, code: string) =>
  call(login, app, { grant_type: "authorization_code", code, redirect_uri: CALLBACK, code_verifier: VERIFIER });

const refreshTokenIn = ({ body }: TokenAnswer) =>
  String((JSON.parse(body) as Record<string, unknown>)["refresh_token"]);

test("OA-11: a code is good for a minute", async () => {
  const { route, login } = await newLogin();
  const app = await newApp(login);
  await setClock(route);
  const inTime = await codeFor(login, app.clientId);
  vi.setSystemTime(Date.now() + 58_000);
  expect(await exchange(login, app, inTime)).toMatchObject({ status: 200, session: { kind: "app" } });
  const late = await codeFor(login, app.clientId);
  vi.setSystemTime(Date.now() + 61_000);
  expect(await exchange(login, app, late)).toMatchObject({ status: 400, session: null });
});

test("OA-13: an access that is not used for a week is over; one that is used lives on, asleep or not", async () => {
  const { route, login } = await newLogin();
  const app = await newApp(login);
  await setClock(route);
  let token = refreshTokenIn(await exchange(login, app, await codeFor(login, app.clientId)));
  for (let day = 0; day < 3; day++) {
    vi.setSystemTime(Date.now() + 5 * 86_400_000);
    await evictDurableObject(env.IDENTITY.getByName(route));
    const refreshed = await call(login, app, { grant_type: "refresh_token", refresh_token: token });
    expect(refreshed.status).toBe(200);
    token = refreshTokenIn(refreshed);
  }
  vi.setSystemTime(Date.now() + 8 * 86_400_000);
  const late = await call(login, app, { grant_type: "refresh_token", refresh_token: token });
  expect(late).toMatchObject({ status: 400, session: null });
});

test("OA-17: neither codes, tokens and secrets nor the names of apps are on a login's disk", async () => {
  const { route, login } = await newLogin();
  const app = await newApp(login);
  const code = await codeFor(login, app.clientId);
  const given = await exchange(login, app, code);
  const disk = await runInDurableObject(env.IDENTITY.getByName(route), (_, { storage }) => {
    const tables = storage.sql.exec<{ name: string }>("SELECT name FROM sqlite_master WHERE type = 'table'").toArray();
    const own = tables.filter(({ name }) => !name.startsWith("_cf") && !name.startsWith("sqlite"));
    return JSON.stringify(own.map(({ name }) => storage.sql.exec(`SELECT * FROM "${name}"`).toArray()));
  });
  expect(disk).toContain(app.clientId);
  const refreshToken = refreshTokenIn(given);
  for (const secret of [code, refreshToken, app.secret, "A chart of mine", given.session?.refreshToken ?? "x"]) {
    expect(disk).not.toContain(secret);
    expect(disk).not.toContain(secret.slice(secret.lastIndexOf(":") + 1));
  }
});

test("OA-12: asking for an app or a grant that does not exist leaves nothing on disk", async () => {
  const app = oauthAppObject(env, "A".repeat(16));
  expect(await app.question(ISSUER, `client_id=${"A".repeat(16)}&response_type=code`)).toMatchObject({
    kind: "refused",
  });
  expect([await app.admit("R"), await app.remove("R"), await app.record()]).toEqual([false, false, null]);
  const route = await routeOfEmail(`${crypto.randomUUID()}@example.com`);
  const nobody = identityObject(env, route);
  const { clientId, secret } = await newApp((await newLogin()).login);
  const code = `${route}:${"g".repeat(16)}:${"s".repeat(32)}`;
  expect(await exchange(nobody, { clientId, secret }, code)).toMatchObject({ status: 400, session: null });
  const revoked = await call(nobody, { clientId, secret }, { token: code });
  expect(revoked).toMatchObject({ status: 200, session: null });
  expect([await nobody.showOut(clientId), await nobody.letInApps(), await nobody.externalLinks()]).toEqual([
    false,
    [],
    [],
  ]);
  await nobody.releaseExternal("R");
  for (const stub of [env.OAUTH_APP.getByName("A".repeat(16)), env.IDENTITY.getByName(route)]) {
    const tables = await runInDurableObject(stub, (_, { storage }) =>
      storage.sql.exec("SELECT name FROM sqlite_master").toArray(),
    );
    expect(tables).toEqual([]);
  }
});

test("OA-10: how lately the person must have proved who it is, and whether it may be asked, is the app's to say", async () => {
  const { clientId } = await newApp((await newLogin()).login);
  const ask = async (extra: Record<string, string>) => {
    const query = new URLSearchParams({
      ...{ response_type: "code", client_id: clientId, redirect_uri: CALLBACK, scope: "openid", state: "s" },
      ...{ code_challenge: "c".repeat(43), code_challenge_method: "S256", ...extra },
    });
    return oauthAppObject(env, clientId).question(ISSUER, query.toString());
  };
  expect(await ask({})).toMatchObject({ kind: "ask", maxAge: null, silent: false, nonce: null });
  expect(await ask({ prompt: "login", nonce: "n" })).toMatchObject({ maxAge: 60, silent: false, nonce: "n" });
  expect(await ask({ max_age: "3600" })).toMatchObject({ maxAge: 3600 });
  // Sooner than a person can sign in and come back is not asked of anybody.
  expect(await ask({ max_age: "0" })).toMatchObject({ maxAge: 60 });
  expect(await ask({ max_age: "-1" })).toMatchObject({ maxAge: null });
  const silent = await ask({ prompt: "none" });
  expect(silent).toMatchObject({ silent: true });
  if (silent.kind !== "ask") throw new Error(silent.kind);
  for (const [error, to] of Object.entries(silent.refusals)) {
    expect(Object.fromEntries(new URL(to).searchParams)).toEqual({ error, state: "s", iss: ISSUER });
  }
  expect(await ask({ nonce: "n".repeat(300) })).toMatchObject({ kind: "redirect" });
});

test("OA-14: a login that could not be told of an app's end is told until it answers", async () => {
  const [{ login: developer }, { route, login }] = [await newLogin(), await newLogin()];
  const app = await newApp(developer);
  await exchange(login, app, await codeFor(login, app.clientId));
  expect(await login.letInApps()).toHaveLength(1);
  // What a removal leaves when it is cut off right after its first commit.
  const stub = env.OAUTH_APP.getByName(app.clientId);
  await runInDurableObject(stub, async (_, { storage }) => {
    storage.sql.exec("UPDATE app SET record = NULL");
    await storage.setAlarm(Date.now() + 60_000);
  });
  expect(await runDurableObjectAlarm(stub)).toBe(true);
  expect(await login.letInApps()).toEqual([]);
  expect(await identityObject(env, route).sessions()).toEqual([]);
  expect(await runDurableObjectAlarm(stub)).toBe(false);
});

test("OA-16: the person is told by mail that an app was let in", async () => {
  const { route, email, login } = await newLogin();
  const app = await newApp(login);
  await exchange(login, app, await codeFor(login, app.clientId));
  await vi.waitFor(async () => {
    await runDurableObjectAlarm(env.IDENTITY.getByName(route));
    const mails = (await outboxObject(env).list()).filter(({ to }) => to === email);
    expect(mails.map(({ text }) => text)).toEqual([expect.stringContaining("An app was let into your account")]);
  });
});

test("OA-17: a login has at most ten apps", async () => {
  const { login } = await newLogin();
  for (let apps = 0; apps < 10; apps++) await newApp(login);
  expect(await login.registerApp("one more", [CALLBACK], true)).toEqual({ ok: false, reason: "too_many_apps" });
});
