/** OAuth apps, with openid-client as the app and a fake browser. */
import { Alpaca } from "@alpacahq/alpaca-trade-api";
import * as client from "openid-client";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type AppRig, appRig, bearer, CALLBACK, type Registered } from "./appRig.ts";
import { type Exchange, PASSWORD, startExchange, type Trader } from "./exchange.ts";
import { routeOfEmail } from "../../protocol/ids/loginRoute.ts";
import { listen, type Listener } from "./sockets.ts";

const FORM = { "Content-Type": "application/x-www-form-urlencoded" };

let exchange: Exchange;
let developer: Trader;
let person: Trader;
let app: client.Configuration;
let rig: AppRig;
let registered: Registered;

beforeAll(async () => {
  exchange = await startExchange();
  developer = await exchange.trader(0);
  person = await exchange.trader(100_000);
  rig = appRig(exchange, developer, person);
  registered = await rig.register({ name: "Chart <b>& Co</b>", redirect_uris: [CALLBACK] });
  app = await rig.configured(registered);
});
afterAll(() => exchange?.close());

test("OA-10: an app reads the metadata, is authorized with PKCE and a nonce, reads who the user is, and trades with the Alpaca SDK", async () => {
  expect(app.serverMetadata()).toMatchObject({ issuer: exchange.url, code_challenge_methods_supported: ["S256"] });
  const tokens = await rig.tokensFor(app);
  expect(tokens.scope?.split(" ").sort()).toEqual(["email", "openid", "read", "trade"]);
  const claims = tokens.claims();
  expect(claims).toMatchObject({ iss: exchange.url, email: person.email, email_verified: true });
  const info = await client.fetchUserInfo(app, tokens.access_token, claims?.sub ?? "");
  expect(info).toEqual({ sub: claims?.sub, email: person.email, email_verified: true });

  const alpaca = new Alpaca({
    accessToken: tokens.access_token,
    rateLimit: false,
    fetchApi: (input, init) => {
      const { pathname, search } = new URL(String(input));
      return fetch(exchange.url + pathname + search, init);
    },
  });
  expect(await alpaca.trading.account.getAccount()).toMatchObject({ id: person.accountId, cash: "100000" });
  const placed = await alpaca.trading.orders.limit({ symbol: "AAPL", qty: 1, side: "buy", limitPrice: 10 });
  expect(placed).toMatchObject({ status: "new" });
  const updates = await appStream(tokens.access_token);
  await alpaca.trading.orders.deleteOrderByOrderID({ orderId: String(placed.id) });
  await updates.next("cancel", (frame) => frame.stream === "trade_updates" && frame.data.event === "canceled");
  updates.close();
});

/** A trading stream that is authenticated by an app's token. */
async function appStream(token: string): Promise<Listener> {
  const listener = await listen(`${exchange.url.replace("http", "ws")}/stream`);
  listener.send({ action: "auth", key: "oauth", secret: token });
  await listener.next("authorization", (f) => f.stream === "authorization" && f.data.status === "authorized");
  listener.send({ action: "listen", data: { streams: ["trade_updates"] } });
  await listener.next("listening", (frame) => frame.stream === "listening");
  return listener;
}

test("OA-19: no token or code of an app reveals the user's e-mail", async () => {
  const begun = await rig.begin(app);
  const back = await rig.letIn(begun);
  const tokens = await client.authorizationCodeGrant(app, back, begun.checks);
  const decoded = [tokens.access_token, tokens.id_token ?? ""].map((jwt) =>
    Buffer.from(jwt.split(".")[1] ?? "", "base64url").toString(),
  );
  const seen = [back.href, tokens.refresh_token, ...decoded].join(" ");
  expect(seen).toContain('"route"');
  expect(seen).not.toContain(await routeOfEmail(person.email));
});

test("OA-10: an app can do and read only what the scopes that the user approved permit", async () => {
  const tokens = await rig.tokensFor(app, { scope: "read" });
  expect(tokens).not.toHaveProperty("id_token");
  expect((await rig.account(tokens.access_token)).status).toBe(200);
  const order = { symbol: "AAPL", qty: "1", side: "buy", type: "market", time_in_force: "day" };
  const as = bearer(tokens.access_token);
  expect((await exchange.call(null, "POST", "/v2/orders", order, as)).status).toBe(403);
  for (const [method, path] of [
    ["GET", "/oauth/userinfo"],
    ["GET", "/v1/me"],
    ["POST", "/v1/keys"],
    ["GET", "/v1/auth/apps"],
    ["POST", "/v1/apps"],
    ["GET", "/v1/auth/sessions"],
  ] as const) {
    const reply = await exchange.call(null, method, path, method === "POST" ? {} : undefined, as);
    expect(reply.status, path).toBe(403);
  }
});

test("OA-10: only an app's access token authenticates at the API, and only as a bearer token", async () => {
  const tokens = await rig.tokensFor(app);
  for (const other of [tokens.id_token ?? "", tokens.refresh_token ?? "", `${tokens.access_token}x`]) {
    expect((await rig.account(other)).status).toBe(401);
  }
  expect((await rig.account(tokens.access_token)).status).toBe(200);
  await expect(client.refreshTokenGrant(app, tokens.access_token)).rejects.toMatchObject({ error: "invalid_grant" });
});

test("OA-10: the token endpoint answers malformed requests with the errors of RFC 6749", async () => {
  const grant_type = "authorization_code";
  const attempts: readonly (readonly [Record<string, string>, string])[] = [
    [{}, "invalid_request"],
    [{ grant_type: "password", username: person.email, password: PASSWORD }, "unsupported_grant_type"],
    [{ grant_type: "client_credentials" }, "unsupported_grant_type"],
    [{ grant_type }, "invalid_request"],
    [{ grant_type, code: "x" }, "invalid_grant"],
    [{ grant_type, code: `${"A".repeat(20)}:${"g".repeat(16)}:${"s".repeat(32)}`, client_id: "x" }, "invalid_client"],
    [{ grant_type: "refresh_token", refresh_token: "../../x:y:z" }, "invalid_grant"],
  ];
  for (const [form, error] of attempts) {
    const reply = await rig.postForm("/oauth/token", form);
    expect(reply.body, JSON.stringify(form)).toMatchObject({ error });
    expect(reply.status).toBeGreaterThanOrEqual(400);
  }
  const begun = await rig.begin(app);
  const code = (await rig.letIn(begun)).searchParams.get("code") ?? "";
  const { client_id, client_secret = "" } = registered;
  const basic = { Authorization: `Basic ${btoa(`${client_id}:${client_secret}`)}` };
  const form = new URLSearchParams({ grant_type, code, code_verifier: begun.checks.pkceCodeVerifier ?? "" });
  const post = async (body: URLSearchParams | string, headers: Record<string, string>) =>
    (await fetch(`${exchange.url}/oauth/token`, { method: "POST", body, headers })).status;
  expect(await post(`${form.toString()}&code_verifier=other`, { ...basic, ...FORM })).toBe(400);
  expect(await post(form.toString(), { ...basic, "Content-Type": "application/json" })).toBe(400);
  expect(await post(`${form.toString()}&client_id=${client_id}&client_secret=x`, { ...basic, ...FORM })).toBe(400);
  expect(await post(`${form.toString()}&x=${"x".repeat(70_000)}`, { ...basic, ...FORM })).toBe(413);
  expect(await post(form, basic)).toBe(200);
});

test("OA-11: a code needs its app and its verifier and is valid once: a second use ends the session of the first", async () => {
  const other = await rig.configured(await rig.register({ name: "Other", redirect_uris: [CALLBACK], public: true }));
  const tried: readonly (readonly [client.Configuration, object])[] = [
    [other, {}],
    [app, { pkceCodeVerifier: client.randomPKCECodeVerifier() }],
  ];
  for (const [config, change] of tried) {
    const spoilt = await rig.begin(app);
    const back = await rig.letIn(spoilt);
    for (const [by, checks] of [
      [config, { ...spoilt.checks, ...change }],
      [app, spoilt.checks],
    ] as const) {
      await expect(client.authorizationCodeGrant(by, back, checks)).rejects.toMatchObject({ error: "invalid_grant" });
    }
  }
  const begun = await rig.begin(app);
  const back = await rig.letIn(begun);
  const tokens = await client.authorizationCodeGrant(app, back, begun.checks);
  expect((await rig.account(tokens.access_token)).status).toBe(200);
  await expect(client.authorizationCodeGrant(app, back, begun.checks)).rejects.toMatchObject({
    error: "invalid_grant",
  });
  await expect(client.refreshTokenGrant(app, tokens.refresh_token ?? "")).rejects.toMatchObject({
    error: "invalid_grant",
  });
  await expect.poll(async () => (await rig.account(tokens.access_token)).status, { timeout: 6_000 }).toBe(401);
});

test("OA-11: concurrent exchanges of one code leave no valid session", async () => {
  const begun = await rig.begin(app);
  const back = await rig.letIn(begun);
  const outcomes = await Promise.allSettled(
    Array.from({ length: 8 }, () => client.authorizationCodeGrant(app, back, begun.checks)),
  );
  const given = outcomes.flatMap((outcome) => (outcome.status === "fulfilled" ? [outcome.value] : []));
  expect(given).toHaveLength(1);
  await expect.poll(async () => (await rig.account(given[0]?.access_token ?? "")).status, { timeout: 6_000 }).toBe(401);
});

test("OA-12: a browser is redirected only to an address that the app has registered, compared exactly", async () => {
  const browser = rig.newBrowser();
  for (const redirect_uri of [
    "https://evil.example/callback",
    "https://app.example/callback/",
    "https://app.example/callback?next=1",
    "https://app.example/Callback",
    "https://app.example.evil.example/callback",
    "https://app.example@evil.example/callback",
    "http://app.example/callback",
    "//app.example/callback",
    "javascript:alert(1)",
    "",
  ]) {
    const { url } = await rig.begin(app, { redirect_uri });
    const seen = await browser.get(url.href);
    expect(seen, redirect_uri).toMatchObject({ status: 400, to: null });
  }
  for (const client_id of ["", "nobody", "A".repeat(16), "../../etc"]) {
    const { url } = await rig.begin(app, { client_id });
    expect(await browser.get(url.href), client_id).toMatchObject({ status: 400, to: null });
  }
});

test("OA-12: when the user denies the request, the app gets access_denied", async () => {
  const begun = await rig.begin(app);
  const back = await rig.letIn(begun, rig.newBrowser(), "deny");
  expect(Object.fromEntries(back.searchParams)).toEqual({
    error: "access_denied",
    state: begun.checks.expectedState,
    iss: exchange.url,
  });
});

test("OA-13: a refresh rotates its token and cannot extend the scopes", async () => {
  const tokens = await rig.tokensFor(app, { scope: "read" });
  const next = await client.refreshTokenGrant(app, tokens.refresh_token ?? "", { scope: "read trade" });
  expect(next.scope).toBe("read");
  expect(next.refresh_token).not.toBe(tokens.refresh_token);
  await expect(client.refreshTokenGrant(app, next.refresh_token ?? "", { scope: "trade" })).rejects.toMatchObject({
    error: "invalid_scope",
  });
  const order = { symbol: "AAPL", qty: "1", side: "buy", type: "market", time_in_force: "day" };
  expect((await exchange.call(null, "POST", "/v2/orders", order, bearer(next.access_token))).status).toBe(403);
  expect((await rig.account(next.access_token)).status).toBe(200);
});

test("OA-13: the reuse of a refresh token that was replaced long ago ends the session", async () => {
  const tokens = await rig.tokensFor(app);
  let newest = tokens;
  for (let times = 0; times < 3; times++) newest = await client.refreshTokenGrant(app, newest.refresh_token ?? "");
  const stream = await appStream(newest.access_token);
  const closed = new Promise<void>((resolve) => stream.whenClosed(resolve));
  await expect(client.refreshTokenGrant(app, tokens.refresh_token ?? "")).rejects.toMatchObject({
    error: "invalid_grant",
  });
  await closed;
  await expect(client.refreshTokenGrant(app, newest.refresh_token ?? "")).rejects.toMatchObject({
    error: "invalid_grant",
  });
  await expect.poll(async () => (await rig.account(newest.access_token)).status, { timeout: 6_000 }).toBe(401);
});

test("OA-13: another app, or the app without its secret, cannot refresh or revoke", async () => {
  const other = await rig.configured(await rig.register({ name: "Other", redirect_uris: [CALLBACK], public: true }));
  const tokens = await rig.tokensFor(app);
  const refresh_token = tokens.refresh_token ?? "";
  await expect(client.refreshTokenGrant(other, refresh_token)).rejects.toMatchObject({ error: "invalid_grant" });
  const { client_id } = app.clientMetadata();
  const grant_type = "refresh_token";
  for (const client_secret of [undefined, "", "wrong"]) {
    const secret = client_secret === undefined ? {} : { client_secret };
    const reply = await rig.postForm("/oauth/token", { grant_type, refresh_token, client_id, ...secret });
    expect(reply).toMatchObject({ status: 401, body: { error: "invalid_client" } });
  }
  await client.tokenRevocation(other, refresh_token);
  await client.tokenRevocation(other, tokens.access_token);
  expect((await rig.postForm("/oauth/revoke", { token: tokens.access_token, client_id })).status).toBe(401);
  expect((await rig.account(tokens.access_token)).status).toBe(200);
  expect((await client.refreshTokenGrant(app, refresh_token)).access_token).toBeTypeOf("string");
});

test("OA-14: revoked access of an app ends within five seconds, on open sockets too", async () => {
  const ends: readonly (readonly [string, (tokens: client.TokenEndpointResponse, id: string) => Promise<unknown>])[] = [
    ["the app, by its access token", (tokens) => client.tokenRevocation(app, tokens.access_token)],
    ["the app, by its refresh token", (tokens) => client.tokenRevocation(app, tokens.refresh_token ?? "")],
    [
      "the person",
      (_tokens, id) => exchange.call(null, "DELETE", `/v1/auth/apps/${id}`, undefined, bearer(person.token)),
    ],
    ["all other sessions", () => exchange.call(null, "DELETE", "/v1/auth/sessions", undefined, bearer(person.token))],
  ];
  const { client_id } = app.clientMetadata();
  for (const [who, end] of ends) {
    const tokens = await rig.tokensFor(app);
    const stream = await appStream(tokens.access_token);
    const closed = new Promise<void>((resolve) => stream.whenClosed(resolve));
    const from = Date.now();
    await end(tokens, client_id);
    await closed;
    await expect.poll(async () => (await rig.account(tokens.access_token)).status, { timeout: 6_000 }).toBe(401);
    expect(Date.now() - from, who).toBeLessThan(6_000);
    const refreshed = client.refreshTokenGrant(app, tokens.refresh_token ?? "");
    await expect(refreshed, who).rejects.toMatchObject({ error: "invalid_grant" });
  }
});

test("OA-14: an app that is authorized again has only the new session", async () => {
  const [first, second] = [await rig.tokensFor(app), await rig.tokensFor(app)];
  await expect.poll(async () => (await rig.account(first.access_token)).status, { timeout: 6_000 }).toBe(401);
  expect((await rig.account(second.access_token)).status).toBe(200);
  const { body } = await exchange.call(null, "GET", "/v1/auth/apps", undefined, bearer(person.token));
  const { client_id } = app.clientMetadata();
  expect(body.apps.filter((entry: { client_id: string }) => entry.client_id === client_id)).toHaveLength(1);
  expect(body.apps[0]).toMatchObject({ name: "Chart <b>& Co</b>", scopes: ["openid", "email", "read", "trade"] });
});

test("OA-17: an app is visible to its developer only, has a secret that is shown once, and its removal ends every user's authorization", async () => {
  const shortLived = await rig.register({ name: "Short-lived", redirect_uris: ["http://127.0.0.1:1234/cb"] });
  const loopback = { redirect_uri: "http://127.0.0.1:9999/cb" };
  const config = await rig.configured(shortLived);
  const begun = await rig.begin(config, loopback);
  const tokens = await client.authorizationCodeGrant(config, await rig.letIn(begun), begun.checks);
  expect((await rig.account(tokens.access_token)).status).toBe(200);
  const path = `/v1/apps/${shortLived.client_id}`;
  expect((await exchange.call(null, "DELETE", path, undefined, bearer(person.token))).status).toBe(404);
  const theirs = await exchange.call(null, "GET", "/v1/apps", undefined, bearer(person.token));
  expect(theirs.body.apps).toEqual([]);
  const mine = await exchange.call(null, "GET", "/v1/apps", undefined, bearer(developer.token));
  expect(mine.body.apps.at(-1)).toMatchObject({ client_id: shortLived.client_id, name: "Short-lived", public: false });
  expect(JSON.stringify(mine.body)).not.toContain(shortLived.client_secret);
  expect((await exchange.call(null, "DELETE", path, undefined, bearer(developer.token))).status).toBe(204);
  await expect.poll(async () => (await rig.account(tokens.access_token)).status, { timeout: 6_000 }).toBe(401);
  await expect(client.refreshTokenGrant(config, tokens.refresh_token ?? "")).rejects.toMatchObject({ status: 401 });
  expect(await rig.newBrowser().get((await rig.begin(config, loopback)).url.href)).toMatchObject({
    status: 400,
    to: null,
  });
});

test("OA-17: an app's redirect URIs are https, or on the user's own machine", async () => {
  for (const address of [
    "http://app.example/cb",
    "https://app.example/cb#x",
    "https://user@app.example/cb",
    "javascript:alert(1)",
    "com.example.app:/cb",
    "//app.example/cb",
    "http://127.0.0.1.evil.example/cb",
    "",
  ]) {
    const body = { name: "Bad", redirect_uris: [address] };
    const reply = await exchange.call(null, "POST", "/v1/apps", body, bearer(developer.token));
    expect(reply.status, address).toBe(422);
  }
  const extra = { name: "Bad", redirect_uris: [CALLBACK], clientId: "mine", owner: "somebody" };
  expect((await exchange.call(null, "POST", "/v1/apps", extra, bearer(developer.token))).status).toBe(422);
});
