/** Sessions over the whole exchange: what has ended opens nothing within five seconds, on open sockets at once. */
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { type Exchange, startExchange } from "./exchange.ts";
import { listen, type Listener } from "./sockets.ts";

const PASSWORD = "correct horse battery staple";
const WAIT_OPTIONS = { timeout: 10_000, interval: 50 };

let exchange: Exchange;
let people = 0;
beforeAll(async () => void (exchange = await startExchange()), 120_000);
afterAll(() => exchange.close());

const bearer = (token: string): Record<string, string> => ({ Authorization: `Bearer ${token}` });

/** A person with a login of its own, who signs in as often as it likes. */
async function person() {
  const email = `person${++people}@example.com`;
  const { token } = await exchange.admin();
  const made = await exchange.call(null, "POST", "/v1/admin/users", { email }, bearer(token));
  expect(made.status).toBe(201);
  await exchange.acceptInvitation(email);
  const from = { "CF-Connecting-IP": `203.0.113.${people}` };
  return (cookies = false) =>
    exchange.call(null, "POST", "/v1/auth/login", { email, password: PASSWORD, ...(cookies ? { cookies } : {}) }, from);
}

const socket = (path: string, headers: Record<string, string> = {}): Promise<Listener> =>
  listen(exchange.url.replace("http", "ws") + path, headers);

const sees = (of: Listener, frame: unknown): Promise<void> =>
  vi.waitFor(() => expect(of.frames).toContainEqual(frame), WAIT_OPTIONS);

test("ID-50, ID-51: a session that is ended elsewhere loses its sockets and its unexpired token within five seconds", async () => {
  const signIn = await person();
  const [stolen, mine] = [(await signIn()).body, (await signIn()).body];
  const thief = await socket("/v2/iex");
  thief.send({ action: "auth", key: "oauth", secret: stolen.access_token });
  await sees(thief, [{ T: "success", msg: "authenticated" }]);
  const trading = await socket("/stream");
  trading.send({ action: "authenticate", data: { oauth_token: stolen.access_token } });
  await sees(trading, { stream: "authorization", data: { status: "authorized", action: "authenticate" } });
  const own = await socket("/v2/iex");
  own.send({ action: "auth", key: "oauth", secret: mine.access_token });
  await sees(own, [{ T: "success", msg: "authenticated" }]);
  expect((await exchange.call(null, "GET", "/v2/account", undefined, bearer(stolen.access_token))).status).toBe(200);

  const listed = await exchange.call(null, "GET", "/v1/auth/sessions", undefined, bearer(mine.access_token));
  const other = listed.body.sessions.find(({ current }: { current: boolean }) => !current);
  const ended = Date.now();
  expect(
    (await exchange.call(null, "DELETE", `/v1/auth/sessions/${other.id}`, undefined, bearer(mine.access_token))).status,
  ).toBe(204);
  await vi.waitFor(() => expect([thief.closeCode(), trading.closeCode()]).toEqual([4401, 4401]), WAIT_OPTIONS);
  await vi.waitFor(async () => {
    const reply = await exchange.call(null, "GET", "/v2/account", undefined, bearer(stolen.access_token));
    expect(reply.status).toBe(401);
  }, WAIT_OPTIONS);
  // Five seconds, and the time of a request or two.
  expect(Date.now() - ended).toBeLessThan(6_500);
  expect((await exchange.call(null, "POST", "/v1/auth/refresh", { refresh_token: stolen.refresh_token })).status).toBe(
    401,
  );
  expect(own.closeCode()).toBeNull();
  expect((await exchange.call(null, "GET", "/v2/account", undefined, bearer(mine.access_token))).status).toBe(200);
});

test("ID-43, ID-51: a replayed refresh token ends the session and closes its sockets", async () => {
  const signIn = await person();
  const first = (await signIn()).body;
  const refresh = (token: string) => exchange.call(null, "POST", "/v1/auth/refresh", { refresh_token: token });
  const [one, two] = await Promise.all([refresh(first.refresh_token), refresh(first.refresh_token)]);
  expect([one.status, two.status]).toEqual([200, 200]);
  expect(one.body.refresh_token).toBe(two.body.refresh_token);
  const newest = await refresh(one.body.refresh_token);
  const open = await socket("/v2/iex");
  open.send({ action: "auth", key: "oauth", secret: newest.body.access_token });
  await sees(open, [{ T: "success", msg: "authenticated" }]);
  expect((await refresh(first.refresh_token)).status).toBe(401);
  await vi.waitFor(() => expect(open.closeCode()).toBe(4401), WAIT_OPTIONS);
  expect((await refresh(newest.body.refresh_token)).status).toBe(401);
  // ID-91: whose session it was finds that out.
  const current = bearer((await signIn()).body.access_token);
  const { body } = await exchange.call(null, "GET", "/v1/auth/events", undefined, current);
  const kinds: string[] = body.events.map(({ kind }: { kind: string }) => kind);
  expect(kinds.slice(0, 3)).toEqual(["signed_in", "refresh_reused", "session_ended"]);
});

test("ID-48, ID-53: a browser signs in with cookies, acts with its CSRF token, and streams from our pages only", async () => {
  const signIn = await person();
  const reply = await signIn(true);
  expect(JSON.stringify(reply.body)).not.toContain("token_type");
  const cookie = reply.headers
    .getSetCookie()
    .map((line) => line.split(";")[0])
    .join("; ");
  const csrf = { "X-CSRF-Token": reply.body.csrf_token as string };
  expect((await exchange.call(null, "GET", "/v2/account", undefined, { Cookie: cookie })).status).toBe(200);
  const act = (headers: Record<string, string>) =>
    exchange.call(null, "DELETE", "/v2/orders", undefined, { Cookie: cookie, ...headers });
  expect((await act({})).status).toBe(403);
  expect((await act({ ...csrf, Origin: "https://evil.example" })).status).toBe(403);
  expect((await act({ ...csrf, Origin: exchange.url })).status).toBe(207);

  const own = await socket("/v2/iex", { Cookie: cookie, Origin: exchange.url });
  await sees(own, [{ T: "success", msg: "authenticated" }]);
  own.send({ action: "subscribe", trades: ["AAPL"] });
  await sees(own, [expect.objectContaining({ T: "subscription", trades: ["AAPL"] })]);
  const evil = await socket("/v2/iex", { Cookie: cookie, Origin: "https://evil.example" });
  evil.send({ action: "subscribe", trades: ["AAPL"] });
  await sees(evil, [{ T: "error", code: 401, msg: "not authenticated" }]);

  expect((await exchange.call(null, "POST", "/v1/auth/logout", undefined, { Cookie: cookie, ...csrf })).status).toBe(
    204,
  );
  await vi.waitFor(() => expect(own.closeCode()).toBe(4401), WAIT_OPTIONS);
  expect((await exchange.call(null, "GET", "/v2/account", undefined, { Cookie: cookie })).status).toBe(401);
});

test("ID-90, AU-1: while PostgreSQL is down users sign in, refresh, step up, create keys and trade, and the trail has the events afterwards", async () => {
  const seller = await exchange.trader(0, { AAPL: 5 });
  const buyer = await exchange.trader(10_000);
  await exchange.database.kill();
  try {
    const login = { email: buyer.email, password: PASSWORD };
    const from = { "CF-Connecting-IP": "198.51.100.77" };
    const signedIn = await exchange.call(null, "POST", "/v1/auth/login", login, from);
    expect(signedIn.status).toBe(200);
    const refreshed = await exchange.call(null, "POST", "/v1/auth/refresh", {
      refresh_token: signedIn.body.refresh_token,
    });
    expect(refreshed.status).toBe(200);
    const token = bearer(refreshed.body.access_token);
    const proof = await exchange.call(null, "POST", "/v1/auth/step-up", { password: PASSWORD }, token);
    expect(proof.status).toBe(204);
    expect((await exchange.call(null, "POST", "/v1/keys", { name: "while away" }, token)).status).toBe(201);
    const order = { symbol: "AAPL", type: "limit", limit_price: "270", qty: "5", time_in_force: "day" };
    expect((await exchange.call(seller, "POST", "/v2/orders", { ...order, side: "sell" })).status).toBe(200);
    const bought = await exchange.call(null, "POST", "/v2/orders", { ...order, side: "buy" }, token);
    expect(bought).toMatchObject({ status: 200, body: { filled_qty: "5" } });
  } finally {
    await exchange.database.start();
  }
  await vi.waitFor(
    async () => {
      const text = "select action from audit_events where account_id = $1 and action = 'order.filled'";
      expect(await exchange.rows(text, [buyer.accountId])).toHaveLength(1);
    },
    { timeout: 30_000, interval: 200 },
  );
});
