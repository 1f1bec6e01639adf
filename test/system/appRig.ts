/** An exchange with an OAuth app, for tests: openid-client is the app, with a fake browser. */
import * as client from "openid-client";
import { Browser, formOf, type Seen } from "./browser.ts";
import { type Exchange, PASSWORD, type Trader } from "./exchange.ts";

export const CALLBACK = "https://app.example/callback";

export interface Registered {
  readonly client_id: string;
  readonly client_secret?: string;
}

export interface Begun {
  readonly url: URL;
  readonly checks: client.AuthorizationCodeGrantChecks;
}

export const bearer = (token: string) => ({ Authorization: `Bearer ${token}` });

/** Actions of apps and users at this exchange. `person` authorizes apps, unless a test names another user. */
export function appRig(exchange: Exchange, developer: Trader, person: Trader) {
  let addresses = 0;
  const newBrowser = () => new Browser(`203.0.113.${++addresses}`);

  async function register(body: object): Promise<Registered> {
    const reply = await exchange.call(null, "POST", "/v1/apps", body, bearer(developer.token));
    if (reply.status !== 201) throw new Error(JSON.stringify(reply.body));
    return reply.body as Registered;
  }

  function configured({ client_id, client_secret }: Registered): Promise<client.Configuration> {
    const how = client_secret === undefined ? client.None() : client.ClientSecretBasic(client_secret);
    return client.discovery(new URL(exchange.url), client_id, undefined, how, {
      // oxlint-disable-next-line typescript/no-deprecated -- the exchange is on this machine
      execute: [client.allowInsecureRequests, client.enableNonRepudiationChecks],
    });
  }

  /** An authorization request of an app. */
  async function begin(config: client.Configuration, extra: Record<string, string> = {}): Promise<Begun> {
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
      state: expectedState,
      nonce: expectedNonce,
      ...extra,
    });
    const nonce = url.searchParams.get("scope")?.includes("openid") ? { expectedNonce } : {};
    return { url, checks: { pkceCodeVerifier, expectedState, ...nonce } };
  }

  /** Signs in on the page where the browser ends up, and follows its redirect. */
  async function signIn(browser: Browser, url: URL, who = person): Promise<Seen & { url: string }> {
    const page = await browser.open(url.href);
    const { action, fields } = formOf(page.text);
    if (action !== "/auth/sign-in") throw new Error(`no page to sign in: ${page.status} ${page.text}`);
    const posted = await browser.post(exchange.url + action, { ...fields, email: who.email, password: PASSWORD });
    if (posted.to === null) throw new Error(`not signed in: ${posted.status} ${posted.text}`);
    return browser.open(posted.to);
  }

  /** Decides about an app, and returns the address of the redirect. */
  async function letIn(begun: Begun, browser = newBrowser(), decision = "approve"): Promise<URL> {
    const consent = await signIn(browser, begun.url);
    const { action, fields } = formOf(consent.text);
    const decided = await browser.post(exchange.url + action, { ...fields, decision });
    if (decided.to === null) throw new Error(`not authorized: ${decided.status} ${decided.text}`);
    return new URL(decided.to);
  }

  async function tokensFor(config: client.Configuration, extra: Record<string, string> = {}) {
    const begun = await begin(config, extra);
    return client.authorizationCodeGrant(config, await letIn(begun), begun.checks);
  }

  const account = (token: string) => exchange.call(null, "GET", "/v2/account", undefined, bearer(token));

  /** The answer of an endpoint to an app's form, without a client library. */
  async function postForm(path: string, fields: Record<string, string>) {
    const response = await fetch(exchange.url + path, { method: "POST", body: new URLSearchParams(fields) });
    const text = await response.text();
    return { status: response.status, body: (text === "" ? null : JSON.parse(text)) as Record<string, unknown> | null };
  }

  return { newBrowser, register, configured, begin, signIn, letIn, tokensFor, account, postForm };
}

export type AppRig = ReturnType<typeof appRig>;
