/** The sign-out page, the start page, and the page of unsent e-mails. */
import { expect, test } from "vitest";
import { app, devMailbox, env, identity, tokenOf } from "./fakes.ts";
import { TRADER } from "./samples.ts";

const OWN = "https://exchange.test";
const ROUTE = "A".repeat(20);
const REFRESH = `${ROUTE}.${crypto.randomUUID()}.${"s".repeat(40)}.${"t".repeat(43)}`;

const CONTEXT = { waitUntil: () => {}, passThroughOnException: () => {}, props: {} };

async function page(path: string, cookie: string, form?: Record<string, string>, headers: Record<string, string> = {}) {
  const init = form === undefined ? {} : { method: "POST", body: new URLSearchParams(form) };
  const all = {
    ...(cookie === "" ? {} : { Cookie: cookie }),
    ...(form === undefined ? {} : { Origin: OWN }),
    ...headers,
  };
  const answer = await app.request(`${OWN}${path}`, { ...init, headers: all }, { ...env(), MAILER: "outbox" }, CONTEXT);
  return { status: answer.status, text: await answer.text(), cookies: answer.headers.getSetCookie() };
}

test("GW-35: signing out ends the browser's session, by our own form only", async () => {
  const session = `__Host-access=${await tokenOf(TRADER)}; __Host-refresh=${REFRESH}; __Host-form=f1`;
  const asked = await page("/auth/sign-out", session);
  expect(asked.status).toBe(200);
  expect(asked.text).toContain('name="form_token" value="f1"');
  for (const [form, headers] of [
    [{ form_token: "f2" }, {}],
    [{ form_token: "f1" }, { Origin: "https://evil.example" }],
  ] as const) {
    expect((await page("/auth/sign-out", session, form, headers)).status).toBe(400);
  }
  expect(identity.loginSessions.endByRefreshToken).not.toHaveBeenCalled();
  const done = await page("/auth/sign-out", session, { form_token: "f1" });
  expect(done.status).toBe(200);
  expect(identity.loginSessions.endByRefreshToken).toHaveBeenCalledWith(REFRESH, null);
  const taken = done.cookies.filter((line) => /max-age=0/i.test(line)).map((line) => line.split("=")[0]);
  expect(new Set(taken)).toEqual(new Set(["__Host-access", "__Host-refresh"]));
});

test("GW-35: a session that has ended, or a login that does not answer, leads to a page with a link on", async () => {
  const session = `__Host-refresh=${REFRESH}; __Host-form=f1`;
  identity.loginSessions.endByRefreshToken.mockRejectedValueOnce(new Error("down on demand"));
  const away = await page("/auth/sign-out", session, { form_token: "f1" });
  expect([away.status, away.cookies.some((line) => /__Host-refresh=;/.test(line))]).toEqual([503, false]);
  identity.loginSessions.endByRefreshToken.mockResolvedValueOnce({ ok: false, reason: "session_ended" });
  expect((await page("/auth/sign-out", session, { form_token: "f1" })).status).toBe(200);
  const damaged = await page("/auth/sign-out", "__Host-refresh=nonsense; __Host-form=f1", { form_token: "f1" });
  expect(damaged.status).toBe(200);
});

test("GW-35: the start page offers to sign in, or to sign out with a session", async () => {
  const nobody = await page("/", "");
  expect(nobody.text).toContain('href="/auth/sign-in"');
  expect(nobody.text).toContain('href="/account/register"');
  const somebody = await page("/", `__Host-refresh=${REFRESH}`);
  expect(somebody.text).toContain('href="/auth/sign-out"');
  expect(somebody.text).not.toContain('href="/auth/sign-in"');
});

test("GW-35: a refused form keeps the e-mail, and not the password", async () => {
  const form = { email: `ada"<b>@example.com`, password: "password", region: "eu" };
  const refused = await page("/account/register", "", form);
  expect(refused.status).toBe(422);
  expect(refused.text).toContain('value="ada&quot;&lt;b&gt;@example.com"');
  expect(refused.text).toMatch(/<option value="eu"\s+selected/);
  expect(refused.text).not.toMatch(/<option value="world"\s+selected/);
  expect(refused.text).not.toContain('value="password"');
  const unknown = { ...form, form_token: "f1", return_to: "/docs" };
  const again = await page("/auth/sign-in", "__Host-form=f1", unknown);
  expect(again.status).toBe(401);
  expect(again.text).toContain('name="email" value="ada&quot;&lt;b&gt;@example.com"');
  // Another browser's form token is refused.
  expect((await page("/auth/sign-in", "__Host-form=f2", unknown)).text).toContain('name="email" value=""');
});

test("ID-39: URLs in unsent e-mails are links, and other text is not", async () => {
  const text =
    'open\nhttp://localhost:8787/account/verify#code=AB&x=1 or <a href="javascript:alert(1)">javascript:alert(1)</a>';
  devMailbox.list.mockResolvedValueOnce([{ id: 1, at: 0, to: "ada@example.com", subject: "s", text }]);
  const { text: shown } = await page("/dev/outbox", "");
  expect(shown).toContain('<a href="http://localhost:8787/account/verify#code=AB&amp;x=1">');
  const links = [...shown.slice(shown.indexOf("<pre>")).matchAll(/<a href="([^"]+)"/g)].map((match) => match[1]);
  expect(links).toEqual(["http://localhost:8787/account/verify#code=AB&amp;x=1"]);
});
