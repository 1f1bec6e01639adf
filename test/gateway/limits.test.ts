/** Rate limits: at the edge, and at the account. */
import { setImmediate } from "node:timers/promises";
import { describe, expect, test, vi } from "vitest";
import type { Principal } from "../../protocol/auth/principal.ts";
import type { MethodRules } from "../../workers/gateway/accessRule.ts";
import { ACCESS } from "../../workers/gateway/resources/registry.ts";
import type { Bindings } from "../../workers/gateway/context.ts";
import { EDGE_LIMITS, type EdgeLimit } from "../../workers/gateway/limits/edgeBindings.ts";
import { account, app, env, identity, keyId, lines, quotes } from "./fakes.ts";
import { ACTIVITIES, RATE, TICKET, TRADER, UNAUTHORIZED } from "./samples.ts";

const LIMITS = Object.keys(EDGE_LIMITS) as EdgeLimit[];

/** Bindings that refuse what is named, and the keys that each was asked for. */
function edge(...refusing: EdgeLimit[]) {
  const asked: string[] = [];
  const bindings = Object.fromEntries(
    LIMITS.map((name) => [
      name,
      {
        limit: async ({ key }: { key: string }) => {
          asked.push(`${name} ${key}`);
          return { success: !refusing.includes(name) };
        },
      },
    ]),
  );
  return { asked, bindings };
}

/** An address for one test, because the counters of the isolate outlive it. */
let address = 0;
const newAddress = () => `198.51.100.${++address}`;

async function call(
  bindings: Partial<Bindings>,
  method: string,
  path: string,
  { headers = {}, body }: { headers?: Record<string, string>; body?: unknown } = {},
) {
  const init: RequestInit = { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
  const reply = await app.request(`http://exchange.test${path}`, init, { ...env(), ...bindings });
  const text = await reply.text();
  return { status: reply.status, headers: reply.headers, body: text === "" ? null : (JSON.parse(text) as unknown) };
}

const keys = (more: Record<string, string> = {}): Record<string, string> => ({
  "APCA-API-KEY-ID": keyId,
  "APCA-API-SECRET-KEY": "right",
  ...more,
});
const standing = ({ headers }: { headers: Headers }) =>
  ["Limit", "Remaining", "Reset"].map((name) => headers.get(`X-RateLimit-${name}`));

/** Sets the login's answer to the verification of its key. */
function knownAs(principal: Partial<Principal>): void {
  identity.apiKeys.verify.mockImplementation(async () => ({ ok: true, value: { ...TRADER, ...principal } }));
}

describe("RL-2: a request for the account", () => {
  test("is one call with the caller's plan, and the response has the rate-limit headers", async () => {
    knownAs({ plan: "pro" });
    const reply = await call({}, "POST", "/v2/orders", { headers: keys(), body: TICKET });
    expect(reply.status).toBe(200);
    expect(standing(reply)).toEqual(["200", "150", "1760000001"]);
    expect(account.metered).toHaveBeenCalledOnce();
    expect(account.metered.mock.calls[0]?.slice(0, 2)).toEqual(["pro", "submitOrder"]);
    await call({}, "DELETE", "/v2/orders", { headers: keys() });
    expect(account.metered).toHaveBeenCalledTimes(2);
    expect(account.metered.mock.calls[1]?.[1]).toBe("cancelAllOrders");
  });

  test("is 429 without a token, with Alpaca's code and ccxt's text, and does nothing", async () => {
    knownAs({});
    const rate = { ...RATE, remaining: 0, retryAfterMs: 1_400 };
    account.metered.mockResolvedValueOnce({ refused: true, rate }).mockResolvedValueOnce({ refused: true, rate });
    const refused = await call({}, "POST", "/v2/orders", { headers: keys(), body: TICKET });
    expect(refused).toMatchObject({ status: 429, body: { code: 42910000, message: "too many requests." } });
    expect(refused.headers.get("Retry-After")).toBe("2");
    expect(standing(refused)).toEqual(["200", "0", "1760000001"]);
    const ccxt = await call({}, "GET", "/v2/account", { headers: keys({ "APCA-PARTNER-ID": "ccxt" }) });
    expect(ccxt).toMatchObject({ status: 429, body: { code: 42910000, message: "rate limit exceeded" } });
    expect(account.submitOrder).not.toHaveBeenCalled();
    expect(account.summary).not.toHaveBeenCalled();
  });

  test("takes no token when it is refused before: unauthorized, unknown or malformed", async () => {
    knownAs({});
    const wrong = await call({}, "GET", "/v2/account", { headers: {} });
    expect(wrong).toMatchObject({ status: 401, body: UNAUTHORIZED });
    expect((await call({}, "GET", "/v2/nothing", { headers: keys() })).status).toBe(404);
    expect((await call({}, "POST", "/v2/orders", { headers: keys(), body: [] })).status).toBe(422);
    expect(account.metered).not.toHaveBeenCalled();
  });
});

describe("RL-4: an address", () => {
  test("is counted with every request, and every response has the rate-limit headers", async () => {
    const from = { "CF-Connecting-IP": newAddress() };
    const { asked, bindings } = edge();
    const first = await call(bindings, "GET", "/nowhere", { headers: from });
    const second = await call(bindings, "GET", "/nothing", { headers: from });
    const reset = expect.stringMatching(/^\d{10}$/) as string;
    expect([first, second].map(standing)).toEqual([
      ["1000", "999", reset],
      ["1000", "998", reset],
    ]);
    // A digest, because a local rate limiter writes its keys to disk.
    expect(asked[0]).toMatch(/^ADDRESS_LIMIT [0-9a-f]{64}$/);
    expect(asked[1]).toBe(asked[0]);
    await call(bindings, "GET", "/nothing", { headers: { "CF-Connecting-IP": newAddress() } });
    expect(asked[2]).not.toBe(asked[0]);
  });

  test("is not counted for the files of the terminal, of which each page has many", async () => {
    const { asked, bindings } = edge("ADDRESS_LIMIT");
    for (const path of ["/app/assets/main-1.js", "/app/manifest.webmanifest"])
      expect((await call(bindings, "GET", path, {})).status).toBe(404);
    expect(asked).toEqual([]);
    for (const [method, path] of [
      ["POST", "/app/assets/main-1.js"],
      ["GET", "/appearance"],
    ] as const)
      expect((await call(bindings, method, path, {})).status).toBe(429);
  });

  test("over the limit is refused before any authentication", async () => {
    const { bindings } = edge("ADDRESS_LIMIT");
    const reply = await call(bindings, "GET", "/v2/account", { headers: keys({ "CF-Connecting-IP": newAddress() }) });
    expect(reply.status).toBe(429);
    expect(Number(reply.headers.get("Retry-After"))).toBeGreaterThanOrEqual(1);
    expect(Number(reply.headers.get("Retry-After"))).toBeLessThanOrEqual(60);
    expect(reply.headers.get("X-RateLimit-Remaining")).toBe("0");
    expect(reply.headers.get("X-Request-ID")).not.toBeNull();
    expect(identity.apiKeys.verify).not.toHaveBeenCalled();
    expect(account.metered).not.toHaveBeenCalled();
  });

  test("is counted by its network", async () => {
    const { asked, bindings } = edge();
    for (const ip of ["2001:db8:0:9::1", "2001:db8:0:9:ffff::2"]) {
      await call(bindings, "GET", "/nothing", { headers: { "CF-Connecting-IP": ip } });
    }
    expect(asked).toHaveLength(2);
    expect(new Set(asked).size).toBe(1);
    expect(asked.join()).not.toContain("2001:db8");
  });

  test("of a market maker is not counted once its key is cached; other addresses are", async () => {
    const from = keys({ "CF-Connecting-IP": newAddress() });
    const { asked, bindings } = edge("ADDRESS_LIMIT");
    const open = edge();
    knownAs({ plan: "market_maker" });
    expect((await call(open.bindings, "GET", "/v2/account", { headers: from })).status).toBe(200);
    expect((await call(bindings, "GET", "/v2/account", { headers: from })).status).toBe(200);
    expect(asked).toEqual([]);
    const guess = { ...from, "APCA-API-SECRET-KEY": "wrong" };
    expect((await call(bindings, "GET", "/v2/account", { headers: guess })).status).toBe(429);
    const elsewhere = { ...from, "CF-Connecting-IP": newAddress() };
    expect((await call(bindings, "GET", "/v2/account", { headers: elsewhere })).status).toBe(429);
  });

  test("of a market maker is counted again once its key has not been checked for a minute", async () => {
    const from = keys({ "CF-Connecting-IP": newAddress() });
    const { bindings } = edge("ADDRESS_LIMIT");
    knownAs({ plan: "market_maker" });
    vi.useFakeTimers({ toFake: ["Date"] });
    try {
      expect((await call(edge().bindings, "GET", "/v2/account", { headers: from })).status).toBe(200);
      // Requests that need no key do not check it.
      for (const status of [404, 404, 429]) {
        expect((await call(bindings, "GET", "/nowhere", { headers: from })).status).toBe(status);
        vi.setSystemTime(Date.now() + 30_000);
      }
    } finally {
      vi.useRealTimers();
    }
  });

  test("may always ask for the health, which is not counted", async () => {
    const { asked, bindings } = edge(...LIMITS);
    const from = { "CF-Connecting-IP": newAddress() };
    expect((await call(bindings, "GET", "/nothing", { headers: from })).status).toBe(429);
    const before = asked.length;
    const reply = await call(bindings, "GET", "/v1/health", { headers: from });
    expect(reply).toMatchObject({ status: 200, body: { status: "ok" } });
    expect(asked).toHaveLength(before);
  });

  test("opens few sockets a minute", async () => {
    const from = { Upgrade: "websocket", "CF-Connecting-IP": newAddress() };
    expect((await call(edge().bindings, "GET", "/stream", { headers: from })).status).toBe(200);
    quotes.fetch.mockClear();
    expect((await call(edge("SOCKET_LIMIT").bindings, "GET", "/stream", { headers: from })).status).toBe(429);
    expect(quotes.fetch).not.toHaveBeenCalled();
  });

  test("has few sign-in attempts and e-mail requests a minute, on every such route", () => {
    const attempts = Object.entries<MethodRules>(ACCESS).flatMap(([path, rules]) =>
      path.startsWith("/v1/auth/") && rules.POST?.who === "anyone" ? [[path, rules.POST.limit]] : [],
    );
    expect(attempts.length).toBeGreaterThan(1);
    // Neither can be guessed: 240 random bits.
    const free = ["/v1/auth/refresh", "/v1/auth/logout"];
    expect(attempts.filter(([path = "", limit]) => limit !== "sign_in" && !free.includes(path))).toEqual([]);
  });
});

describe("RL-4: a user", () => {
  test.each([
    ["standard", "USER_LIMIT", "100"],
    ["pro", "BUSY_USER_LIMIT", "10000"],
  ] as const)("on the plan %s is counted by %s where no account does it", async (plan, limit, most) => {
    const userId = crypto.randomUUID();
    knownAs({ plan, userId });
    const { asked, bindings } = edge();
    const reply = await call(bindings, "GET", "/v2/clock", { headers: keys() });
    expect(reply.status).toBe(200);
    expect(standing(reply).slice(0, 2)).toEqual([most, String(Number(most) - 1)]);
    expect(asked).toContain(`${limit} ${userId}`);
    const market = await call(bindings, "GET", "/v1/books/AAPL", { headers: keys() });
    expect(standing(market).slice(0, 2)).toEqual([most, String(Number(most) - 2)]);
    const before = asked.length;
    await call(bindings, "GET", "/v2/account", { headers: keys() });
    expect(asked.slice(before)).toEqual(["ADDRESS_LIMIT "]);
  });

  test.each([
    ["/v1/indicators/sma?symbol=AAPL&timeframe=1Min", 1],
    ["/v1/indicators/sma?symbol=AAPL&timeframe=1Min&limit=1000", 2],
    ["/v1/indicators/ema?symbol=AAPL&timeframe=1Min&limit=1000&period=500", 5],
    ["/v1/indicators/vwap?symbol=AAPL&timeframe=1Min", 2],
    ["/v1/indicators/sma?symbol=AAPL&timeframe=never", 1],
  ])("is counted for each 1,000 bars that an indicator may need: %s", async (path, cost) => {
    const userId = crypto.randomUUID();
    knownAs({ userId });
    const { asked, bindings } = edge();
    await call(bindings, "GET", path, { headers: keys() });
    expect(asked.filter((each) => each === `USER_LIMIT ${userId}`)).toHaveLength(cost);
  });

  test("over the limit is refused, and no worker is asked for the data", async () => {
    knownAs({ userId: crypto.randomUUID() });
    const reply = await call(edge("USER_LIMIT").bindings, "GET", "/v2/stocks/quotes/latest", { headers: keys() });
    expect(reply).toMatchObject({ status: 429, body: { code: 42910000 } });
    expect(quotes.fetch).not.toHaveBeenCalled();
  });
});

describe("RL-2, RL-4: a batch of commands", () => {
  const body = { commands: Array.from({ length: 3 }, () => ({ action: "cancel", client_order_id: "mine" })) };
  const batch = (bindings: Partial<Bindings>) => call(bindings, "POST", "/v1/orders/batch", { headers: keys(), body });

  test("is counted by the account, in one call", async () => {
    const { asked, bindings } = edge();
    expect((await batch(bindings)).status).toBe(207);
    expect(asked).toEqual(["ADDRESS_LIMIT "]);
    expect(account.metered.mock.calls.map(([plan, method]) => [plan, method])).toEqual([
      ["standard", "executeCommands"],
    ]);
  });

  test("of a guest, who can only read, is refused before the account is called", async () => {
    knownAs({ userId: crypto.randomUUID(), guest: true, scopes: ["read"] });
    const { bindings } = edge();
    account.metered.mockClear();
    expect((await batch(bindings)).status).toBe(403);
    expect(account.metered).not.toHaveBeenCalled();
    expect(account.executeCommands).not.toHaveBeenCalled();
  });
});

test("RL-5: without a binding, or with one that fails, nothing is refused", async () => {
  const failing = { limit: vi.fn(() => Promise.reject(new Error("down on demand"))) };
  const bindings = { ADDRESS_LIMIT: failing };
  expect((await call(bindings, "GET", "/nothing")).status).toBe(404);
  expect(failing.limit).toHaveBeenCalledOnce();
  expect(lines.map((line) => (JSON.parse(line) as { event: string }).event)).toContain("limit.unanswered");
  expect((await call({}, "GET", "/nothing")).status).toBe(404);
});

describe("RL-4: a guest", () => {
  const [activity] = ACTIVITIES;
  if (activity === undefined) throw new Error("there are samples");
  const page = (more: boolean) => ({ activities: [activity], more, since: 1 });

  /** An export of three pages by a guest; `refusals`: how often its limit refuses after the request was admitted. */
  async function exported(refusals: number) {
    const userId = crypto.randomUUID();
    knownAs({ userId, plan: "market_maker", guest: true, scopes: ["read"] });
    for (const more of [true, true, false]) account.activities.mockResolvedValueOnce(page(more));
    const { asked, bindings } = edge();
    const ofUser = () => asked.filter((each) => each.endsWith(userId));
    const limit = async ({ key }: { key: string }) => {
      asked.push(`USER_LIMIT ${key}`);
      return { success: ofUser().length < 2 || ofUser().length > 1 + refusals };
    };
    const init = { headers: keys() };
    const url = "http://exchange.test/v1/account/activities/export?format=ndjson";
    const reply = await app.request(url, init, { ...env(), ...bindings, USER_LIMIT: { limit } });
    return { asked: ofUser, reply, userId };
  }

  test("is counted for each page of a file, as on the plan standard", async () => {
    const { asked, reply, userId } = await exported(0);
    expect((await reply.text()).trimEnd().split("\n")).toHaveLength(3);
    expect(asked()).toEqual([1, 2, 3].map(() => `USER_LIMIT ${userId}`));
  });

  test("is counted for what a file costs on paper", async () => {
    const userId = crypto.randomUUID();
    knownAs({ userId, guest: true, scopes: ["read"] });
    account.activities.mockResolvedValueOnce({
      activities: Array.from({ length: 100 }, () => activity),
      more: false,
      since: 1,
    });
    const { asked, bindings } = edge();
    const month = new Date(activity.at).toISOString().slice(0, 7);
    const url = `http://exchange.test/v1/account/statements/${month}.pdf`;
    const reply = await app.request(url, { headers: keys() }, { ...env(), ...bindings });
    expect(reply.status).toBe(200);
    // Movements, balances and activities; three for more than 100 rows.
    expect(asked.filter((each) => each === `USER_LIMIT ${userId}`)).toHaveLength(6);
  });

  test("over the limit gets the rest of its file in the next minute", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout"] });
    try {
      const { asked, reply } = await exported(2);
      let text: string | null = null;
      const read = reply.text().then((whole) => (text = whole));
      while (vi.getTimerCount() === 0) await setImmediate();
      expect(asked()).toHaveLength(2);
      for (; text === null; await setImmediate()) await vi.advanceTimersByTimeAsync(60_000);
      expect((await read).trimEnd().split("\n")).toHaveLength(3);
      expect(asked()).toHaveLength(5);
    } finally {
      vi.useRealTimers();
    }
  });
});
