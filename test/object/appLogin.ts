/** A login and apps that it authorises, for tests inside workerd. */
import { evictDurableObject, runDurableObjectAlarm } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { vi } from "vitest";
import { identityObject, oauthAppObject, devMailboxObject } from "../../durable-objects/actor/namespaces.ts";
import type { TokenAnswer } from "../../protocol/rpc/identity/oauth.ts";
import { routeOfAppToken, routeOfEmail } from "../../protocol/ids/loginRoute.ts";
import type { IdentityRpc } from "../../protocol/rpc/identity.ts";
import type { Origin } from "../../domain/account/state/events.ts";

export const ORIGIN: Origin = { requestId: "r", ip: "192.0.2.1", userAgent: "test" };
const USER = { roles: ["trader"], plan: "standard", region: "world", password: null } as const;
export const ISSUER = "https://exchange.test";
export const CALLBACK = "https://app.example/cb";
const VERIFIER = "v".repeat(43);

export async function newLogin(): Promise<{ route: string; email: string; login: IdentityRpc }> {
  const email = `${crypto.randomUUID()}@example.com`;
  const route = await routeOfEmail(email);
  const login = identityObject(env, route);
  const created = await login.registration.createUser({ ...USER, email });
  if (!created.ok) throw new Error(created.reason);
  return { route, email, login };
}

export interface App {
  readonly clientId: string;
  readonly secret: string;
}

export async function newApp(login: IdentityRpc): Promise<App> {
  const made = await login.registeredApps.register("A chart of mine", [CALLBACK], false);
  if (!made.ok) throw new Error(made.reason);
  return { clientId: made.value.app.clientId, secret: made.value.secret ?? "none" };
}

/** A session of the login. */
export async function signedIn(login: IdentityRpc): Promise<string> {
  const begun = await login.externalIdentities.signIn({ provider: "p", email: null, fresh: true }, ORIGIN);
  if (!begun.ok || begun.value.kind !== "signed_in" || begun.value.signedIn.kind !== "session") {
    throw new Error("no session");
  }
  return begun.value.signedIn.grant.sessionId;
}

/** Authorises an app, in the given session if any, and returns its code. */
export async function codeFor(login: IdentityRpc, clientId: string, session?: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(VERIFIER));
  const challenge = btoa(String.fromCharCode(...new Uint8Array(digest)))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
  const query = new URLSearchParams({
    response_type: "code",
    client_id: clientId,
    redirect_uri: CALLBACK,
    scope: "openid read",
    code_challenge: challenge,
    code_challenge_method: "S256",
  });
  const asked = await oauthAppObject(env, clientId).question(ISSUER, query.toString());
  if (asked.kind !== "ask") throw new Error(asked.kind);
  const { request, appName, scopes, nonce } = asked;
  const by = { authTime: null, ...(session === undefined ? {} : { session }) };
  const back = await login.authorizedApps.authorize({ issuer: ISSUER, request, appName, scopes, nonce, ...by });
  if (!back.ok) throw new Error(back.reason);
  return new URL(back.value).searchParams.get("code") ?? "none";
}

/** Sets the time; an object reads the clock when it starts. */
export async function setClock(route: string): Promise<void> {
  vi.useFakeTimers({ toFake: ["Date"] });
  await evictDurableObject(env.IDENTITY.getByName(route));
}

export function call(
  login: IdentityRpc,
  { clientId, secret }: App,
  form: Record<string, string>,
): Promise<TokenAnswer> {
  const body = new URLSearchParams({ ...form, client_id: clientId, client_secret: secret }).toString();
  const contentType = "application/x-www-form-urlencoded";
  return login.authorizedApps.token(
    { issuer: ISSUER, authorization: null, contentType, body, clientId, session: null },
    ORIGIN,
  );
}

/** Exchanges a code like the gateway, at the object that the code names. */
export function exchange(app: App, code: string, change: Record<string, string> = {}): Promise<TokenAnswer> {
  const form = { grant_type: "authorization_code", code, redirect_uri: CALLBACK, code_verifier: VERIFIER };
  return call(named(code), app, { ...form, ...change });
}

export function refresh(app: App, token: string): Promise<TokenAnswer> {
  return call(named(token), app, { grant_type: "refresh_token", refresh_token: token });
}

/** The object that a code or a token names. */
export function named(token: string): IdentityRpc {
  const name = routeOfAppToken(token);
  if (name === null) throw new Error(`no code or token of an app: ${token}`);
  return identityObject(env, name);
}

export const refreshTokenIn = ({ body }: TokenAnswer) =>
  String((JSON.parse(body) as Record<string, unknown>)["refresh_token"]);

/** The e-mails sent to a login, once one of them contains `text`. */
export async function mailsOf(route: string, email: string, text: string): Promise<string[]> {
  return vi.waitFor(async () => {
    await runDurableObjectAlarm(env.IDENTITY.getByName(route));
    const mails = (await devMailboxObject(env).list()).filter(({ to }) => to === email).map((mail) => mail.text);
    if (!mails.some((mail) => mail.includes(text))) throw new Error(`no mail says ${text}`);
    return mails;
  });
}
