/** Sign-in with another provider: oidc-provider in a process of its own, with a fake browser. */
import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { freePort } from "../../dev/ports.ts";
import { Browser, formOf, type Seen } from "./browser.ts";
import { codeAt } from "../totpCodes.ts";
import { type Exchange, PASSWORD, startExchange } from "./exchange.ts";
import type { Fault, Orders } from "./provider/orders.ts";

let child: ChildProcess;
let provider: string;
let exchange: Exchange;
let addresses = 0;

beforeAll(async () => {
  child = spawn(process.execPath, [fileURLToPath(new URL("provider/main.ts", import.meta.url))], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  if (child.stdout === null) throw new Error("no output");
  for await (const line of createInterface(child.stdout)) {
    provider = line;
    break;
  }
  const client = { client_id: "exchange", client_secret: "a secret of the exchange" };
  exchange = await startExchange(
    JSON.stringify([
      { name: "acme", label: "Acme", issuer: provider, ...client },
      { name: "slow", issuer: `${provider}/hang/`, ...client },
      { name: "gone", issuer: `http://127.0.0.1:${await freePort(undefined)}`, ...client },
    ]),
  );
  await order({ redirectUris: [`${exchange.url}/v1/auth/external/acme/callback`] });
});
afterEach(() => order({}));
afterAll(async () => {
  await exchange?.close();
  child?.kill();
});

async function order(orders: Orders): Promise<void> {
  await fetch(`${provider}/test`, { method: "POST", body: JSON.stringify(orders) });
}

const newBrowser = () => new Browser(`203.0.113.${++addresses}`);
const start = (query = "") => `${exchange.url}/v1/auth/external/acme${query}`;

/** Signs in at the provider as this user, and returns the address of its redirect. */
async function atProvider(browser: Browser, to: string, person: string): Promise<string> {
  let page = await browser.open(to);
  for (let steps = 0; steps < 3 && page.to === null; steps++) {
    const { action, fields } = formOf(page.text);
    const login = fields["prompt"] === "login" ? { login: person, password: "any" } : {};
    const posted = await browser.post(new URL(action, provider).href, { ...fields, ...login });
    page = await browser.open(posted.to ?? "");
  }
  if (page.to === null) throw new Error(`the provider does not let go: ${page.text}`);
  return page.to;
}

/** The whole sign-in up to the callback's address. */
async function backFrom(browser: Browser, person: string, query = ""): Promise<string> {
  const begun = await browser.get(start(query));
  expect(begun.status, begun.text).toBe(302);
  return atProvider(browser, begun.to ?? "", person);
}

interface Tokens {
  readonly access_token: string;
  readonly refresh_token: string;
}

async function signedIn(person: string, query = ""): Promise<Tokens> {
  const browser = newBrowser();
  const seen = await browser.get(await backFrom(browser, person, query));
  expect(seen.status, seen.text).toBe(200);
  return JSON.parse(seen.text) as Tokens;
}

const as = (token: string) => ({ Authorization: `Bearer ${token}` });
const me = async (token: string) => (await exchange.call(null, "GET", "/v1/me", undefined, as(token))).body.user;

/** Expects a failed sign-in: no session, and an answer without details. */
function expectFailed(seen: Seen, what: string): void {
  expect(seen.status, `${what}: ${seen.text}`).toBe(400);
  expect(seen.text).toContain("external_sign_in_failed");
  expect(seen.headers.getSetCookie().join()).not.toContain("__Host-access");
}

test("OA-1: a user signs in with another provider, trades, and gets the same account at the next sign-in", async () => {
  const listed = await exchange.call(null, "GET", "/v1/auth/external");
  expect(listed.body.providers[0]).toEqual({ name: "acme", label: "Acme" });
  const { access_token } = await signedIn("ada");
  const person = await me(access_token);
  expect(person).toMatchObject({ email: "ada@provider.example", roles: ["trader"] });
  const account = await exchange.call(null, "GET", "/v2/account", undefined, as(access_token));
  expect(account).toMatchObject({ status: 200, body: { cash: "0" } });
  expect((await me((await signedIn("ada")).access_token)).id).toBe(person.id);
  expect((await me((await signedIn("bob")).access_token)).id).not.toBe(person.id);
});

test("OA-1: a browser is redirected back to the page where it began, with the session in cookies", async () => {
  const browser = newBrowser();
  const back = await backFrom(browser, "ada", "?return_to=%2Fv2%2Faccount%3Fx%3D1");
  const seen = await browser.get(back);
  expect(seen).toMatchObject({ status: 303, to: `${exchange.url}/v2/account?x=1` });
  expect((await browser.get(seen.to ?? "")).status).toBe(200);
});

test("OA-1: a callback is accepted once, from the browser that began, with its state and the right issuer", async () => {
  const browser = newBrowser();
  const back = await backFrom(browser, "ada");
  const sealed = browser.cookie("__Host-external") ?? "";
  const changed = (change: (query: URLSearchParams) => void): string => {
    const url = new URL(back);
    change(url.searchParams);
    return url.href;
  };
  const attempts: readonly (readonly [string, string, string | null])[] = [
    ["another browser", back, null],
    ["a cookie that was changed", back, `${sealed.slice(0, -2)}xx`],
    ["another state", changed((query) => query.set("state", "x".repeat(43))), sealed],
    ["no state", changed((query) => query.delete("state")), sealed],
    ["another issuer", changed((query) => query.set("iss", "https://evil.example")), sealed],
    ["no issuer", changed((query) => query.delete("iss")), sealed],
    ["another code", changed((query) => query.set("code", "x".repeat(43))), sealed],
    ["two codes", changed((query) => query.append("code", "x")), sealed],
    ["nothing at all", start("/callback"), sealed],
  ];
  for (const [what, url, cookie] of attempts) {
    const other = newBrowser();
    if (cookie !== null) other.setCookie("__Host-external", cookie);
    expectFailed(await other.get(url), what);
  }
  expect((await browser.get(back)).status).toBe(200);
  expect(browser.cookie("__Host-external")).toBeUndefined();
  expectFailed(await browser.get(back), "a second time");
  browser.setCookie("__Host-external", sealed);
  expectFailed(await browser.get(back), "a code that was used");
});

test("OA-1: an invalid ID token is refused", async () => {
  const faults: readonly Fault[] = [
    ...(["no_nonce", "wrong_nonce", "expired", "issuer", "audience"] as const),
    ...(["foreign_key", "unsigned", "pkce"] as const),
  ];
  for (const fault of faults) {
    const browser = newBrowser();
    const back = await backFrom(browser, "ada");
    await order({ fault });
    expectFailed(await browser.get(back), fault);
    await order({});
  }
  const browser = newBrowser();
  const back = await backFrom(browser, "ada");
  await order({ fault: "resigned" });
  expect((await browser.get(back)).status).toBe(200);
});

test("OA-1: a user who denies the request at the provider is not signed in", async () => {
  const browser = newBrowser();
  const begun = await browser.get(start());
  const page = await browser.open(begun.to ?? "");
  const { action } = formOf(page.text);
  const back = await browser.open(new URL(`${action}/abort`, provider).href);
  expect(new URL(back.to ?? "").searchParams.get("error")).toBe("access_denied");
  expectFailed(await browser.get(back.to ?? ""), "access_denied");
});

test("OA-1: a failed sign-in that began at the sign-in page shows its error there", async () => {
  const browser = newBrowser();
  const begun = await browser.get(start("?return_to=%2Fv2%2Faccount"));
  const { action } = formOf((await browser.open(begun.to ?? "")).text);
  const back = await browser.open(new URL(`${action}/abort`, provider).href);
  const page = await browser.open(back.to ?? "");
  expect(page.status).toBe(400);
  expect(page.text).toContain("The sign-in with the other provider failed");
  expect(formOf(page.text).fields["return_to"]).toBe("/v2/account");
  const away = await newBrowser().open(`${exchange.url}/v1/auth/external/gone?return_to=%2F`);
  expect(away.status).toBe(503);
});

test("OA-2: an identity does not sign in to an existing login with its e-mail, and creates no login without a verified e-mail", async () => {
  const trader = await exchange.trader(1_000);
  const theirs = await me((await signedIn(`hijacker/${trader.email}`)).access_token);
  expect(theirs.email).toBe(trader.email);
  expect(theirs.id).not.toBe((await me(trader.token)).id);
  const browser = newBrowser();
  const seen = await browser.get(await backFrom(browser, "unverified-eve"));
  expect(seen.status).toBe(403);
  expect(seen.text).toContain("external_email_unverified");
});

/** Links the identity of this user at the provider to a session's login; returns the callback's answer. */
async function link(token: string, person: string): Promise<Seen> {
  const browser = newBrowser();
  const response = await fetch(start(), { method: "POST", headers: as(token) });
  const { redirect_to } = (await response.json()) as { redirect_to: string };
  const cookie = /__Host-external=([^;]*)/.exec(response.headers.getSetCookie().join())?.[1] ?? "";
  browser.setCookie("__Host-external", cookie);
  return browser.get(await atProvider(browser, redirect_to, person));
}

test("OA-3: a user links an identity to a login, signs in by it, and unlinks it", async () => {
  const trader = await exchange.trader(1_000);
  expect(await link(trader.token, "linked")).toMatchObject({ status: 200, text: JSON.stringify({ linked: "acme" }) });
  const { id } = await me(trader.token);
  expect((await me((await signedIn("linked")).access_token)).id).toBe(id);
  const links = await exchange.call(null, "GET", "/v1/auth/links", undefined, as(trader.token));
  expect(links.body.links).toMatchObject([{ provider: "acme" }]);

  const other = await exchange.trader(0);
  expect((await link(other.token, "linked")).status).toBe(409);
  expect((await me((await signedIn("linked")).access_token)).id).toBe(id);

  const unlink = () => exchange.call(null, "DELETE", "/v1/auth/external/acme", undefined, as(trader.token));
  expect((await unlink()).status).toBe(204);
  expect((await unlink()).status).toBe(404);
  expect((await me((await signedIn("linked")).access_token)).id).not.toBe(id);
});

test("OA-3: an identity with a login of its own cannot be linked to another login", async () => {
  const trader = await exchange.trader(0);
  const { id } = await me((await signedIn("own")).access_token);
  expect((await link(trader.token, "own")).status).toBe(409);
  expect((await me((await signedIn("own")).access_token)).id).toBe(id);
});

test("OA-3: linking needs a freshly verified session that is still live at the callback", async () => {
  const { access_token } = await signedIn("lukewarm");
  const post = (headers: Record<string, string>) =>
    exchange.call(null, "POST", "/v1/auth/external/acme", undefined, headers);
  expect((await post(as(access_token))).status).toBe(403);
  expect((await post({})).status).toBe(401);
  const trader = await exchange.trader(0);
  expect((await post({ "APCA-API-KEY-ID": trader.keyId, "APCA-API-SECRET-KEY": trader.secret })).status).toBe(403);

  const browser = newBrowser();
  const response = await fetch(start(), { method: "POST", headers: as(trader.token) });
  const { redirect_to } = (await response.json()) as { redirect_to: string };
  browser.setCookie(
    "__Host-external",
    /__Host-external=([^;]*)/.exec(response.headers.getSetCookie().join())?.[1] ?? "",
  );
  const back = await atProvider(browser, redirect_to, "late");
  await exchange.call(null, "POST", "/v1/auth/logout", undefined, as(trader.token));
  expect((await browser.get(back)).status).toBe(401);
  expect((await me((await signedIn("late")).access_token)).email).toBe("late@provider.example");
});

/** A browser in which this user is signed in, and its CSRF token. */
async function browserOf(email: string): Promise<{ browser: Browser; csrf: string }> {
  const browser = newBrowser();
  const { action, fields } = formOf((await browser.get(`${exchange.url}/auth/sign-in`)).text);
  await browser.post(exchange.url + action, { ...fields, email, password: PASSWORD });
  const me = JSON.parse((await browser.get(`${exchange.url}/v1/me`)).text) as { csrf_token: string };
  return { browser, csrf: me.csrf_token };
}

test("OA-3: a link that was requested with cookies is made only in the same browser and session", async () => {
  const [ann, ben] = [await exchange.trader(0), await exchange.trader(0)];
  const { browser, csrf } = await browserOf(ann.email);
  const asked = await browser.post(start("?return_to=%2Fv1%2Fauth%2Flinks"), {}, { "X-CSRF-Token": csrf });
  const { redirect_to } = JSON.parse(asked.text) as { redirect_to: string };
  const back = await atProvider(browser, redirect_to, "cookie-linked");
  const sealed = browser.cookie("__Host-external") ?? "";
  const { browser: bens } = await browserOf(ben.email);
  for (const other of [newBrowser(), bens]) {
    other.setCookie("__Host-external", sealed);
    expect((await other.get(back)).status).toBe(401);
    expect(other.cookie("__Host-external")).toBeUndefined();
  }
  // SameSite cookies are not sent after the provider's redirect, but by the next page of the exchange.
  const bare = newBrowser();
  bare.setCookie("__Host-external", sealed);
  const between = await bare.get(back, { "Sec-Fetch-Site": "cross-site" });
  expect(between.text).toContain(`http-equiv="refresh"`);
  expect(bare.cookie("__Host-external")).toBe(sealed);
  const done = await browser.get(back, { "Sec-Fetch-Site": "same-origin" });
  expect(done, done.text).toMatchObject({ status: 303, to: `${exchange.url}/v1/auth/links` });
  expect(JSON.parse((await browser.get(done.to ?? "")).text).links).toMatchObject([{ provider: "acme" }]);
});

test("OA-4: a sign-in redirects to this exchange only", async () => {
  for (const to of [
    "https://evil.example",
    "//evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/\t/evil.example",
    "/.//evil.example",
    "/x/..//evil.example",
    "evil.example",
    "@evil.example",
    "javascript:alert(1)",
    "/%0d%0aLocation:x y",
    `/${"x".repeat(5000)}`,
  ]) {
    const seen = await newBrowser().get(start(`?return_to=${encodeURIComponent(to)}`));
    expect(seen, to).toMatchObject({ status: 422, to: null });
  }
});

test("OA-5: a provider that does not answer is reported as unavailable within seconds; others are not delayed", async () => {
  for (const name of ["gone", "slow"]) {
    const from = Date.now();
    const seen = await newBrowser().get(`${exchange.url}/v1/auth/external/${name}`);
    expect(seen.status, seen.text).toBe(503);
    expect(seen.headers.get("Retry-After")).toMatch(/^\d+$/);
    expect(Date.now() - from, name).toBeLessThan(8_000);
  }
  const browser = newBrowser();
  const back = await backFrom(browser, "ada");
  await order({ fault: "down" });
  expect((await browser.get(back)).status).toBe(503);
  await order({});
  expect((await me((await signedIn("ada")).access_token)).email).toBe("ada@provider.example");
  expect((await newBrowser().get(`${exchange.url}/v1/auth/external/nobody`)).status).toBe(404);
});

test("OA-6: a fresh authentication at the provider counts as a proof, and a second factor is required after it", async () => {
  const { access_token } = await signedIn("careful", "?fresh=true");
  const enrolled = await exchange.call(null, "POST", "/v1/mfa/totp", undefined, as(access_token));
  expect(enrolled.status, JSON.stringify(enrolled.body)).toBe(201);
  const { secret } = enrolled.body as { secret: string };
  const code = { code: codeAt(secret, Date.now()) };
  const confirmed = await exchange.call(null, "POST", "/v1/mfa/totp/confirm", code, as(access_token));
  expect(confirmed.status, JSON.stringify(confirmed.body)).toBe(200);
  const [recovery] = confirmed.body.recovery_codes as string[];

  const plain = newBrowser();
  const seen = await plain.get(await backFrom(plain, "careful"));
  expect(JSON.parse(seen.text)).toMatchObject({ mfa_required: true });
  const browser = newBrowser();
  const page = await browser.get(await backFrom(browser, "careful", "?return_to=%2Fv2%2Faccount"));
  expect(page.status).toBe(200);
  expect(browser.cookie("__Host-access")).toBeUndefined();
  const { action, fields } = formOf(page.text);
  const wrong = await browser.post(exchange.url + action, { ...fields, code: "AAAA-AAAA-AAAA-AAAA" });
  expect(wrong.status, wrong.text).toBe(401);
  const again = formOf(wrong.text);
  const done = await browser.post(exchange.url + again.action, { ...again.fields, code: recovery ?? "" });
  expect(done).toMatchObject({ status: 303, to: `${exchange.url}/v2/account` });
  expect((await browser.get(done.to ?? "")).status).toBe(200);
});
