/** Invalid requests of apps: who gets the error, and where the browser is redirected. */
import type * as client from "openid-client";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type AppRig, appRig, CALLBACK, type Registered } from "./appRig.ts";
import { type Exchange, startExchange } from "./exchange.ts";

let exchange: Exchange;
let app: client.Configuration;
let rig: AppRig;
let registered: Registered;

beforeAll(async () => {
  exchange = await startExchange();
  rig = appRig(exchange, await exchange.trader(0), await exchange.trader(100_000));
  registered = await rig.register({ name: "Chart", redirect_uris: [CALLBACK] });
  app = await rig.configured(registered);
});
afterAll(() => exchange?.close());

/** An authorization request that a test has changed. */
async function asked(config: client.Configuration, change: (query: URLSearchParams) => void) {
  const { url, checks } = await rig.begin(config);
  change(url.searchParams);
  return { url, state: checks.expectedState };
}

const MISTAKES: readonly (readonly [string, (query: URLSearchParams) => void])[] = [
  ["invalid_request", (query) => query.delete("code_challenge")],
  ["invalid_request", (query) => query.set("code_challenge_method", "plain")],
  ["invalid_request", (query) => query.delete("code_challenge_method")],
  ["invalid_request", (query) => query.append("state", "other")],
  ["unsupported_response_type", (query) => query.set("response_type", "token")],
  ["invalid_scope", (query) => query.set("scope", "profile withdraw")],
  ["invalid_scope", (query) => query.delete("scope")],
  ["request_uri_not_supported", (query) => query.set("request_uri", "https://evil.example/r")],
];

test("OA-12: other errors of a request are redirected to an app that the user has authorized, with state and issuer", async () => {
  await rig.tokensFor(app);
  const browser = rig.newBrowser();
  await rig.signIn(browser, (await rig.begin(app)).url);
  const consented = (query: URLSearchParams) => query.set("prompt", "none");
  for (const [error, change] of [...MISTAKES, ["consent_required", consented] as const]) {
    const { url, state } = await asked(app, change);
    const { status, to } = await browser.get(url.href);
    const back = new URL(to ?? "about:blank");
    expect([status, back.origin + back.pathname], error).toEqual([302, CALLBACK]);
    expect(back.searchParams.get("error")).toBe(error);
    expect(back.searchParams.get("state")).toBe(state);
    expect(back.searchParams.get("iss")).toBe(exchange.url);
    expect(back.searchParams.has("code")).toBe(false);
  }
});

test("OA-21: errors are not redirected to an app before the user is signed in, nor to an app that was never authorized", async () => {
  const attackers = await rig.configured(
    await rig.register({ name: "Bait", redirect_uris: ["https://evil.example/"] }),
  );
  const bait = (change: (query: URLSearchParams) => void) =>
    asked(attackers, (query) => {
      query.set("redirect_uri", "https://evil.example/");
      change(query);
    });
  const silently = (query: URLSearchParams) => query.set("prompt", "none");
  for (const [error, change] of [...MISTAKES, ["consent_required", silently] as const]) {
    const { url } = await bait(change);
    const stranger = await rig.newBrowser().get(url.href);
    const silent = change === silently;
    expect([stranger.status, new URL(stranger.to ?? exchange.url).origin], error).toEqual([
      silent ? 400 : 302,
      exchange.url,
    ]);
    const seen = await rig.newBrowser().get(url.href, { "Sec-Fetch-Site": "cross-site" });
    expect(seen.to, error).toBeNull();
  }
  const browser = rig.newBrowser();
  await rig.signIn(browser, (await bait(() => {})).url);
  for (const [error, change] of [...MISTAKES, ["consent_required", silently] as const]) {
    const page = await browser.get((await bait(change)).url.href);
    expect(page, error).toMatchObject({ status: 400, to: null });
    expect(page.text).toContain("evil.example");
    expect(page.text).toContain(`(${error})`);
    expect(page.text).not.toContain("http-equiv");
  }
});

test("OA-20: a repeated parameter is refused at every endpoint, and consumes no code or token", async () => {
  const { client_id, client_secret = "" } = registered;
  const begun = await rig.begin(app);
  const back = await rig.letIn(begun);
  const form = {
    grant_type: "authorization_code",
    client_id,
    client_secret,
    code: back.searchParams.get("code") ?? "",
    code_verifier: begun.checks.pkceCodeVerifier ?? "",
    redirect_uri: CALLBACK,
  };
  const twice = async (path: string, fields: Record<string, string>) => {
    for (const [name, value] of Object.entries(fields)) {
      for (const second of [value, "other", ""]) {
        const body = new URLSearchParams([...Object.entries(fields), [name, second]]);
        const answer = await fetch(exchange.url + path, { method: "POST", body });
        expect([answer.status, await answer.json()], `${path} ${name}`).toEqual([400, { error: "invalid_request" }]);
      }
    }
  };
  await twice("/oauth/token", form);
  const given = await rig.postForm("/oauth/token", form);
  expect(given.status).toBe(200);
  const refresh_token = String(given.body?.["refresh_token"]);
  await twice("/oauth/token", { grant_type: "refresh_token", client_id, client_secret, refresh_token });
  await twice("/oauth/revoke", { token: refresh_token, client_id, client_secret });
  const { url } = await rig.begin(app);
  for (const name of ["client_id", "redirect_uri"]) {
    const search = `${url.search}&${name}=${encodeURIComponent(url.searchParams.get(name) ?? "none")}`;
    expect(await rig.newBrowser().get(url.origin + url.pathname + search), name).toMatchObject({
      status: 400,
      to: null,
    });
  }
  expect((await rig.account(String(given.body?.["access_token"]))).status).toBe(200);
});

test("OA-10: unknown scopes are not granted, and the response lists the granted ones", async () => {
  const tokens = await rig.tokensFor(app, { scope: "openid profile email offline_access read" });
  expect(tokens.scope?.split(" ").sort()).toEqual(["email", "openid", "read"]);
});
