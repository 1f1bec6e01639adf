/** Throttling of known devices and networks of a login, while unknown clients are delayed. */
import { expect, test, vi } from "vitest";
import { routeOfEmail } from "../../protocol/ids/loginRoute.ts";
import { codeIn } from "../loginParts.ts";
import { app } from "./fakes.ts";
import {
  bindings,
  challenges,
  deliver,
  KNOWN,
  loginOf,
  PASSWORD,
  post,
  signIn,
  UNKNOWN,
  world,
} from "./passwordHarness.ts";

// Cheap keys, as in passwords.test.ts.
vi.mock("../../workers/gateway/constantTimeInterval.ts", () => ({ INTERVAL_MS: 20 }));
vi.mock("../../protocol/rpc/identity/passwords.ts", () => ({ CURRENT: { cost: 10, blockSize: 8, parallelism: 1 } }));

const HOME = "192.0.2.7";
/** Sends wrong passwords from so many networks, until unknown clients are delayed. */
async function attack(email: string, attempts = 9): Promise<void> {
  for (let i = 0; i < attempts; i++) {
    await signIn(email, "wrong wrong wrong", { "CF-Connecting-IP": `203.0.113.${i}` });
    world.now += i < 5 ? 0 : 1_000 * 2 ** (i - 5);
  }
}
/** Signs in with cookies, as a browser does; returns the device cookie. */
async function browserSignIn(email: string, headers: Record<string, string> = {}): Promise<readonly [number, string]> {
  const reply = await post("/v1/auth/login", { email, password: PASSWORD, cookies: true }, headers);
  const device = reply.headers.getSetCookie().find((cookie) => cookie.startsWith("__Host-device="));
  return [reply.status, device?.split(";")[0] ?? ""];
}

test("ID-31: guesses from many networks delay unknown clients, and not a known device or network of the login", async () => {
  const [, device] = await browserSignIn(KNOWN);
  expect(device).toMatch(/^__Host-device=[\w-]{40}$/);
  await attack(KNOWN, 5);
  const abroad = { "CF-Connecting-IP": "198.51.100.1" };
  expect((await signIn(KNOWN, PASSWORD, abroad)).status).toBe(429);
  expect((await signIn(KNOWN, PASSWORD, { ...abroad, Cookie: device })).status).toBe(200);
  expect((await signIn(KNOWN, PASSWORD, { "CF-Connecting-IP": HOME })).status).toBe(200);
  // The network of the device is known now. Unknown clients stay delayed, and the person is told of them once.
  expect((await signIn(KNOWN, PASSWORD, abroad)).status).toBe(200);
  expect((await signIn(KNOWN, PASSWORD, { "CF-Connecting-IP": "198.51.100.2" })).status).toBe(429);
  const { log } = loginOf(await routeOfEmail(KNOWN));
  expect(log.list().flatMap(({ kind, facts }) => (kind === "failed_tries" ? [facts["count"]] : []))).toEqual([5]);
});

test("ID-31: guesses of many e-mails from a network do not delay a known device in it", async () => {
  const [, device] = await browserSignIn(KNOWN);
  for (let i = 0; i < 20; i++) await signIn(`guess${i}@example.com`, "wrong wrong wrong");
  expect((await signIn(KNOWN, PASSWORD)).status).toBe(429);
  expect((await signIn(KNOWN, PASSWORD, { Cookie: device })).status).toBe(200);
});

test("ID-31: a stolen device token allows five more attempts, delays nobody, and is not valid for another login", async () => {
  const [, device] = await browserSignIn(KNOWN);
  const thief = { "CF-Connecting-IP": "203.0.113.200", Cookie: device };
  const before = challenges;
  const replies = await Promise.all(Array.from({ length: 14 }, () => signIn(KNOWN, "wrong wrong wrong", thief)));
  expect(replies.filter(({ status }) => status === 401)).toHaveLength(10);
  expect(challenges - before).toBe(10);
  // Neither with the delayed token from home, nor without it from the known network.
  expect((await signIn(KNOWN, PASSWORD, { Cookie: device })).status).toBe(200);
  expect((await signIn(KNOWN, PASSWORD)).status).toBe(200);
  await attack(UNKNOWN, 5);
  expect((await signIn(UNKNOWN, PASSWORD, { ...thief, "CF-Connecting-IP": "203.0.113.201" })).status).toBe(429);
});

test("ID-31, ID-32: a neighbour in the network cannot tell that the login was used from there", async () => {
  await signIn(KNOWN, PASSWORD);
  const seen = async (email: string): Promise<unknown[]> => {
    const answers: unknown[] = [];
    for (const ip of [HOME, HOME, HOME, "203.0.113.1", "203.0.113.2", "203.0.113.3", HOME, HOME, "203.0.113.4"]) {
      const reply = await signIn(email, "wrong wrong wrong", { "CF-Connecting-IP": ip });
      answers.push([reply.status, reply.headers.get("Retry-After")]);
    }
    world.now += 1_000;
    for (const ip of [HOME, "203.0.113.5"])
      answers.push((await signIn(email, "wrong wrong wrong", { "CF-Connecting-IP": ip })).status);
    return answers;
  };
  expect(await seen(KNOWN)).toEqual(await seen(UNKNOWN));
});

test("ID-31: guesses from a known network are bounded while unknown clients are delayed", async () => {
  await signIn(KNOWN, PASSWORD);
  await attack(KNOWN, 5);
  const before = challenges;
  for (let i = 0; i < 12; i++) expect((await signIn(KNOWN, "wrong wrong wrong")).status).toBe(429);
  expect(challenges - before).toBe(5);
});

test("ID-95: a password reset works while unknown clients are delayed, and so does the sign-in after it", async () => {
  await attack(KNOWN);
  const abroad = { "CF-Connecting-IP": "198.51.100.1" };
  await post("/v1/auth/password/forgot", { email: KNOWN }, abroad);
  await deliver();
  const token = codeIn(world.mails.at(-1));
  const reset = await post("/v1/auth/password/reset", { token, password: "another password" }, abroad);
  expect(reset.status).toBeLessThan(300);
  await attack(KNOWN);
  expect((await signIn(KNOWN, "another password", abroad)).status).toBe(200);
});

test("ID-93: a browser has a token for each of its logins in a host-only cookie; pages pass it on to the API", async () => {
  await post("/v1/auth/register", { email: UNKNOWN, password: PASSWORD });
  await deliver();
  await post("/v1/auth/verify", { token: codeIn(world.mails.at(-1)), password: PASSWORD });
  const [, one] = await browserSignIn(KNOWN);
  const [, both] = await browserSignIn(UNKNOWN, { Cookie: one });
  expect(both.split("=")[1]?.split(".")[1]).toBe(one.split("=")[1]);
  const again = await post("/v1/auth/login", { email: KNOWN, password: PASSWORD, cookies: true }, { Cookie: both });
  const kept = again.headers.getSetCookie().find((cookie) => cookie.startsWith("__Host-device=")) ?? "";
  expect(kept.split(";")[0]).toBe(both);
  expect(kept.toLowerCase()).toMatch(/max-age=34560000; path=\/; httponly; secure; samesite=lax/);
  await attack(KNOWN, 5);
  const form = { form_token: "f", return_to: "/", email: KNOWN, password: PASSWORD };
  const page = (cookie: string) =>
    app.request(
      "http://exchange.test/auth/sign-in",
      {
        method: "POST",
        headers: { "CF-Connecting-IP": "198.51.100.7", Cookie: `__Host-form=f; ${cookie}` },
        body: new URLSearchParams(form),
      },
      bindings(),
      { waitUntil: () => {}, passThroughOnException: () => {}, props: {} },
    );
  expect((await page("a=b")).status).toBe(429);
  // Anything else in the cookie is ignored.
  for (const cookie of ["", "x", ".".repeat(500), `${"x".repeat(40)}.`.repeat(50)]) {
    expect((await page(`__Host-device=${cookie}`)).status).toBe(429);
  }
  expect((await page(both)).status).toBe(303);
});

test("ID-32: upper and lower case of an e-mail are one login; letters of other alphabets are refused", async () => {
  await attack(KNOWN.toUpperCase(), 5);
  expect((await signIn(` ${KNOWN} `, PASSWORD, { "CF-Connecting-IP": "198.51.100.1" })).status).toBe(429);
  // A Kelvin sign becomes a k in small letters, a dotless i an i, and Cyrillic letters look like Latin ones.
  for (const email of [
    "\u212anown@example.com",
    "known@example.com\u200b",
    "kn\u043ewn@example.com",
    "known@ex\u00e4mple.com",
  ]) {
    expect((await signIn(email, PASSWORD)).status, JSON.stringify(email)).toBe(422);
    expect((await post("/v1/auth/password/forgot", { email })).status).toBe(422);
    expect((await post("/v1/auth/register", { email, password: PASSWORD })).status).toBe(422);
  }
  // Possibly another mailbox, so another login: it shares neither attempts nor e-mails.
  expect((await signIn("known+1@example.com", PASSWORD, { "CF-Connecting-IP": "198.51.100.1" })).status).toBe(401);
});

test("ID-31, ID-93: concurrent sign-ins of one browser succeed, and each of its tokens is recognized", async () => {
  const replies = await Promise.all(Array.from({ length: 5 }, () => browserSignIn(KNOWN)));
  expect(replies.map(([status]) => status)).toEqual([200, 200, 200, 200, 200]);
  await attack(KNOWN, 5);
  for (const [, device] of replies) {
    const abroad = { "CF-Connecting-IP": "198.51.100.9", Cookie: device };
    expect((await signIn(KNOWN, PASSWORD, abroad)).status).toBe(200);
  }
});

test("ID-31: concurrent wrong passwords of a known device share its free attempts", async () => {
  const [, device] = await browserSignIn(KNOWN);
  await attack(KNOWN, 5);
  const abroad = { "CF-Connecting-IP": "198.51.100.9", Cookie: device };
  const replies = await Promise.all(Array.from({ length: 12 }, () => signIn(KNOWN, "wrong wrong wrong", abroad)));
  expect(replies.filter(({ status }) => status === 401)).toHaveLength(5);
});

test("ID-36: addresses that differ after a plus count as one mailbox; the plain address is not affected", async () => {
  const statuses: number[] = [];
  const register = (email: string, host: number) =>
    post("/v1/auth/register", { email, password: PASSWORD }, { "CF-Connecting-IP": `203.0.113.${host}` });
  for (let i = 0; i < 12; i++) statuses.push((await register(`Victim+${i}@example.com`, i)).status);
  expect(statuses).toEqual([...Array.from({ length: 10 }, () => 202), 429, 429]);
  expect((await register("victim+x@example.org", 100)).status).toBe(202);
  expect((await register("victim@example.com", 101)).status).toBe(202);
  await deliver();
  expect(world.mails.filter(({ to }) => to.startsWith("victim+") && to.endsWith(".com"))).toHaveLength(10);
});
