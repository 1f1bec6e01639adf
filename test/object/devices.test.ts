/** Tries of strangers against the real objects that count them, inside workerd: whom they delay, and whom not. */
import { env as coreEnv } from "cloudflare:workers";
import { expect, test, vi } from "vitest";
import { identityObject, devMailboxObject, throttleObject } from "../../durable-objects/actor/namespaces.ts";
import { routeOfEmail } from "../../protocol/ids/loginRoute.ts";
import { gatewayHarness, PASSWORD, type Reply } from "./gatewayHarness.ts";

/** With a binding that only the gateway has (vitest.config.ts). */
const env = coreEnv as typeof coreEnv & { readonly THROTTLE: DurableObjectNamespace };
const HOME = { "CF-Connecting-IP": "198.51.100.77", "User-Agent": "Browser/1.0" };
const CODE = /[A-Z2-7]{52}/;

let hosts = 0;
const stranger = (): Record<string, string> => ({ "CF-Connecting-IP": `203.0.113.${++hosts}` });

async function codeTo(email: string, count: number): Promise<string> {
  return vi.waitFor(async () => {
    const texts = (await devMailboxObject(env).list()).filter(({ to, text }) => to === email && CODE.test(text));
    expect(texts.length).toBeGreaterThanOrEqual(count);
    return CODE.exec(texts[0]?.text ?? "")?.[0] ?? "";
  });
}

/** Somebody who has signed up, and a way to ask. */
async function newPerson() {
  const gateway = await gatewayHarness();
  const email = `${crypto.randomUUID()}@example.com`;
  const post = (path: string, body: unknown, headers: Record<string, string>): Promise<Reply> =>
    gateway.send("POST", path, headers, body);
  expect((await post("/v1/auth/register", { email, password: PASSWORD }, stranger())).status).toBe(202);
  const token = await codeTo(email, 1);
  expect((await post("/v1/auth/verify", { token, password: PASSWORD }, stranger())).status).toBe(200);
  const signIn = (headers: Record<string, string>, password = PASSWORD, cookies = false): Promise<Reply> =>
    post("/v1/auth/login", { email, password, cookies }, headers);
  return { email, post, signIn };
}

test("ID-31, ID-93: while unknown clients wait, a known device and a known network do not; the user sees the failed attempts", async () => {
  const { email, signIn } = await newPerson();
  const browser = await signIn(HOME, PASSWORD, true);
  expect(browser.status).toBe(200);
  const device = browser.headers.getSetCookie().find((cookie) => cookie.startsWith("__Host-device=")) ?? "";
  const route = await routeOfEmail(email);
  // As if strangers had guessed for long: they wait for minutes.
  const strangers = throttleObject(env, `login/${route}`);
  for (let i = 0; i < 40 && (await strangers.begin(5)) < 3_000; i++) await new Promise((done) => setTimeout(done, 120));
  expect((await signIn(stranger())).status).toBe(429);
  expect((await signIn({ ...stranger(), Cookie: device.split(";")[0] ?? "" })).status).toBe(200);
  expect((await signIn(HOME)).status).toBe(200);
  expect((await signIn(HOME, "wrong wrong wrong")).status).toBe(429);
  const log = await identityObject(env, route).loginSessions.securityLog(50);
  const failed = log.flatMap(({ kind, facts }) => (kind === "failed_tries" ? [Number(facts["count"])] : []));
  expect(failed).toHaveLength(1);
  expect(failed[0]).toBeGreaterThanOrEqual(7);
  const marked = log.filter(({ kind, facts }) => kind === "signed_in" && facts["newDevice"] === true);
  expect(marked).toHaveLength(1);
});

test("ID-95: resets by unknown clients leave the user's code valid", async () => {
  const { email, post, signIn } = await newPerson();
  for (let i = 0; i < 7; i++) expect((await post("/v1/auth/password/forgot", { email }, stranger())).status).toBe(202);
  const token = await codeTo(email, 5);
  const mine = stranger();
  const reset = await post("/v1/auth/password/reset", { token, password: "another password" }, mine);
  expect(reset).toMatchObject({ status: 200, body: { api_keys: { ended: [], kept: [] } } });
  expect((await signIn(mine, "another password")).status).toBe(200);
});
