/** Sessions over HTTP: cache, cookies and CSRF, refresh and sign-out. */
import { Hono } from "hono";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Principal } from "../../protocol/auth/principal.ts";
import type { SessionEntry } from "../../protocol/rpc/identity/sessions.ts";
import type { AppEnv } from "../../workers/gateway/context.ts";
import { answerFault } from "../../workers/gateway/answerError.ts";
import { answerSession } from "../../workers/gateway/sessionCookies.ts";
import { env, identity, keyId, quotes, send, tokenOf, trade } from "./fakes.ts";
import { ADMIN, GRANT, TRADER, UNAUTHORIZED } from "./samples.ts";

const OWN = "https://exchange.test";
const ROUTE = "A".repeat(20);
const REFRESH = `${ROUTE}.${crypto.randomUUID()}.${"s".repeat(40)}.${"t".repeat(43)}`;

const bearer = (token: string): Record<string, string> => ({ Authorization: `Bearer ${token}` });
const cookie = (token: string): Record<string, string> => ({ Cookie: `__Host-access=${token}` });

describe("the session cache", () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ["Date"] }));
  afterEach(() => void vi.useRealTimers());

  test("ID-50: a session is cached for five seconds; then one that has ended is refused", async () => {
    const headers = bearer(await tokenOf(TRADER));
    for (let i = 0; i < 3; i++) expect((await send("GET", "/v2/clock", { headers })).status).toBe(200);
    expect(identity.loginSessions.verify).toHaveBeenCalledTimes(1);
    identity.loginSessions.verify.mockResolvedValueOnce({ ok: false, reason: "session_ended" });
    vi.setSystemTime(Date.now() + 4_999);
    expect((await send("GET", "/v2/clock", { headers })).status).toBe(200);
    vi.setSystemTime(Date.now() + 2);
    expect(await send("GET", "/v2/clock", { headers })).toMatchObject({ status: 401, body: UNAUTHORIZED });
  });

  test("ID-50: the roles are current, whatever they were when the token was issued", async () => {
    const headers = bearer(await tokenOf(ADMIN));
    const path = "/v1/admin/symbols/AAPL";
    expect((await send("GET", path, { headers })).status).toBe(200);
    const view = { kind: "person", principal: TRADER, steppedUpAt: null, csrfToken: "csrf" } as const;
    identity.loginSessions.verify.mockResolvedValueOnce({ ok: true, value: view });
    vi.setSystemTime(Date.now() + 5_001);
    expect((await send("GET", path, { headers })).status).toBe(403);
  });

  test("ID-50: a session that this gateway ends leaves the cache at once", async () => {
    const headers = bearer(await tokenOf(TRADER));
    expect((await send("GET", "/v2/clock", { headers })).status).toBe(200);
    expect((await send("POST", "/v1/auth/logout", { headers })).status).toBe(204);
    expect(identity.loginSessions.end).toHaveBeenCalledTimes(1);
    identity.loginSessions.verify.mockResolvedValueOnce({ ok: false, reason: "session_ended" });
    expect((await send("GET", "/v2/clock", { headers })).status).toBe(401);
  });

  test("ID-47: a step-up counts at once, although the session is cached without it", async () => {
    const token = await tokenOf(TRADER);
    const headers = bearer(token);
    await send("GET", "/v1/me", { headers });
    expect(await send("POST", "/v1/keys", { headers })).toMatchObject({ status: 403, body: { code: 40310001 } });
    const view = { kind: "person", principal: TRADER, csrfToken: "csrf" } as const;
    identity.loginSessions.verify.mockResolvedValueOnce({ ok: true, value: { ...view, steppedUpAt: Date.now() } });
    expect((await send("POST", "/v1/keys", { headers })).status).toBe(201);
    expect(identity.loginSessions.verify).toHaveBeenCalledTimes(3);
  });
});

describe("cookies", () => {
  const order = JSON.stringify({ timeout_seconds: 0 });
  const act = (headers: Record<string, string>, method = "POST") =>
    send(method, "/v1/orders/cancel-after", { headers, ...(method === "POST" ? { body: order } : {}) });

  test("ID-48: a session's cookies are for this host and no script, and the answer has no token in it", async () => {
    const headers = { Cookie: `__Host-refresh=${REFRESH}`, "X-CSRF-Token": "csrf", Origin: OWN };
    const reply = await send("POST", "/v1/auth/refresh", { headers });
    expect(reply).toMatchObject({ status: 200, body: { csrf_token: "csrf", expires_in: 900 } });
    expect(Object.keys(reply.body as object).sort()).toEqual(["csrf_token", "expires_in"]);
    const set = reply.headers.getSetCookie();
    expect(set.map((text) => text.split("=")[0])).toEqual(["__Host-access", "__Host-refresh"]);
    for (const text of set) {
      const attributes = text
        .split("; ")
        .slice(1)
        .map((part) => part.toLowerCase());
      expect(attributes).toEqual(expect.arrayContaining(["path=/", "httponly", "secure", "samesite=strict"]));
      expect(text.toLowerCase()).not.toContain("domain=");
    }
  });

  test("ID-48: a request by cookie that changes anything needs its own session's CSRF token", async () => {
    const mine = cookie(await tokenOf(TRADER, { csrfToken: "mine" }));
    await tokenOf(TRADER, { csrfToken: "other's" });
    for (const csrf of [undefined, "", "other's", "min", "mine2", "MINE"]) {
      const headers = { ...mine, Origin: OWN, ...(csrf === undefined ? {} : { "X-CSRF-Token": csrf }) };
      expect(await act(headers), String(csrf)).toMatchObject({ status: 403, body: { code: 40310002 } });
    }
    expect((await act({ ...mine, "X-CSRF-Token": "mine", Origin: OWN })).status).toBe(200);
    expect((await act({ ...mine, "X-CSRF-Token": "mine" })).status).toBe(200);
  });

  test("ID-48: a page of another origin is refused even with the token", async () => {
    const mine = { ...cookie(await tokenOf(TRADER)), "X-CSRF-Token": "csrf" };
    const foreign: Record<string, string>[] = [
      { Origin: "https://evil.example" },
      { Origin: "null" },
      { Origin: `${OWN}.evil.example` },
      { Origin: "http://exchange.test" },
      { Origin: OWN, "Sec-Fetch-Site": "cross-site" },
      { "Sec-Fetch-Site": "same-site" },
      { "Sec-Fetch-Site": "none" },
    ];
    for (const headers of foreign)
      expect((await act({ ...mine, ...headers })).status, JSON.stringify(headers)).toBe(403);
    expect((await act({ ...mine, Origin: OWN, "Sec-Fetch-Site": "same-origin" })).status).toBe(200);
  });

  test("ID-48: reading needs no CSRF token, and what has a token in its header never does", async () => {
    const token = await tokenOf(TRADER);
    expect((await act(cookie(token), "GET")).status).toBe(200);
    expect((await act(bearer(token))).status).toBe(200);
    expect((await act({ ...bearer(token), Origin: "https://evil.example" })).status).toBe(200);
    const keys = { "APCA-API-KEY-ID": keyId, "APCA-API-SECRET-KEY": "right" };
    expect((await act({ ...keys, ...cookie(token) })).status).toBe(200);
  });

  test("ID-48: another page cannot sign a browser in to another login", async () => {
    const small = new Hono<AppEnv>();
    small.onError((thrown, c) => answerFault(thrown, c));
    for (const cookies of [true, false]) {
      small.post(`/${cookies}`, (c) => answerSession(c, "R", GRANT, { cookies }));
    }
    const post = (path: string, headers: Record<string, string>) =>
      small.request(`${OWN}${path}`, { method: "POST", headers }, env());
    for (const headers of [
      { Origin: "https://evil.example" },
      { Origin: "null" },
      { "Sec-Fetch-Site": "cross-site" },
    ]) {
      const refused = await post("/true", headers);
      expect([refused.status, refused.headers.getSetCookie()]).toEqual([403, []]);
      // The body has nothing that a browser stores.
      expect((await post("/false", headers)).status).toBe(200);
    }
    const own: Record<string, string>[] = [{}, { Origin: OWN, "Sec-Fetch-Site": "same-origin" }];
    for (const headers of own) {
      expect((await post("/true", headers)).headers.getSetCookie()).toHaveLength(2);
    }
  });

  test("ID-48: credentials in a header take precedence over cookies, valid or not", async () => {
    const other: Principal = { ...TRADER, accountId: crypto.randomUUID() };
    const [mine, others] = [await tokenOf(TRADER), await tokenOf(other)];
    const both = { ...bearer(mine), ...cookie(others) };
    expect(await send("GET", "/v1/me", { headers: both })).toMatchObject({ status: 200 });
    expect(identity.loginSessions.verify).toHaveBeenCalledTimes(1);
    for (const header of [{ Authorization: "Bearer a.b.c" }, { Authorization: "" }, { "APCA-API-KEY-ID": keyId }]) {
      expect((await send("GET", "/v1/me", { headers: { ...cookie(mine), ...header } })).status).toBe(401);
    }
    // Only the cookie with the `__Host-` prefix authenticates.
    expect((await send("GET", "/v1/me", { headers: { Cookie: `access=${mine}` } })).status).toBe(401);
  });
});

describe("refresh and sign-out", () => {
  const body = JSON.stringify({ refresh_token: REFRESH });

  test("ID-41: a refresh token in the body gives the next two tokens", async () => {
    const reply = await send("POST", "/v1/auth/refresh", { body });
    expect(reply).toMatchObject({
      status: 200,
      body: { token_type: "Bearer", expires_in: 900, refresh_token: GRANT.refreshToken },
    });
    expect(reply.headers.getSetCookie()).toEqual([]);
    expect(identity.loginSessions.refresh.mock.lastCall?.slice(0, 2)).toEqual([REFRESH, null]);
  });

  test("ID-41: an ended, malformed or missing refresh token is refused alike, and the cookies are deleted", async () => {
    identity.loginSessions.refresh.mockResolvedValue({ ok: false, reason: "session_ended" });
    const refused = { status: 401, body: { detail: "the session is over; sign in again" } };
    expect(await send("POST", "/v1/auth/refresh", { body })).toMatchObject(refused);
    expect(await send("POST", "/v1/auth/refresh", { body: '{"refresh_token":"x"}' })).toMatchObject(refused);
    expect(await send("POST", "/v1/auth/refresh")).toMatchObject(refused);
    const headers = { Cookie: `__Host-refresh=${REFRESH}`, "X-CSRF-Token": "csrf", Origin: OWN };
    const reply = await send("POST", "/v1/auth/refresh", { headers });
    expect(reply).toMatchObject(refused);
    expect(reply.headers.getSetCookie().map((text) => /^__Host-\w+=; Max-Age=0/.test(text))).toEqual([true, true]);
    expect((await send("POST", "/v1/auth/refresh", { body: '{"refresh_token":5}' })).status).toBe(422);
    expect((await send("POST", "/v1/auth/refresh", { body: '{"route":"x"}' })).status).toBe(422);
    identity.loginSessions.refresh.mockImplementation(async () => ({ ok: true, value: GRANT }));
  });

  test.each(["/v1/auth/refresh", "/v1/auth/logout"])("ID-48: %s by cookie is refused to other pages", async (path) => {
    const mine = { Cookie: `__Host-refresh=${REFRESH}` };
    for (const headers of [mine, { ...mine, "X-CSRF-Token": "csrf", Origin: "https://evil.example" }]) {
      expect(await send("POST", path, { headers })).toMatchObject({ status: 403, body: { code: 40310002 } });
    }
    expect(identity.loginSessions.refresh).not.toHaveBeenCalled();
    expect(identity.loginSessions.endByRefreshToken).not.toHaveBeenCalled();
  });

  test("ID-45: a sign-out ends the session by refresh token, cookie or access token, and needs one of them", async () => {
    expect((await send("POST", "/v1/auth/logout", { body })).status).toBe(204);
    expect(identity.loginSessions.endByRefreshToken).toHaveBeenCalledWith(REFRESH, null);
    const headers = { Cookie: `__Host-refresh=${REFRESH}`, "X-CSRF-Token": "csrf", Origin: OWN };
    const reply = await send("POST", "/v1/auth/logout", { headers });
    expect(reply.status).toBe(204);
    expect(reply.headers.getSetCookie()).toHaveLength(2);
    expect(identity.loginSessions.endByRefreshToken).toHaveBeenCalledWith(REFRESH, "csrf");
    expect((await send("POST", "/v1/auth/logout")).status).toBe(401);
    const keys = { "APCA-API-KEY-ID": keyId, "APCA-API-SECRET-KEY": "right" };
    expect((await send("POST", "/v1/auth/logout", { headers: keys })).status).toBe(401);
  });

  test("ID-45: sessions are listed and ended at the caller's own login only", async () => {
    const token = await tokenOf(TRADER);
    const entry: SessionEntry = {
      kind: "app",
      id: "s1",
      createdAt: 0,
      usedAt: 1_000,
      expiresAt: 2_000,
      ip: "192.0.2.1",
      userAgent: "x",
      label: null,
      clientId: "c",
      proofs: ["password"],
    };
    identity.loginSessions.list.mockResolvedValueOnce([entry]);
    expect(await send("GET", "/v1/auth/sessions", { headers: bearer(token) })).toMatchObject({
      status: 200,
      body: { sessions: [{ id: "s1", current: false, client_id: "c", last_used_at: "1970-01-01T00:00:01.000Z" }] },
    });
    expect((await send("DELETE", "/v1/auth/sessions/s1", { headers: bearer(token) })).status).toBe(204);
    identity.loginSessions.end.mockResolvedValueOnce(false);
    expect((await send("DELETE", "/v1/auth/sessions/s2", { headers: bearer(token) })).status).toBe(404);
    expect((await send("DELETE", "/v1/auth/sessions", { headers: bearer(token) })).status).toBe(204);
    const own = (await send("GET", "/v1/me", { headers: bearer(token) })).body as { session: { id: string } };
    expect(identity.loginSessions.endOthers).toHaveBeenCalledWith(own.session.id, { devices: [], remembers: false });
  });

  test("ID-91: a person reads the security log; events of the login itself have no client info", async () => {
    const headers = bearer(await tokenOf(TRADER));
    const origin = { requestId: "r", ip: "192.0.2.1", userAgent: "x" };
    identity.loginSessions.securityLog.mockResolvedValueOnce([
      { at: 1_000, kind: "signed_in", facts: { kind: "person" }, origin },
      { at: 0, kind: "session_ended", facts: {}, origin: null },
    ]);
    const { body } = await send("GET", "/v1/auth/events", { headers });
    expect(body).toEqual({
      events: [
        {
          at: "1970-01-01T00:00:01.000Z",
          kind: "signed_in",
          facts: { kind: "person" },
          ip: "192.0.2.1",
          user_agent: "x",
        },
        { at: "1970-01-01T00:00:00.000Z", kind: "session_ended", facts: {}, ip: null, user_agent: null },
      ],
    });
    expect(JSON.stringify(body)).not.toContain("requestId");
  });

  test("ID-45: GET /v1/me has the caller's login and the CSRF token of the session", async () => {
    const headers = bearer(await tokenOf(TRADER, { csrfToken: "mine" }));
    expect(await send("GET", "/v1/me", { headers })).toMatchObject({
      status: 200,
      body: {
        user: { id: TRADER.userId, email: "ada@example.com", roles: ["trader"], plan: "standard" },
        accounts: [{ id: TRADER.accountId }],
        csrf_token: "mine",
      },
    });
  });
});

test("ID-49: the public keys of tokens are served, cached for five minutes", async () => {
  const reply = await send("GET", "/.well-known/jwks.json");
  expect(reply).toMatchObject({ status: 200, body: { keys: [{ kid: "k1", alg: "ES256" }] } });
  expect(reply.headers.get("Cache-Control")).toBe("public, max-age=300");
  expect(JSON.stringify(reply.body)).not.toContain('"d"');
});

describe("sockets", () => {
  /** The headers of an upgrade that the quotes worker gets. */
  async function upgraded(headers: Record<string, string>, path = "/stream"): Promise<Headers> {
    quotes.fetch.mockImplementationOnce(async () => new Response(null));
    await send("GET", path, { headers: { Upgrade: "websocket", ...headers } });
    return quotes.fetch.mock.lastCall?.[0].headers ?? new Headers();
  }

  test("ID-53: a page of ours is authenticated at the upgrade by its cookie; other pages and clients are not", async () => {
    const token = await tokenOf(TRADER);
    expect((await upgraded({ ...cookie(token), Origin: OWN })).get("x-access-token")).toBe(token);
    const others: Record<string, string>[] = [
      cookie(token),
      { ...cookie(token), Origin: "https://evil.example" },
      { ...cookie(token), Origin: "null" },
      { ...cookie(`${token}x`), Origin: OWN },
      { ...cookie(token), Origin: OWN, Authorization: "Bearer x" },
      { Cookie: `access=${token}`, Origin: OWN },
      { Origin: OWN },
    ];
    for (const headers of others)
      expect((await upgraded(headers)).has("x-access-token"), JSON.stringify(headers)).toBe(false);
  });

  test("ID-53: headers that name the caller between workers are not taken from a client", async () => {
    const token = await tokenOf(ADMIN);
    for (const path of ["/stream", "/v2/iex"]) {
      const passed = await upgraded(
        {
          "x-access-token": token,
          "X-Access-Token": token,
          "x-principal": JSON.stringify(ADMIN),
          "x-request-id": "forged",
          "APCA-API-SECRET-KEY": "right",
          Cookie: "__Host-refresh=secret",
        },
        path,
      );
      for (const name of ["x-access-token", "x-principal", "APCA-API-SECRET-KEY", "Cookie"]) {
        expect(passed.has(name), name).toBe(false);
      }
      expect(passed.get("x-request-id")).not.toBe("forged");
    }
    await trade("GET", "/v2/stocks/quotes/latest?symbols=AAPL", undefined, { "x-principal": JSON.stringify(ADMIN) });
    expect(quotes.fetch.mock.lastCall?.[0].headers.get("x-principal")).toBe(JSON.stringify(TRADER));
  });
});
