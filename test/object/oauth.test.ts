/** Apps and what they were given, inside workerd: the objects of the login and of the app, their disks and their time. */
import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, expect, test, vi } from "vitest";
import { identityObject, oauthAppObject, devMailboxObject } from "../../durable-objects/actor/namespaces.ts";
import { routeOfEmail } from "../../protocol/ids/loginRoute.ts";
import {
  call,
  CALLBACK,
  codeFor,
  exchange,
  ISSUER,
  newApp,
  newLogin,
  refresh,
  refreshTokenIn,
  setClock,
} from "./appLogin.ts";

afterEach(() => {
  vi.useRealTimers();
});

test("OA-11: an authorization code expires after a minute", async () => {
  const { route, login } = await newLogin();
  const app = await newApp(login);
  await setClock(route);
  const inTime = await codeFor(login, app.clientId);
  vi.setSystemTime(Date.now() + 58_000);
  expect(await exchange(app, inTime)).toMatchObject({ status: 200, session: { kind: "app" } });
  const late = await codeFor(login, app.clientId);
  vi.setSystemTime(Date.now() + 61_000);
  expect(await exchange(app, late)).toMatchObject({ status: 400, session: null });
});

test("OA-13: a grant that is not used for a week expires; one that is used does not", async () => {
  const { route, login } = await newLogin();
  const app = await newApp(login);
  await setClock(route);
  let token = refreshTokenIn(await exchange(app, await codeFor(login, app.clientId)));
  for (let day = 0; day < 3; day++) {
    vi.setSystemTime(Date.now() + 5 * 86_400_000);
    await evictDurableObject(env.IDENTITY.getByName(route));
    const refreshed = await refresh(app, token);
    expect(refreshed.status).toBe(200);
    token = refreshTokenIn(refreshed);
  }
  vi.setSystemTime(Date.now() + 8 * 86_400_000);
  const late = await refresh(app, token);
  expect(late).toMatchObject({ status: 400, session: null });
});

test("OA-17: neither codes, tokens and secrets nor the names of apps are on a login's disk", async () => {
  const { route, login } = await newLogin();
  const app = await newApp(login);
  const code = await codeFor(login, app.clientId);
  const given = await exchange(app, code);
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

test("OA-12: requests for an app or a grant that does not exist write nothing", async () => {
  const app = oauthAppObject(env, "A".repeat(16));
  expect(await app.question(ISSUER, `client_id=${"A".repeat(16)}&response_type=code`)).toMatchObject({
    kind: "refused",
  });
  expect([await app.admit("R"), await app.remove("R"), await app.record()]).toEqual([false, false, null]);
  const route = await routeOfEmail(`${crypto.randomUUID()}@example.com`);
  const nobody = identityObject(env, route);
  const { clientId, secret } = await newApp((await newLogin()).login);
  const code = `${route}:${"g".repeat(16)}:${"s".repeat(32)}`;
  expect(await exchange({ clientId, secret }, code)).toMatchObject({ status: 400, session: null });
  const revoked = await call(nobody, { clientId, secret }, { token: code });
  expect(revoked).toMatchObject({ status: 200, session: null });
  expect([
    await nobody.authorizedApps.revoke(clientId),
    await nobody.authorizedApps.list(),
    await nobody.externalIdentities.list(),
  ]).toEqual([false, [], []]);
  await nobody.externalIdentities.release("R");
  for (const stub of [env.OAUTH_APP.getByName("A".repeat(16)), env.IDENTITY.getByName(route)]) {
    const tables = await runInDurableObject(stub, (_, { storage }) =>
      storage.sql.exec("SELECT name FROM sqlite_master").toArray(),
    );
    expect(tables).toEqual([]);
  }
});

test("OA-10: max_age and prompt of the app decide how old the user's proof may be, and whether to ask", async () => {
  const { clientId } = await newApp((await newLogin()).login);
  const ask = async (extra: Record<string, string>) => {
    const query = new URLSearchParams({
      response_type: "code",
      client_id: clientId,
      redirect_uri: CALLBACK,
      scope: "openid",
      state: "s",
      code_challenge: "c".repeat(43),
      code_challenge_method: "S256",
      ...extra,
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
  for (const wrong of [
    { nonce: "n".repeat(300) },
    { prompt: "none login" },
    { prompt: " none  consent" },
    { response_mode: "fragment" },
    { response_mode: "form_post" },
  ]) {
    const asked = await ask(wrong);
    if (asked.kind !== "redirect") throw new Error(`${JSON.stringify(wrong)}: ${asked.kind}`);
    expect(new URL(asked.to).searchParams.get("error")).toBe("invalid_request");
  }
  expect(await ask({ response_mode: "query", prompt: "consent select_account" })).toMatchObject({ kind: "ask" });
});

test("OA-10: unknown scopes are not granted, and a request with none that is known is refused", async () => {
  const { clientId } = await newApp((await newLogin()).login);
  const ask = (scope: string) => {
    const query = new URLSearchParams({
      response_type: "code",
      client_id: clientId,
      redirect_uri: CALLBACK,
      scope,
      code_challenge: "c".repeat(43),
      code_challenge_method: "S256",
    });
    return oauthAppObject(env, clientId).question(ISSUER, query.toString());
  };
  expect(await ask("openid profile email offline_access")).toMatchObject({ kind: "ask", scopes: ["openid", "email"] });
  expect(await ask("read withdraw admin Trade")).toMatchObject({ kind: "ask", scopes: ["read"] });
  for (const scope of ["profile", "withdraw", "", " "]) {
    const asked = await ask(scope);
    if (asked.kind !== "redirect") throw new Error(`${scope}: ${asked.kind}`);
    expect(new URL(asked.to).searchParams.get("error")).toBe("invalid_scope");
  }
});

test("OA-20: a request with a parameter twice is refused, and sent nowhere when it is the address", async () => {
  const { clientId } = await newApp((await newLogin()).login);
  const query = new URLSearchParams({
    response_type: "code",
    client_id: clientId,
    redirect_uri: CALLBACK,
    scope: "openid",
    state: "s",
    nonce: "n",
    code_challenge: "c".repeat(43),
    code_challenge_method: "S256",
    prompt: "login",
    max_age: "9",
  });
  for (const name of query.keys()) {
    const twice = `${query.toString()}&${name}=${encodeURIComponent(query.get(name) ?? "none")}`;
    const asked = await oauthAppObject(env, clientId).question(ISSUER, twice);
    if (name === "redirect_uri") expect(asked, name).toMatchObject({ kind: "refused" });
    else if (asked.kind !== "redirect") throw new Error(`${name}: ${asked.kind}`);
    else expect(new URL(asked.to).searchParams.get("error"), name).toBe("invalid_request");
  }
});

test("OA-14: a login that did not answer is notified again of an app's removal", async () => {
  const [{ login: developer }, { route, login }] = [await newLogin(), await newLogin()];
  const app = await newApp(developer);
  await exchange(app, await codeFor(login, app.clientId));
  expect(await login.authorizedApps.list()).toHaveLength(1);
  // What a removal leaves when it is cut off right after its first commit.
  const stub = env.OAUTH_APP.getByName(app.clientId);
  await runInDurableObject(stub, async (_, { storage }) => {
    storage.sql.exec("UPDATE app SET record = NULL");
    await storage.setAlarm(Date.now() + 60_000);
  });
  expect(await runDurableObjectAlarm(stub)).toBe(true);
  expect(await login.authorizedApps.list()).toEqual([]);
  expect(await identityObject(env, route).loginSessions.list()).toEqual([]);
  expect(await runDurableObjectAlarm(stub)).toBe(false);
});

test("OA-16: the user is e-mailed when an app is authorized", async () => {
  const { route, email, login } = await newLogin();
  const app = await newApp(login);
  await exchange(app, await codeFor(login, app.clientId));
  await vi.waitFor(async () => {
    await runDurableObjectAlarm(env.IDENTITY.getByName(route));
    const mails = (await devMailboxObject(env).list()).filter(({ to }) => to === email);
    expect(mails.map(({ text }) => text)).toEqual([expect.stringContaining("An app was let into your account")]);
  });
});

test("OA-17: a login has at most ten apps", async () => {
  const { login } = await newLogin();
  for (let apps = 0; apps < 10; apps++) await newApp(login);
  expect(await login.registeredApps.register("one more", [CALLBACK], true)).toEqual({
    ok: false,
    reason: "too_many_apps",
  });
});
