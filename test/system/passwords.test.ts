/**
 * Sign-up, guessing and resets through the whole exchange: real objects and alarms, e-mails of the development mailbox.
 */
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import type { StoredEmail } from "../../protocol/rpc/devMailbox.ts";
import { type Exchange, type Reply, startExchange } from "./exchange.ts";

const PASSWORD = "correct horse battery";

let exchange: Exchange;
beforeAll(async () => {
  exchange = await startExchange();
});
afterAll(() => exchange.close());

const CODE = /[8A-Z2-7]{52,53}/;
let hosts = 0;

/** Sends from an unused address, unless one is given. */
const post = (path: string, body: unknown, ip = `203.0.113.${++hosts}`): Promise<Reply> =>
  exchange.call(null, "POST", path, body, { "CF-Connecting-IP": ip });
const signIn = (email: string, password: string): Promise<Reply> => post("/v1/auth/login", { email, password });

/** The code in the newest e-mail with a code to an address, once there are this many. */
async function codeTo(email: string, count: number): Promise<string> {
  const mails = await vi.waitFor(
    async () => {
      const { body } = await exchange.call(null, "GET", "/dev/outbox.json");
      const found = (body as StoredEmail[]).filter(({ to, text }) => to === email && CODE.test(text));
      expect(found).toHaveLength(count);
      return found;
    },
    { timeout: 15_000, interval: 100 },
  );
  return CODE.exec(mails[0]?.text ?? "")?.[0] ?? "";
}

/** A user who has completed the sign-up. */
async function newPerson(): Promise<string> {
  const email = `${randomUUID()}@example.com`;
  expect((await post("/v1/auth/register", { email, password: PASSWORD })).status).toBe(202);
  expect((await post("/v1/auth/verify", { token: await codeTo(email, 1), password: PASSWORD })).status).toBe(200);
  return email;
}

test("ID-33, ID-34: sign-up, verification, sign-in, reset and sign-in again, each code once", async () => {
  const email = `${randomUUID()}@example.com`;
  expect((await post("/v1/auth/register", { email, password: PASSWORD })).status).toBe(202);
  expect((await signIn(email, PASSWORD)).status).toBe(401);
  const code = await codeTo(email, 1);
  const verify = (password: string) => post("/v1/auth/verify", { token: code, password });
  expect((await verify("another password")).status).toBe(401);
  expect((await verify(PASSWORD)).status).toBe(200);
  expect((await verify(PASSWORD)).status).toBe(401);
  const { status, body } = await signIn(email, PASSWORD);
  expect(status).toBe(200);
  const me = { Authorization: `Bearer ${body.access_token}` };
  expect((await exchange.call(null, "GET", "/v2/account", undefined, me)).status).toBe(200);

  expect((await post("/v1/auth/password/forgot", { email })).status).toBe(202);
  const reset = { token: await codeTo(email, 2), password: "another password" };
  expect((await post("/v1/auth/password/reset", reset)).status).toBe(200);
  expect((await post("/v1/auth/password/reset", reset)).status).toBe(422);
  expect((await signIn(email, PASSWORD)).status).toBe(401);
  expect((await signIn(email, "another password")).status).toBe(200);
  // The session from before the reset ends within the five seconds for which a gateway caches it.
  await vi.waitFor(
    async () => expect((await exchange.call(null, "GET", "/v2/account", undefined, me)).status).toBe(401),
    { timeout: 10_000, interval: 200 },
  );
});

test("ID-2, ID-32: answers for e-mails with a login, without one, and with a pending sign-up are the same, byte for byte", async () => {
  const waiting = `${randomUUID()}@example.com`;
  await post("/v1/auth/register", { email: waiting, password: PASSWORD });
  const emails = [await newPerson(), `${randomUUID()}@example.com`, waiting];
  const plain = ({ status, headers, body }: Reply): string => {
    const own = new Set(["x-request-id", "date", "x-ratelimit-reset", "x-ratelimit-remaining"]);
    return JSON.stringify([status, [...headers].filter(([name]) => !own.has(name)), { ...body, instance: null }]);
  };
  for (const ask of [
    (email: string) => signIn(email, "wrong wrong wrong"),
    (email: string) => post("/v1/auth/register", { email, password: PASSWORD }),
    (email: string) => post("/v1/auth/password/forgot", { email }),
  ]) {
    const answers: string[] = [];
    for (const email of emails) answers.push(plain(await ask(email)));
    expect(new Set(answers).size).toBe(1);
  }
});

test("ID-31: distributed guesses at one e-mail get five attempts and are then delayed, whether it has a login or not", async () => {
  for (const email of [await newPerson(), `${randomUUID()}@example.com`]) {
    const replies = await Promise.all(Array.from({ length: 10 }, () => signIn(email, "wrong wrong wrong")));
    expect(replies.filter(({ status }) => status === 401).length).toBeLessThanOrEqual(6);
    const waits = replies.filter(({ status }) => status === 429);
    expect(waits.length).toBeGreaterThanOrEqual(4);
    for (const { headers } of waits) expect(Number(headers.get("Retry-After"))).toBeGreaterThanOrEqual(1);
  }
});

test("ID-31, ID-95: failed guesses and reset requests from unknown devices delay neither a known device nor a reset", async () => {
  const email = await newPerson();
  const home = "198.51.100.77";
  const browser = await post("/v1/auth/login", { email, password: PASSWORD, cookies: true }, home);
  expect(browser.status).toBe(200);
  const device = browser.headers.getSetCookie().find((cookie) => cookie.startsWith("__Host-device=")) ?? "";
  /** Guesses from nine addresses at once, while the user signs in by these. */
  const underAttack = async (...signIns: (() => Promise<Reply>)[]): Promise<number[]> => {
    const guesses = Array.from({ length: 9 }, () => signIn(email, "wrong wrong wrong"));
    const own = Promise.all(signIns.map((one) => one()));
    expect((await Promise.all(guesses)).some(({ status }) => status === 429)).toBe(true);
    return (await own).map(({ status }) => status);
  };
  const known = { "CF-Connecting-IP": `203.0.113.${++hosts}`, Cookie: device.split(";")[0] ?? "" };
  const byDevice = () => exchange.call(null, "POST", "/v1/auth/login", { email, password: PASSWORD }, known);
  const byNetwork = () => post("/v1/auth/login", { email, password: PASSWORD }, home);
  expect(await underAttack(byDevice, byNetwork)).toEqual([200, 200]);
  for (let i = 0; i < 9; i++) expect((await post("/v1/auth/password/forgot", { email })).status).toBe(202);
  // The e-mail of the sign-up and its up to four repetitions contain the same code.
  const reset = { token: await codeTo(email, 5), password: "another password" };
  const abroad = `203.0.113.${++hosts}`;
  expect((await post("/v1/auth/password/reset", reset, abroad)).status).toBe(200);
  const after = () => post("/v1/auth/login", { email, password: "another password" }, abroad);
  expect(await underAttack(after)).toEqual([200]);
});
