/** Codes and refresh tokens of apps that were stolen, come twice, or are another app's; and what apps learn of a login. */
import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, expect, test, vi } from "vitest";
import { identityObject } from "../../durable-objects/actor/namespaces.ts";
import { routeOfAppToken, routeOfEmail } from "../../protocol/ids/loginRoute.ts";
import { regionOfRoute, routeIn } from "../../protocol/ids/residency.ts";
import {
  call,
  codeFor,
  exchange,
  ISSUER,
  mailsOf,
  named,
  newApp,
  newLogin,
  refresh,
  refreshTokenIn,
  signedIn,
} from "./appLogin.ts";
import { ORIGIN, setClock } from "./appLogin.ts";

/** More than a lost answer takes to be asked for again. */
const LATER_MS = 11_000;

afterEach(() => {
  vi.useRealTimers();
});

/** A login with an app that it has let in, at a time that the test sets. */
async function letIn() {
  const { route, email, login } = await newLogin();
  const app = await newApp(login);
  await setClock(route);
  const given = await exchange(app, await codeFor(login, app.clientId));
  return { route, email, login, app, given, first: refreshTokenIn(given) };
}

const later = (ms = LATER_MS) => vi.setSystemTime(Date.now() + ms);
const kinds = async (route: string) =>
  (await identityObject(env, route).loginSessions.securityLog(10)).map(({ kind }) => kind);

test("OA-13: a stolen token that is used first is detected when the app uses its own", async () => {
  const { route, email, login, app, first } = await letIn();
  const thiefs = await refresh(app, first);
  later();
  expect(await refresh(app, first)).toMatchObject({ status: 400, session: null });
  expect(await refresh(app, refreshTokenIn(thiefs))).toMatchObject({ status: 400, session: null });
  const { sessionId, jti } = thiefs.session ?? { sessionId: "none", jti: "none" };
  expect(await login.loginSessions.verify(sessionId, jti)).toEqual({ ok: false, reason: "session_ended" });
  expect(await login.authorizedApps.list()).toEqual([]);
  const [entry] = await login.loginSessions.securityLog(1);
  expect(entry).toMatchObject({ kind: "app_token_reused", facts: { session: sessionId, clientId: app.clientId } });
  expect(entry?.facts["app"]).toBe("A chart of mine");
  const mails = await mailsOf(route, email, "was used twice");
  expect(mails.join()).not.toContain("A chart of mine");
});

test("OA-13: a stolen token that is used second is detected, too", async () => {
  const { route, app, first } = await letIn();
  const apps = await refresh(app, first);
  later();
  expect((await refresh(app, first)).status).toBe(400);
  expect((await refresh(app, refreshTokenIn(apps))).status).toBe(400);
  expect(await kinds(route)).toContain("app_token_reused");
});

test("OA-13: reuse of any token of the family is detected, however old it is", async () => {
  const { route, app, first } = await letIn();
  let newest = first;
  for (let week = 0; week < 5; week++) {
    later(6 * 86_400_000);
    await evictDurableObject(env.IDENTITY.getByName(route));
    newest = refreshTokenIn(await refresh(app, newest));
  }
  expect((await refresh(app, first)).status).toBe(400);
  expect((await refresh(app, newest)).status).toBe(400);
  expect(await kinds(route)).toContain("app_token_reused");
});

test("OA-13: a client that lost a response repeats within ten seconds and gets the same one, also concurrently", async () => {
  const { route, app, first } = await letIn();
  const answers = await Promise.all(Array.from({ length: 5 }, () => refresh(app, first)));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  expect(new Set(answers.map(refreshTokenIn)).size).toBe(1);
  later(9_000);
  const again = await refresh(app, first);
  expect(refreshTokenIn(again)).toBe(refreshTokenIn(answers[0] ?? again));
  later();
  expect((await refresh(app, refreshTokenIn(again))).status).toBe(200);
  expect(await kinds(route)).not.toContain("app_token_reused");
});

test("OA-13: after a restart the repeated refresh gets another response, which is valid", async () => {
  const { route, app, first } = await letIn();
  await refresh(app, first);
  await evictDurableObject(env.IDENTITY.getByName(route));
  const again = await refresh(app, first);
  expect(again.status).toBe(200);
  later();
  expect((await refresh(app, refreshTokenIn(again))).status).toBe(200);
});

test("OA-13: an invented token, another app's token, or a request without the app's secret ends no grant", async () => {
  const { route, login, app, first } = await letIn();
  const second = refreshTokenIn(await refresh(app, first));
  later();
  const other = await newApp(login);
  const [bare = "", tag = ""] = first.split(".");
  const made = `${bare.slice(0, -32)}${"x".repeat(32)}`;
  for (const token of [`${made}.${tag}`, `${made}.${"x".repeat(43)}`, made, `${bare}.${"x".repeat(43)}x`]) {
    if (routeOfAppToken(token) !== null) expect((await refresh(app, token)).status, token).toBe(400);
  }
  expect((await refresh(other, first)).status).toBe(400);
  // In a form that the library reads and the gateway does not.
  const body = new URLSearchParams({ grant_type: "refresh_token", refresh_token: first }).toString();
  const authorization = `Basic\t${btoa(`${app.clientId}:${app.secret}`)}`;
  const contentType = "application/x-www-form-urlencoded";
  const unnamed = { issuer: ISSUER, authorization, contentType, body, clientId: "", session: null };
  expect((await named(first).authorizedApps.token(unnamed, ORIGIN)).status).toBe(400);
  expect((await refresh({ ...app, secret: "wrong" }, first)).status).toBe(401);
  expect((await call(named(first), other, { token: first })).status).toBe(200);
  expect((await refresh(app, second)).status).toBe(200);
  expect(await kinds(route)).not.toContain("app_token_reused");
});

test("OA-14: an app revokes its grant by any of its tokens", async () => {
  const { login, app, first } = await letIn();
  await refresh(app, first);
  later();
  expect((await call(named(first), app, { token: first })).status).toBe(200);
  expect(await login.authorizedApps.list()).toEqual([]);
});

test("OA-13: tokens of an earlier release, without a tag and with the login's route, are accepted", async () => {
  const { route, login } = await newLogin();
  const app = await newApp(login);
  await setClock(route);
  const inObject = (work: (storage: DurableObjectStorage) => void) =>
    runInDurableObject(env.IDENTITY.getByName(route), (_, { storage }) => work(storage));
  await inObject((storage) => storage.kv.put("handle", route));
  const code = await codeFor(login, app.clientId);
  expect(routeOfAppToken(code)).toBe(route);
  const [bare = ""] = refreshTokenIn(await exchange(app, code)).split(".");
  await inObject((storage) => {
    storage.kv.delete("handle");
    storage.sql.exec("UPDATE app_grant SET salt = NULL, newest = NULL, previous = NULL, rotated_at = NULL");
  });
  await evictDurableObject(env.IDENTITY.getByName(route));
  const next = await refresh(app, bare);
  expect(next.status).toBe(200);
  expect(next.handle).not.toBe(route);
  later();
  expect((await refresh(app, refreshTokenIn(next))).status).toBe(200);
  // And one of them that was used is known again.
  expect((await refresh(app, bare)).status).toBe(400);
  expect(await login.authorizedApps.list()).toEqual([]);
  // An app that is let in again leaves nothing of the earlier grant.
  await exchange(app, await codeFor(login, app.clientId));
  expect(await login.authorizedApps.list()).toHaveLength(1);
});

test("OA-11: a code that was used with a wrong verifier, a wrong address or by another app is no longer valid", async () => {
  const { route, login } = await newLogin();
  const [app, other] = [await newApp(login), await newApp(login)];
  const changes = {
    code_verifier: { code_verifier: "w".repeat(43) },
    redirect_uri: { redirect_uri: "https://app.example/x" },
  };
  for (const [what, change] of Object.entries(changes)) {
    const code = await codeFor(login, app.clientId);
    expect(await exchange(app, code, change), what).toMatchObject({ status: 400, session: null });
    expect(await exchange(app, code), what).toMatchObject({ status: 400, session: null });
  }
  const theirs = await codeFor(login, app.clientId);
  expect((await exchange(other, theirs)).status).toBe(400);
  expect((await exchange(app, theirs)).status).toBe(400);
  // Who does not show to be the app at all changes nothing.
  const code = await codeFor(login, app.clientId);
  expect((await exchange({ ...app, secret: "wrong" }, code)).status).toBe(401);
  expect((await exchange(app, `${code.slice(0, -1)}${code.endsWith("x") ? "y" : "x"}`)).status).toBe(400);
  expect((await exchange(app, code)).status).toBe(200);
  expect(await kinds(route)).not.toContain("app_code_reused");
});

test("OA-22: a code that was not exchanged ends with the session that authorized the app", async () => {
  const { route, login } = await newLogin();
  const app = await newApp(login);
  const endings: ((session: string) => Promise<unknown>)[] = [
    (session) => login.loginSessions.end(session),
    () => login.loginSessions.endOthers(""),
    () => login.administration.endSessions("an administrator"),
  ];
  for (const end of endings) {
    const session = await signedIn(login);
    const code = await codeFor(login, app.clientId, session);
    await end(session);
    const answer = await exchange(app, code);
    expect([answer.status, JSON.parse(answer.body)]).toMatchObject([400, { error: "invalid_grant" }]);
    expect(await login.authorizedApps.list()).toEqual([]);
  }
  const session = await signedIn(login);
  const given = await exchange(app, await codeFor(login, app.clientId, session));
  expect(given.status).toBe(200);
  // What was exchanged has a session of its own.
  await login.loginSessions.end(session);
  expect((await refresh(app, refreshTokenIn(given))).status).toBe(200);
  expect(await kinds(route)).not.toContain("app_code_reused");
});

test("OA-11: a second use of a code ends the grant, and the user is notified", async () => {
  const { route, email, login } = await newLogin();
  const app = await newApp(login);
  const code = await codeFor(login, app.clientId);
  const given = await exchange(app, code);
  expect((await exchange(app, code)).status).toBe(400);
  expect((await refresh(app, refreshTokenIn(given))).status).toBe(400);
  expect(await login.authorizedApps.list()).toEqual([]);
  expect(await kinds(route)).toContain("app_code_reused");
  await mailsOf(route, email, "The code by which an app was let into your account was used twice");
});

test("OA-19: apps get an alias of random text, by which the login is found", async () => {
  const { route, login } = await newLogin();
  const app = await newApp(login);
  const code = await codeFor(login, app.clientId);
  const given = await exchange(app, code);
  const handle = given.handle ?? "none";
  expect(JSON.stringify([code, given.body, given.handle, given.idClaims])).not.toContain(route);
  expect([routeOfAppToken(code), routeOfAppToken(refreshTokenIn(given))]).toEqual([handle, handle]);
  const { sessionId, jti } = given.session ?? { sessionId: "none", jti: "none" };
  const byHandle = await identityObject(env, handle).loginSessions.verify(sessionId, jti);
  expect(byHandle).toMatchObject({ ok: true, value: { kind: "app", route } });
  const nobody = await identityObject(env, await routeOfEmail("nobody@example.com")).loginSessions.verify(
    sessionId,
    jti,
  );
  expect(nobody).toEqual({ ok: false, reason: "session_ended" });
  expect(await identityObject(env, handle).loginSessions.verify(sessionId, "made up")).toEqual(nobody);
  expect(routeOfAppToken(await codeFor(login, app.clientId))).toBe(handle);
  expect(routeOfAppToken(await codeFor((await newLogin()).login, app.clientId))).not.toBe(handle);
});

test("OA-19: the alias of a login of the EU is an object of the EU", async () => {
  const email = `${crypto.randomUUID()}@example.com`;
  const route = routeIn("eu", await routeOfEmail(email));
  const login = identityObject(env, route);
  const made = await login.registration.createUser({
    roles: ["trader"],
    plan: "standard",
    region: "eu",
    password: null,
    email,
  });
  expect(made.ok).toBe(true);
  const app = await newApp(login);
  const given = await exchange(app, await codeFor(login, app.clientId));
  expect(given.status).toBe(200);
  expect(regionOfRoute(given.handle ?? "none")).toBe("eu");
  expect(given.handle).not.toBe(route);
  expect((await refresh(app, refreshTokenIn(given))).status).toBe(200);
});

test("OA-19: relays that know a login by its alias are notified, and an erased login leaves no alias", async () => {
  const { route, login } = await newLogin();
  const app = await newApp(login);
  const given = await exchange(app, await codeFor(login, app.clientId));
  const { sessionId, jti } = given.session ?? { sessionId: "none", jti: "none" };
  const handle = given.handle ?? "none";
  const relay = `told-handle-${crypto.randomUUID()}`;
  await identityObject(env, handle).loginSessions.verify(sessionId, jti, relay);
  await login.authorizedApps.revoke(app.clientId);
  const told = env.RELAY.getByName(relay) as unknown as { pushed(): Promise<unknown[]> };
  const wanted = [route, handle].map((name) => ({ route: name, credentials: [sessionId] }));
  await vi.waitFor(async () => expect(await told.pushed()).toEqual(expect.arrayContaining(wanted)), {
    timeout: 10_000,
  });
  expect(await login.privacy.erase(true)).toMatchObject({ kind: "erased" });
  const left = await runInDurableObject(env.IDENTITY.getByName(handle), (_, { storage }) => [...storage.kv.list()]);
  expect(left).toEqual([]);
});
