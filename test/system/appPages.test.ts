/** The pages of signing in and of letting an app in, and attacks on them. */
import type * as client from "openid-client";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type AppRig, appRig, CALLBACK } from "./appRig.ts";
import { type Browser, formOf } from "./browser.ts";
import { type Exchange, PASSWORD, startExchange, type Trader } from "./exchange.ts";

let exchange: Exchange;
let developer: Trader;
let person: Trader;
let rig: AppRig;
let app: client.Configuration;

beforeAll(async () => {
  exchange = await startExchange();
  developer = await exchange.trader(0);
  person = await exchange.trader(100_000);
  rig = appRig(exchange, developer, person);
  app = await rig.configured(await rig.register({ name: "Chart <b>& Co</b>", redirect_uris: [CALLBACK] }));
});
afterAll(() => exchange?.close());

test("OA-16: only the consent page's own form authorizes an app, and only for the session that was prompted", async () => {
  const browser = rig.newBrowser();
  const begun = await rig.begin(app);
  const consent = await rig.signIn(browser, begun.url);
  const { action, fields } = formOf(consent.text);
  const url = exchange.url + action;
  const refused = async (form: Record<string, string>, headers: Record<string, string> = {}, from = browser) =>
    expect(await from.post(url, { ...form, decision: "approve" }, headers)).toMatchObject({ status: 400, to: null });
  await refused({});
  await refused({ csrf_token: "" });
  await refused({ csrf_token: "x".repeat(43) });
  await refused(fields, { Origin: "https://evil.example" });
  await refused(fields, { Origin: "null" });
  await refused(fields, { "Sec-Fetch-Site": "cross-site" });
  await refused(fields, {}, rig.newBrowser());
  const somebody = rig.newBrowser();
  await rig.signIn(somebody, begun.url, developer);
  await refused(fields, {}, somebody);
  expect((await browser.post(url, { ...fields, decision: "approve" })).status).toBe(303);
});

test("OA-16: the pages run no scripts, refuse to be framed, and escape an app's name", async () => {
  const browser = rig.newBrowser();
  const consent = await rig.signIn(browser, (await rig.begin(app)).url);
  const signInPage = await browser.get(
    `${exchange.url}/auth/sign-in?return_to=${encodeURIComponent('/"><script>x</script>')}`,
  );
  for (const page of [consent, signInPage]) {
    expect(page.headers.get("Content-Security-Policy")).toMatch(/default-src 'none'.*frame-ancestors 'none'/);
    expect(page.headers.get("Content-Security-Policy")).not.toContain("unsafe");
    expect(page.headers.get("X-Frame-Options")).toBe("DENY");
    expect(page.text).not.toMatch(/<script|<b>/);
  }
  expect(signInPage.text).toContain('href="/account/forgot"');
  expect(consent.headers.get("Content-Security-Policy")).toContain("form-action 'self' https://app.example;");
  expect(consent.text).toContain("Chart &lt;b&gt;&amp; Co&lt;/b&gt;");
  expect(consent.text).toContain(person.email);
  expect(consent.text).toContain("trade for you");
});

test("OA-16: a browser that comes from another site gets the prompt after a redirect through a page of the exchange, with its cookies", async () => {
  const { url } = await rig.begin(app);
  const seen = await rig.newBrowser().get(url.href, { "Sec-Fetch-Site": "cross-site" });
  expect(seen).toMatchObject({ status: 200, to: null });
  expect(seen.text).toContain(`http-equiv="refresh"`);
});

test("OA-4: a return path with two slashes never leads to another host", async () => {
  const { url } = await rig.begin(app);
  const twice = url.href.replace("/oauth/authorize", "//oauth//authorize");
  const between = await rig.newBrowser().get(twice, { "Sec-Fetch-Site": "cross-site" });
  expect(between.text).toContain('content="0;url=/oauth/authorize?');
  expect(between.text).not.toMatch(/(?:url=|href="|action=")\/\//);
  const browser = rig.newBrowser();
  const sent = await browser.get(twice);
  expect(new URL(sent.to ?? "none:").searchParams.get("return_to")).toMatch(/^\/oauth\/authorize\?/);
  const consent = await rig.signIn(browser, new URL(twice));
  expect(formOf(consent.text).action).toMatch(/^\/oauth\/authorize\?/);
});

test("OA-4: a sign-in redirects back to this exchange only, whatever the parameter says", async () => {
  for (const to of [
    "https://evil.example",
    "//evil.example",
    "/\\evil.example",
    "\\evil.example",
    "/.//evil.example",
    "@evil.example",
  ]) {
    const browser = rig.newBrowser();
    const page = await browser.get(`${exchange.url}/auth/sign-in?return_to=${encodeURIComponent(to)}`);
    const { fields } = formOf(page.text);
    const form = { ...fields, return_to: to, email: person.email, password: PASSWORD };
    const seen = await browser.post(`${exchange.url}/auth/sign-in`, form);
    expect(seen, to).toMatchObject({ status: 303, to: `${exchange.url}/` });
  }
});

test("OA-16: the sign-in page accepts only its own form, and does not reveal which e-mails have a login", async () => {
  const browser = rig.newBrowser();
  const page = await browser.get(`${exchange.url}/auth/sign-in?return_to=%2Fv2%2Faccount`);
  const { fields } = formOf(page.text);
  const url = `${exchange.url}/auth/sign-in`;
  const right = { ...fields, email: person.email, password: PASSWORD };
  expect((await browser.post(url, { ...right, form_token: "x" })).status).toBe(400);
  expect((await browser.post(url, right, { Origin: "https://evil.example" })).status).toBe(400);
  expect((await rig.newBrowser().post(url, right)).status).toBe(400);
  const [wrong, unknown] = [
    await browser.post(url, { ...right, password: "not the password" }),
    await newBrowserWith(browser).post(url, { ...right, email: "nobody@example.com" }),
  ];
  expect([wrong.status, unknown.status]).toEqual([401, 401]);
  // The page repeats the e-mail that was typed, and says nothing else of it.
  expect(wrong.text.replaceAll(person.email, "nobody@example.com")).toBe(unknown.text);
  expect(browser.cookie("__Host-access")).toBeUndefined();
  expect(await browser.post(url, right)).toMatchObject({ status: 303, to: `${exchange.url}/v2/account` });
  expect((await browser.get(`${exchange.url}/v2/account`)).status).toBe(200);
});

/** Another browser with the same form. */
function newBrowserWith(other: Browser): Browser {
  const browser = rig.newBrowser();
  browser.setCookie("__Host-form", other.cookie("__Host-form") ?? "");
  return browser;
}
