import { expect, test } from "vitest";
import { app, env, identity, throttle } from "./fakes.ts";
import { GRANT } from "./samples.ts";

const OWN = { Origin: "https://exchange.test" };

async function begin(settings: object, headers: Record<string, string> = OWN): Promise<Response> {
  return app.request("https://exchange.test/v1/demo", { method: "POST", headers }, { ...env(), ...settings });
}

test("ID-124: a demo is begun where the deployment offers it, and its session is in cookies", async () => {
  identity.registration.createGuest.mockResolvedValue({ ok: true, value: GRANT });
  for (const settings of [{}, { DEMO_ACCOUNTS: "off" }, { DEMO_ACCOUNTS: "yes" }]) {
    expect((await begin(settings)).status).toBe(404);
  }
  expect(identity.registration.createGuest).not.toHaveBeenCalled();
  const begun = await begin({ DEMO_ACCOUNTS: "on" });
  expect(begun.status).toBe(200);
  expect(await begun.json()).toEqual({ csrf_token: GRANT.csrfToken, expires_in: 900 });
  const cookies = begun.headers.getSetCookie().map((cookie) => cookie.split("=")[0]);
  expect(cookies).toEqual(["__Host-access", "__Host-refresh"]);
  const [email] = identity.registration.createGuest.mock.calls[0] ?? [];
  expect(email).toMatch(/^guest-[a-z2-7]{32}@demo\.invalid$/);
});

test("ID-124: no other page begins a demo in somebody's browser", async () => {
  for (const headers of [{ Origin: "https://evil.test" }, { "Sec-Fetch-Site": "cross-site" }]) {
    expect((await begin({ DEMO_ACCOUNTS: "on" }, headers)).status).toBe(403);
  }
  expect(identity.registration.createGuest).not.toHaveBeenCalled();
});

test("ID-124: the demos of a network wait after the first ten of a day", async () => {
  throttle.begin.mockResolvedValueOnce(1_500);
  const refused = await begin({ DEMO_ACCOUNTS: "on" });
  expect([refused.status, refused.headers.get("Retry-After")]).toEqual([429, "2"]);
  expect(throttle.begin).toHaveBeenCalledWith(10);
  expect(identity.registration.createGuest).not.toHaveBeenCalled();
});

test("ID-124: anybody may ask whether there are demos", async () => {
  const offer = async (settings: object) =>
    (await app.request("https://exchange.test/v1/demo", {}, { ...env(), ...settings })).json();
  const terms = { cash: "100000", days: 7, mail_shown: false };
  expect(await offer({})).toEqual({ ...terms, offered: false });
  expect(await offer({ DEMO_ACCOUNTS: "on" })).toEqual({ ...terms, offered: true });
});
