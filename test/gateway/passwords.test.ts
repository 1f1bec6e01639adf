/** Password routes over the real parts of logins: what a client sees, and what it cannot find out. */
import { createHash } from "node:crypto";
import { expect, test, vi } from "vitest";
import { routeOfEmail } from "../../protocol/ids/loginRoute.ts";
import { deriver } from "../../workers/gateway/passwords/derive.ts";
import { codeIn } from "../loginParts.ts";
import { account, app, approvals, asAdmin, env, identity, tokenOf, trade, type Reply } from "./fakes.ts";
import { TRADER } from "./samples.ts";
import {
  bindings,
  challenges,
  deliver,
  KNOWN,
  loginOf,
  logins,
  PASSWORD,
  plain,
  post,
  rpcOf,
  signIn,
  UNKNOWN,
  world,
} from "./passwordHarness.ts";

// Cheap keys: these tests make hundreds, and derive.test.ts has the real ones.
vi.mock("../../workers/gateway/constantTimeInterval.ts", () => ({ INTERVAL_MS: 20 }));
vi.mock("../../protocol/rpc/identity/passwords.ts", () => ({ CURRENT: { cost: 10, blockSize: 8, parallelism: 1 } }));

test("ID-33: a person who signs up, confirms the code and signs in has an account", async () => {
  const login = { email: " Ada@Example.com ", password: PASSWORD };
  expect(await post("/v1/auth/register", login)).toMatchObject({ status: 202 });
  expect((await signIn(login.email, PASSWORD)).status).toBe(401);
  await deliver();
  const token = codeIn(world.mails[0]);
  const verify = (typed: string) => post("/v1/auth/verify", { token: typed, password: PASSWORD });
  const verified = await verify(` ${token.toLowerCase()} `);
  expect(verified.status).toBe(200);
  expect(account.open).toHaveBeenCalledTimes(1);
  expect(await verify(token)).toMatchObject({ status: 401, body: { code: 40110000 } });
  expect(await signIn("ada@example.COM", PASSWORD)).toMatchObject({
    status: 200,
    body: { token_type: "Bearer", expires_in: 900 },
  });
  // Repeats the steps that an interrupted verification may have skipped.
  expect(account.open).toHaveBeenCalledTimes(2);
});

test("ID-33: a code with a wrong password is answered like an unknown code, and makes no login", async () => {
  await post("/v1/auth/register", { email: UNKNOWN, password: "password of an attacker" });
  await deliver();
  const token = codeIn(world.mails.at(-1));
  const verify = (code: string, password: string) => post("/v1/auth/verify", { token: code, password });
  const none = `${token.slice(0, 20)}${"A".repeat(token.length - 20)}`;
  const answers = [await verify(token, "password of the victim"), await verify(none, "password of the victim")];
  expect(new Set(answers.map(plain)).size).toBe(1);
  expect(answers[0]?.status).toBe(401);
  expect((await post("/v1/auth/verify", { token })).status).toBe(422);
  expect(account.open).not.toHaveBeenCalled();
  expect((await signIn(UNKNOWN, "password of an attacker")).status).toBe(401);
});

test("ID-31, ID-33: a code works while unknown clients are delayed, has five attempts of its own, and clears the failures", async () => {
  await post("/v1/auth/register", { email: UNKNOWN, password: PASSWORD });
  await deliver();
  const token = codeIn(world.mails.at(-1));
  for (let i = 0; i < 6; i++) await signIn(UNKNOWN, "wrong wrong wrong", { "CF-Connecting-IP": `203.0.113.${i}` });
  expect((await signIn(UNKNOWN, PASSWORD)).status).toBe(429);
  expect((await post("/v1/auth/verify", { token, password: "wrong wrong wrong" })).status).toBe(401);
  expect((await post("/v1/auth/verify", { token, password: PASSWORD })).status).toBe(200);
  // A success clears the failures.
  for (let i = 0; i < 5; i++) expect((await signIn(UNKNOWN, "wrong wrong wrong")).status).toBe(401);
});

test("ID-2, ID-32: no response reveals whether an e-mail has a login", async () => {
  await post("/v1/auth/register", { email: "waiting@example.com", password: PASSWORD });
  const emails = [KNOWN, UNKNOWN, "waiting@example.com"];
  const ask: readonly ((email: string) => Promise<Reply>)[] = [
    (email) => signIn(email, "wrong wrong wrong"),
    (email) => post("/v1/auth/register", { email, password: PASSWORD }),
    (email) => post("/v1/auth/password/forgot", { email }),
  ];
  for (const one of ask) {
    const answers = await Promise.all(emails.map(async (email) => plain(await one(email))));
    expect(new Set(answers).size).toBe(1);
  }
});

test("ID-31: guesses of one e-mail are delayed longer and longer, known or not; a success clears the delay", async () => {
  for (const email of [KNOWN, UNKNOWN]) {
    const answers: [number, string | null][] = [];
    for (let i = 0; i < 9; i++) {
      // From another network each time.
      const reply = await signIn(email, "wrong wrong wrong", { "CF-Connecting-IP": `192.0.2.${i}` });
      const retryAfter = reply.headers.get("Retry-After");
      answers.push([reply.status, retryAfter]);
      world.now += Number(retryAfter ?? 0) * 1_000;
    }
    expect(answers).toEqual([
      ...Array.from({ length: 5 }, () => [401, null]),
      [429, "1"],
      [401, null],
      [429, "2"],
      [401, null],
    ]);
    world.now += 3_000;
    expect((await signIn(email, PASSWORD)).status).toBe(429);
    world.now += 1_000;
    expect((await signIn(email, PASSWORD)).status).toBe(email === KNOWN ? 200 : 401);
  }
  for (let i = 0; i < 5; i++) expect((await signIn(KNOWN, "wrong wrong wrong")).status).toBe(401);
});

test("ID-31: while delayed no key is derived, and concurrent attempts do not share free ones", async () => {
  const replies = await Promise.all(Array.from({ length: 12 }, () => signIn(KNOWN, "wrong wrong wrong")));
  expect(replies.filter(({ status }) => status === 401)).toHaveLength(5);
  expect(replies.filter(({ status }) => status === 429)).toHaveLength(7);
  expect(challenges).toBe(5);
  const late = await Promise.all(Array.from({ length: 50 }, () => signIn(KNOWN, PASSWORD)));
  expect(new Set(late.map(({ status }) => status))).toEqual(new Set([429]));
  expect(challenges).toBe(5);
});

test("ID-31: guesses of many e-mails from one network are delayed too, and lock nobody else's login", async () => {
  const from = (host: string) => ({ "CF-Connecting-IP": `2001:db8:0:7:${host}` });
  for (let i = 0; i < 20; i++) {
    expect((await signIn(`guess${i}@example.com`, "wrong wrong wrong", from(`0:0:0:${i}`))).status).toBe(401);
  }
  // Attempts from that network are refused before they are counted for the e-mail.
  for (let i = 0; i < 10; i++) expect((await signIn(KNOWN, PASSWORD, from("1:2:3:4"))).status).toBe(429);
  expect((await signIn(KNOWN, PASSWORD, { "CF-Connecting-IP": "2001:db8:0:8::1" })).status).toBe(200);
});

test("ID-31: frequent successful sign-ins from one network are never delayed", async () => {
  for (let i = 0; i < 25; i++) expect((await signIn(KNOWN, PASSWORD)).status).toBe(200);
});

test("ID-37: after a success the security log has the number of failed attempts, once", async () => {
  const { log } = loginOf(await routeOfEmail(KNOWN));
  const failed = () => log.list().flatMap(({ kind, facts }) => (kind === "failed_tries" ? [facts["count"]] : []));
  for (let i = 0; i < 3; i++) await signIn(KNOWN, "wrong wrong wrong");
  expect(failed()).toEqual([]);
  expect((await signIn(KNOWN, PASSWORD)).status).toBe(200);
  expect((await signIn(KNOWN, PASSWORD)).status).toBe(200);
  expect(failed()).toEqual([3]);
  // Refused attempts do not count.
  for (let i = 0; i < 9; i++) await signIn(KNOWN, "wrong wrong wrong");
  await post("/v1/auth/password/forgot", { email: KNOWN });
  await deliver();
  const reset = { token: codeIn(world.mails.at(-1)), password: "another password" };
  expect((await post("/v1/auth/password/reset", reset)).status).toBe(200);
  expect((await signIn(KNOWN, "another password")).status).toBe(200);
  expect(failed()).toEqual([5, 3]);
});

test("ID-35: when the queue is full the response is 503, and the attempt is not counted", async () => {
  let letGo = (): void => {};
  const until = new Promise<void>((resolve) => (letGo = resolve));
  const holders = Array.from({ length: 18 }, () => deriver.withSlot(() => until));
  for (let i = 0; i < 10; i++) {
    const reply = await signIn(KNOWN, "wrong wrong wrong");
    expect([reply.status, reply.headers.get("Retry-After")]).toEqual([503, "1"]);
  }
  letGo();
  await Promise.all(holders);
  expect((await signIn(KNOWN, PASSWORD)).status).toBe(200);
});

test("ID-35: unknown clients who fill the queue do not keep a person from resetting or changing the password", async () => {
  await post("/v1/auth/password/forgot", { email: KNOWN });
  await deliver();
  const token = codeIn(world.mails.at(-1));
  let letGo = (): void => {};
  const until = new Promise<void>((resolve) => (letGo = resolve));
  const holders = Array.from({ length: 18 }, () => deriver.withSlot(() => until));
  expect((await signIn(KNOWN, PASSWORD)).status).toBe(503);
  expect((await post("/v1/auth/password/reset", { token, password: "another password" })).status).toBe(200);
  logins.set("R", loginOf(await routeOfEmail(KNOWN)));
  const session = { kind: "person", principal: TRADER, steppedUpAt: null, csrfToken: "csrf" } as const;
  identity.loginSessions.verify.mockResolvedValueOnce({ ok: true, value: session });
  const headers = { Authorization: `Bearer ${await tokenOf(TRADER)}` };
  const change = { current: "another password", new: "a third password of mine" };
  expect((await post("/v1/auth/password", change, headers)).status).toBe(204);
  letGo();
  await Promise.all(holders);
});

test("ID-34: a code sets a new password once, and clears the failures", async () => {
  for (let i = 0; i < 7; i++) await signIn(KNOWN, "wrong wrong wrong");
  await post("/v1/auth/password/forgot", { email: KNOWN });
  await deliver();
  const token = codeIn(world.mails.at(-1));
  const reset = (password: string) => post("/v1/auth/password/reset", { token, password });
  expect((await reset(KNOWN)).status).toBe(422);
  expect(await reset("another password")).toMatchObject({ status: 200, body: { api_keys: { ended: [], kept: [] } } });
  expect((await reset("password of a thief")).status).toBe(422);
  expect((await signIn(KNOWN, "another password")).status).toBe(200);
});

test("ID-33, ID-34: links in e-mails lead to forms; opening one changes nothing", async () => {
  const linkIn = (): URL => new URL(/https:\S+/.exec(world.mails.at(-1)?.text ?? "")?.[0] ?? "none:");
  const open = (url: URL, form?: Record<string, string>) =>
    app.request(
      url.pathname + url.search,
      form === undefined ? {} : { method: "POST", body: new URLSearchParams(form) },
      bindings(),
      { waitUntil: () => {}, passThroughOnException: () => {}, props: {} },
    );
  const form = { email: UNKNOWN, password: PASSWORD, region: "world" };
  expect((await open(new URL("https://exchange.test/account/register"), form)).status).toBe(200);
  await deliver();
  const verify = linkIn();
  const token = codeIn(world.mails.at(-1));
  const page = await open(verify);
  expect(page.status).toBe(200);
  // The code is in the fragment, which browsers do not send; the page's script puts it into the form.
  expect([verify.search, verify.hash]).toEqual(["", `#code=${token}`]);
  const text = await page.text();
  expect(text).toContain('name="token" value=""');
  const [, script = ""] = /<script>([\s\S]*)<\/script>/.exec(text) ?? [];
  const digest = createHash("sha256").update(script).digest("base64");
  expect(page.headers.get("Content-Security-Policy")).toContain(`; script-src 'sha256-${digest}';`);
  // A link in an e-mail of an earlier release.
  expect(await (await open(new URL(`https://exchange.test/account/verify?code=${token}`))).text()).toContain(token);
  expect((await signIn(UNKNOWN, PASSWORD)).status).toBe(401);
  const wrong = await open(verify, { token, password: "wrong wrong wrong" });
  expect(wrong.status).toBe(401);
  expect(await wrong.text()).toContain("the code or the password is wrong");
  expect((await open(verify, { token, password: PASSWORD })).status).toBe(200);
  expect((await open(verify, { token, password: PASSWORD })).status).toBe(401);
  expect((await signIn(UNKNOWN, PASSWORD)).status).toBe(200);
  expect((await open(new URL("https://exchange.test/account/forgot"), { email: UNKNOWN })).status).toBe(200);
  await deliver();
  const reset = { token: codeIn(world.mails.at(-1)), password: "another password" };
  expect(linkIn().hash).toBe(`#code=${reset.token}`);
  expect((await open(linkIn(), { ...reset, password: "short" })).status).toBe(422);
  expect((await open(linkIn(), reset)).status).toBe(200);
  expect((await signIn(UNKNOWN, "another password")).status).toBe(200);
  // Within the limit as a form, and over it as JSON.
  const room = 65_536 - new URLSearchParams({ ...reset, password: "" }).toString().length;
  expect((await open(linkIn(), { ...reset, password: "x".repeat(room) })).status).toBe(413);
  const evil = await open(new URL('https://exchange.test/account/verify?code="><script>alert(1)</script>'));
  expect(await evil.text()).not.toContain("<script>alert");
});

test("ID-34: invalid codes derive no key", async () => {
  const derive = vi.spyOn(deriver, "withSlot");
  for (const token of ["", "x", "A".repeat(52), `${await routeOfEmail(KNOWN)}${"A".repeat(32)}`, "A".repeat(500)]) {
    expect((await post("/v1/auth/password/reset", { token, password: PASSWORD })).status).toBe(422);
    const { status } = await post("/v1/auth/verify", { token, password: PASSWORD });
    expect(status).toBe(token.length > 128 ? 422 : 401);
  }
  expect(derive).not.toHaveBeenCalled();
});

const REFUSED: readonly (readonly [string, unknown, number, string])[] = [
  ["register", { email: "no email", password: PASSWORD }, 422, "email is invalid"],
  ["register", { password: PASSWORD }, 422, "email is invalid"],
  ["register", { email: UNKNOWN }, 422, "invalid password"],
  ["register", { email: UNKNOWN, password: 5 }, 422, "invalid password"],
  ["register", { email: UNKNOWN, password: "x".repeat(5000) }, 422, "invalid password"],
  ["register", { email: UNKNOWN, password: "qwertyqwerty" }, 422, "password must have 12 to 256 characters"],
  ["register", { email: UNKNOWN, password: PASSWORD, roles: ["admin"] }, 422, "unknown field roles"],
  ["register", { email: UNKNOWN, password: PASSWORD, plan: "market_maker" }, 422, "unknown field plan"],
  ["register", { email: UNKNOWN, password: PASSWORD, verified: true }, 422, "unknown field verified"],
  ["register", [], 422, "request body must be an object"],
  ["login", { email: KNOWN, password: "x".repeat(5000) }, 422, "invalid password"],
  ["login", "x".repeat(100_000), 413, "request body is too large"],
];

test.each(REFUSED)("ID-6, ID-7: %s refuses %j", async (route, body, status, text) => {
  const reply = await post(`/v1/auth/${route}`, body);
  expect(reply.status).toBe(status);
  expect((reply.body as { detail: string }).detail).toContain(text);
  expect(world.mails).toEqual([]);
});

test("ID-34: a signed-in person changes the password with the current one", async () => {
  const route = await routeOfEmail(KNOWN);
  const token = await tokenOf(TRADER);
  const rpc = rpcOf(loginOf(route));
  identity.loginSessions.verify.mockResolvedValueOnce({
    ok: true,
    value: { kind: "person", principal: TRADER, steppedUpAt: null, csrfToken: "csrf" },
  });
  // The fake token names another login than the one of this test.
  logins.set("R", loginOf(route));
  const change = (current: string, next: string) =>
    post("/v1/auth/password", { current, new: next }, { Authorization: `Bearer ${token}` });
  expect((await change("wrong wrong wrong", "another password")).status).toBe(401);
  expect((await change(PASSWORD, "known@example.com")).status).toBe(422);
  expect((await change(PASSWORD, "another password")).status).toBe(204);
  expect((await rpc.passwords.challenge()).salt).toHaveLength(16);
  expect((await signIn(KNOWN, PASSWORD)).status).toBe(401);
  expect((await signIn(KNOWN, "another password")).status).toBe(200);
});

test("ID-38: only an administrator invites users, and chooses nobody's password", async () => {
  const user = { email: "ada@example.com", plan: "market_maker" };
  expect((await trade("POST", "/v1/admin/users", user)).status).toBe(403);
  for (const wrong of [{ password: PASSWORD }, { roles: ["owner"] }, { verified: true }]) {
    expect((await asAdmin("POST", "/v1/admin/users", { ...user, ...wrong })).status).toBe(422);
  }
  expect(approvals.proposeUser).not.toHaveBeenCalled();
  expect(await asAdmin("POST", "/v1/admin/users", user)).toMatchObject({
    status: 201,
    body: { user_id: TRADER.userId },
  });
  const act = { kind: "user_invite", ...user, roles: ["trader"], region: "world" };
  expect(approvals.proposeUser).toHaveBeenCalledWith(expect.objectContaining({ act, alone: true }));
});

test("ID-39: e-mails are shown where none are sent, escaped, and nowhere else", async () => {
  const show = (path: string, mailer: string) =>
    app.request(`http://exchange.test${path}`, {}, { ...env(), MAILER: mailer });
  for (const path of ["/dev/outbox", "/dev/outbox.json"]) expect((await show(path, "ses")).status).toBe(404);
  const page = await (await show("/dev/outbox", "outbox")).text();
  expect(page).toContain("&lt;script&gt;alert(1)&lt;/script&gt;");
  expect(page).toContain("a &amp; b");
  expect(page).not.toContain("<script>alert");
  expect(await (await show("/dev/outbox.json", "outbox")).json()).toMatchObject([{ id: 1 }]);
});
