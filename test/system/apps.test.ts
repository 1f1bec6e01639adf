/** Apps of other people on our API, with openid-client as the app and a browser in between. */
import { Alpaca } from "@alpacahq/alpaca-trade-api";
import * as client from "openid-client";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Browser, formOf, type Seen } from "./browser.ts";
import { type Exchange, PASSWORD, startExchange, type Trader } from "./exchange.ts";

const CALLBACK = "https://app.example/callback";

let exchange: Exchange;
let developer: Trader;
let person: Trader;
let app: client.Configuration;
let addresses = 0;

interface Registered {
  readonly client_id: string;
  readonly client_secret?: string;
}

beforeAll(async () => {
  exchange = await startExchange();
  developer = await exchange.trader(0);
  person = await exchange.trader(100_000);
  app = await configured(await register({ name: "Chart <b>& Co</b>", redirect_uris: [CALLBACK] }));
});
afterAll(() => exchange?.close());

const bearer = (token: string) => ({ Authorization: `Bearer ${token}` });
const newBrowser = () => new Browser(`203.0.113.${++addresses}`);

async function register(body: object, by = developer): Promise<Registered> {
  const reply = await exchange.call(null, "POST", "/v1/apps", body, bearer(by.token));
  expect(reply.status, JSON.stringify(reply.body)).toBe(201);
  return reply.body as Registered;
}

function configured({ client_id, client_secret }: Registered): Promise<client.Configuration> {
  const how = client_secret === undefined ? client.None() : client.ClientSecretBasic(client_secret);
  return client.discovery(new URL(exchange.url), client_id, undefined, how, {
    // oxlint-disable-next-line typescript/no-deprecated -- the exchange is on this machine
    execute: [client.allowInsecureRequests, client.enableNonRepudiationChecks],
  });
}

interface Begun {
  readonly url: URL;
  readonly checks: client.AuthorizationCodeGrantChecks;
}

/** An authorization request as an app makes it. */
async function begin(config = app, extra: Record<string, string> = {}): Promise<Begun> {
  const [pkceCodeVerifier, expectedState, expectedNonce] = [
    client.randomPKCECodeVerifier(),
    client.randomState(),
    client.randomNonce(),
  ];
  const url = client.buildAuthorizationUrl(config, {
    redirect_uri: CALLBACK,
    scope: "openid email read trade",
    code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: "S256",
    ...{ state: expectedState, nonce: expectedNonce },
    ...extra,
  });
  return { url, checks: { pkceCodeVerifier, expectedState, expectedNonce } };
}

/** Signs in on the page where the browser ends up, and goes on to where that leads. */
async function signIn(browser: Browser, url: URL, who = person): Promise<Seen & { url: string }> {
  const page = await browser.open(url.href);
  const { action, fields } = formOf(page.text);
  expect(action).toBe("/auth/sign-in");
  const posted = await browser.post(exchange.url + action, { ...fields, email: who.email, password: PASSWORD });
  expect(posted.status, posted.text).toBe(303);
  return browser.open(posted.to ?? "");
}

/** Lets an app in, and gives the address that the browser is sent back to. */
async function letIn(begun: Begun, browser = newBrowser(), decision = "approve", who = person): Promise<URL> {
  const consent = await signIn(browser, begun.url, who);
  const { action, fields } = formOf(consent.text);
  const decided = await browser.post(exchange.url + action, { ...fields, decision });
  expect(decided.status, decided.text).toBe(303);
  return new URL(decided.to ?? "");
}

async function tokensFor(config = app, extra: Record<string, string> = {}) {
  const begun = await begin(config, extra);
  const tokens = await client.authorizationCodeGrant(config, await letIn(begun), begun.checks);
  return { begun, tokens };
}

const account = (token: string) => exchange.call(null, "GET", "/v2/account", undefined, bearer(token));

/** What the token endpoint answers to an app's form, without a library between. */
async function tokenCall(fields: Record<string, string>, path = "/oauth/token") {
  const response = await fetch(exchange.url + path, { method: "POST", body: new URLSearchParams(fields) });
  const text = await response.text();
  return { status: response.status, body: (text === "" ? null : JSON.parse(text)) as Record<string, unknown> | null };
}

test("OA-10: an app finds us, is let in with PKCE and a nonce, knows the person, and trades with the Alpaca SDK", async () => {
  expect(app.serverMetadata()).toMatchObject({ issuer: exchange.url, code_challenge_methods_supported: ["S256"] });
  const { tokens } = await tokensFor();
  expect(tokens.scope?.split(" ").sort()).toEqual(["email", "openid", "read", "trade"]);
  const claims = tokens.claims();
  expect(claims).toMatchObject({ iss: exchange.url, email: person.email, email_verified: true });
  const info = await client.fetchUserInfo(app, tokens.access_token, claims?.sub ?? "");
  expect(info).toEqual({ sub: claims?.sub, email: person.email, email_verified: true });

  const alpaca = new Alpaca({ accessToken: tokens.access_token, baseUrl: exchange.url } as never);
  expect(alpaca).toBeDefined();
  const placed = await exchange.call(
    null,
    "POST",
    "/v2/orders",
    { symbol: "AAPL", qty: "1", side: "buy", type: "limit", limit_price: "10.00", time_in_force: "gtc" },
    bearer(tokens.access_token),
  );
  expect(placed.status, JSON.stringify(placed.body)).toBe(200);
});
