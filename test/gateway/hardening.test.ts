/** Hostile input besides credentials: headers, bodies, origins. */
import { expect, test } from "vitest";
import { documented } from "../../ops/api/openapi.ts";
import { deeperThan } from "../../workers/gateway/body.ts";
import { account, app, env, keyId, lines, quotes, send, trade } from "./fakes.ts";
import { ORDER, TICKET, TRADER } from "./samples.ts";

const COMMON = {
  "content-security-policy": "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "cache-control": "no-store",
  "api-version": expect.stringMatching(/^1\.\d+$/),
  "x-request-id": expect.stringMatching(/^[0-9a-f-]{36}$/),
};

test("GW-3: every response has the security headers, errors and responses of other workers included", async () => {
  for (const [method, path] of [
    ["GET", "/v2/clock"],
    ["GET", "/v1/nowhere"],
    ["PUT", "/v2/orders"],
    ["GET", "/v1/books/AAPL"],
    ["POST", "/v2/orders"],
  ] as const) {
    const { headers } = await trade(method, path);
    expect(Object.fromEntries(headers), `${method} ${path}`).toMatchObject(COMMON);
    expect(headers.get("strict-transport-security"), path).toBe("max-age=63072000; includeSubDomains");
  }
  const local = await app.request("http://localhost/v1/health", {}, { ...env(), PUBLIC_URL: "http://localhost" });
  expect(local.headers.has("strict-transport-security")).toBe(false);
});

test("GW-3: a frequent answer, which is made at once, has the headers of every other answer", async () => {
  const made = [
    ["POST", "/v2/orders", TICKET, 200],
    ["GET", "/v2/orders", undefined, 200],
    ["GET", "/v2/account", undefined, 200],
    ["DELETE", "/v2/orders", undefined, 207],
    ["DELETE", `/v2/orders/${ORDER.id}`, undefined, 204],
  ] as const;
  for (const url of ["https://exchange.test", "http://localhost:8787"]) {
    const ask = async (method: string, path: string, body?: unknown) => {
      const init = {
        method,
        headers: { "APCA-API-KEY-ID": keyId, "APCA-API-SECRET-KEY": "right", Origin: SITE },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      };
      const { status, headers } = await app.request(`${url}${path}`, init, { ...env(), PUBLIC_URL: url });
      const { "x-request-id": requestId, ...all } = Object.fromEntries(headers);
      expect(requestId).toMatch(/^[0-9a-f-]{36}$/);
      return { status, all };
    };
    // Of a position that is not there: made by the error handler, after the account has counted the request.
    const { all: expected } = await ask("GET", "/v2/positions/TSLA");
    expect(expected).toMatchObject({ "x-ratelimit-limit": expect.anything(), vary: "Origin" });
    for (const [method, path, body, status] of made) {
      const { "content-type": type, ...others } = expected;
      const all = status === 204 ? others : { ...others, "content-type": type };
      expect({ method, path, ...(await ask(method, path, body)) }).toEqual({ method, path, status, all });
    }
  }
});

const SITE = "https://app.example.com";
const preflight = (origin: string) =>
  send("OPTIONS", "/v2/orders", {
    headers: {
      Origin: origin,
      "Access-Control-Request-Method": "POST",
      "Access-Control-Request-Headers": "apca-api-key-id",
    },
  });

test("GW-4: a configured origin may call the API and read what it needs, never with cookies", async () => {
  const asked = await preflight(SITE);
  expect(asked.status).toBe(204);
  expect(asked.headers.get("access-control-allow-origin")).toBe(SITE);
  expect(asked.headers.get("access-control-allow-methods")).toContain("PATCH");
  expect(asked.headers.get("access-control-allow-headers")).toContain("APCA-API-KEY-ID");
  expect(account.submitOrder).not.toHaveBeenCalled();
  for (const path of ["/v2/orders", "/v2/nowhere"]) {
    const { headers } = await trade("GET", path, undefined, { Origin: SITE });
    expect([headers.get("access-control-allow-origin"), headers.get("vary")]).toEqual([SITE, "Origin"]);
    expect(headers.get("access-control-expose-headers")).toMatch(/X-Request-ID.*X-RateLimit-Remaining/);
    expect(headers.has("access-control-allow-credentials")).toBe(false);
  }
  expect(asked.headers.has("access-control-allow-credentials")).toBe(false);
});

test.each([
  "https://evil.example.com",
  "https://app.example.com.evil.com",
  "http://app.example.com",
  "https://app.example.com:444",
  "https://APP.example.com",
  "null",
  "*",
  "",
])("GW-4: no other origin is allowed: %s", async (origin) => {
  const asked = await preflight(origin);
  expect(asked.status).not.toBe(204);
  const { headers } = await trade("GET", "/v2/orders", undefined, { Origin: origin });
  for (const name of ["access-control-allow-origin", "access-control-expose-headers", "access-control-allow-methods"]) {
    expect([asked.headers.has(name), headers.has(name)], name).toEqual([false, false]);
  }
  // A cache must not serve this response to another origin.
  expect(headers.get("vary")).toBe("Origin");
});

test("GW-4: without configuration no origin is allowed, not even `*`", async () => {
  for (const CORS_ORIGINS of ["", "*"]) {
    const answer = await app.request("/v1/health", { headers: { Origin: "*" } }, { ...env(), CORS_ORIGINS });
    expect(answer.headers.has("access-control-allow-origin")).toBe(false);
  }
});

const KIB_64 = 64 * 1024;

test.each([
  ["64 KiB of [", "[".repeat(KIB_64)],
  ["64 KiB of {", '{"a":'.repeat(KIB_64 / 5)],
  ["balanced", `${"[".repeat(30_000)}${"]".repeat(30_000)}`],
  ["deep in a field", JSON.stringify({ ...TICKET, legs: JSON.parse("[".repeat(40) + "]".repeat(40)) })],
  ["17 levels", `${"[".repeat(17)}${"]".repeat(17)}`],
])("GW-5: a body that is nested too deeply is refused before it is parsed: %s", async (_name, body) => {
  expect(await trade("POST", "/v2/orders", body)).toMatchObject({
    status: 400,
    body: { message: "request body is nested too deeply" },
  });
});

test("GW-5: brackets inside JSON strings do not count as nesting, whatever is escaped before them", async () => {
  const names = ["[".repeat(120), '\\"[[['.repeat(20), "\\", "{".repeat(60) + "\\"];
  for (const name of names) {
    expect(deeperThan(JSON.stringify({ name }), 1)).toBe(false);
    expect((await trade("POST", "/v2/orders", { ...TICKET, client_order_id: name })).status).toBe(200);
  }
  expect(deeperThan(`${"[".repeat(16)}${"]".repeat(16)}`, 16)).toBe(false);
  expect(deeperThan(`["\\\\", ${"[".repeat(16)}`, 16)).toBe(true);
  expect(deeperThan("[]".repeat(1_000), 1)).toBe(false);
});

test("GW-5: a body of 64 KiB is read, one byte more is 413, declared or not", async () => {
  const body = (size: number) => JSON.stringify(TICKET).padEnd(size);
  expect((await trade("POST", "/v2/orders", body(KIB_64))).status).toBe(200);
  expect((await trade("POST", "/v2/orders", body(KIB_64 + 1))).status).toBe(413);
});

test("GW-5: a body of a declared length is read under the same limits", async () => {
  const declared = (body: BodyInit, length: string) =>
    app.request(
      "http://exchange.test/v2/orders",
      {
        method: "POST",
        headers: { "APCA-API-KEY-ID": keyId, "APCA-API-SECRET-KEY": "right", "Content-Length": length },
        body,
      },
      env(),
    );
  const text = JSON.stringify({ ...TICKET, client_order_id: "Ünïcode €" });
  expect((await declared(text, String(new TextEncoder().encode(text).length))).status).toBe(200);
  expect(account.submitOrder.mock.lastCall?.[1]).toMatchObject({ clientOrderId: "Ünïcode €" });
  expect((await declared(JSON.stringify(TICKET).padEnd(KIB_64), String(KIB_64))).status).toBe(200);
  // More than was declared, or more than is allowed.
  for (const length of ["10", String(KIB_64), String(KIB_64 + 1), "99999999", "x"]) {
    expect([length, (await declared(JSON.stringify(TICKET).padEnd(KIB_64 + 1), length)).status]).toEqual([length, 413]);
  }
  // A body that is cut off within a character must not change how the next one is read.
  for (const broken of [Uint8Array.of(0x7b, 0xe2, 0x82), Uint8Array.of(0xff), Uint8Array.of(0xf0, 0x9f)]) {
    expect((await declared(broken, String(broken.length))).status).toBe(400);
    expect((await declared(JSON.stringify(TICKET), "200")).status).toBe(200);
  }
});

test("GW-5: a body that arrives in pieces is read to its declared length, or to its end", async () => {
  const text = new TextEncoder().encode(JSON.stringify({ ...TICKET, client_order_id: "in pieces €" }));
  const inPieces = (size: number, upTo = text.length): ReadableStream => {
    let at = 0;
    return new ReadableStream({
      pull(controller) {
        controller.enqueue(text.subarray(at, Math.min(upTo, at + size)));
        at += size;
        if (at >= upTo) controller.close();
      },
    });
  };
  const sent = async (body: ReadableStream, length: string | null) => {
    const headers = new Headers({ "APCA-API-KEY-ID": keyId, "APCA-API-SECRET-KEY": "right" });
    if (length !== null) headers.set("Content-Length", length);
    const init = { method: "POST", headers, body, duplex: "half" } as RequestInit;
    const request = new Request("http://exchange.test/v2/orders", init);
    const { status } = await app.request(request, undefined, env());
    // Who comes after the gateway, as a middleware of `wrangler dev`, may read what is left.
    expect(request.body?.locked).toBe(false);
    return status;
  };
  for (const size of [1, 7, text.length - 1]) {
    for (const length of [String(text.length), String(text.length + 5), null]) {
      expect([size, length, await sent(inPieces(size), length)]).toEqual([size, length, 200]);
      expect(account.submitOrder.mock.lastCall?.[1]).toMatchObject({ clientOrderId: "in pieces €" });
    }
  }
  account.submitOrder.mockClear();
  expect(await sent(inPieces(7, text.length - 3), String(text.length))).toBe(400);
  expect(account.submitOrder).not.toHaveBeenCalled();
});

test.each(["gzip", "br", "deflate", "GZIP", "identity, gzip", "x"])(
  "GW-6: a body in %s is not unpacked but refused",
  async (encoding) => {
    const reply = await trade("POST", "/v2/orders", TICKET, { "Content-Encoding": encoding });
    expect(reply).toMatchObject({ status: 415, body: { code: 41500000 } });
    expect(account.submitOrder).not.toHaveBeenCalled();
  },
);

test.each([
  '"__proto__":{"qty":"999","polluted":true}',
  '"constructor":{"prototype":{"polluted":true}}',
  '"take_profit":{"__proto__":{"limit_price":"1","polluted":true}}',
])("GW-7: keys of a prototype are data like others, unknown ones, and reach nothing: %s", async (spoilt) => {
  const reply = await trade("POST", "/v2/orders", `{${spoilt},${JSON.stringify(TICKET).slice(1)}`);
  expect(reply).toMatchObject({ status: 422, body: { reason: "unknown_field" } });
  expect(account.submitOrder).not.toHaveBeenCalled();
  expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
});

test("GW-9: every request schema refuses unknown fields", () => {
  const lax = documented().filter(({ operation: { requestBody, form } }) => {
    if (requestBody === undefined || form === true) return false;
    const { error } = requestBody.safeParse({ roles_of_another: ["admin"] });
    return !JSON.stringify(error?.issues ?? []).includes('"keys":["roles_of_another"]');
  });
  expect(lax.map(({ method, path }) => `${method} ${path}`)).toEqual([]);
});

test("GW-9: extra roles, ids or scopes in a body are refused, and no object is called", async () => {
  const added = {
    roles: ["admin"],
    scopes: ["withdraw"],
    plan: "pro",
    account_id: OTHER.accountId,
    userId: OTHER.userId,
  };
  for (const [field, value] of Object.entries(added)) {
    const reply = await trade("POST", "/v1/orders/cancel-after", { timeout_seconds: 5, [field]: value });
    expect(reply).toMatchObject({ status: 422, body: { reason: "unknown_field", detail: `unknown field ${field}` } });
    const order = await trade("POST", "/v2/orders", { ...TICKET, [field]: value });
    expect(order).toMatchObject({ status: 422, body: { reason: "unknown_field" } });
  }
  expect(account.setCancelAfter).not.toHaveBeenCalled();
  expect(account.submitOrder).not.toHaveBeenCalled();
});

test("GW-9: an order with a misspelt field is refused", async () => {
  const [bracket, exits] = [{ order_clas: "bracket" }, { stop_loss: { stop_prise: "200" } }];
  expect(await trade("POST", "/v2/orders", { ...TICKET, ...bracket })).toMatchObject({
    status: 422,
    body: { code: 40010001, reason: "unknown_field", message: "unknown field order_clas; did you mean order_class?" },
  });
  expect((await trade("POST", "/v2/orders", { ...TICKET, ...exits })).body).toMatchObject({
    message: "unknown field stop_loss.stop_prise; did you mean stop_loss.stop_price?",
  });
  expect((await trade("PATCH", `/v2/orders/${ORDER.id}`, { stop_prise: "200" })).status).toBe(422);
  expect(account.submitOrder).not.toHaveBeenCalled();
  expect(account.replaceOrder).not.toHaveBeenCalled();
});

test.each([
  ["DELETE", "/v2/orders", "symbols=AAPL"],
  ["DELETE", `/v2/orders/${ORDER.id}`, "nested=true"],
  ["GET", "/v2/orders", "simbols=AAPL"],
  ["GET", `/v2/orders/${ORDER.id}`, "nest=true"],
  ["GET", "/v2/orders:by_client_order_id", "client_order_id=mine&side=buy"],
  ["PATCH", `/v2/orders/${ORDER.id}`, "qty=2"],
  ["POST", "/v2/orders", "qty=2"],
])("GW-9: %s %s refuses the unknown parameter of ?%s", async (method, path, query) => {
  const body = method === "GET" || method === "DELETE" ? undefined : TICKET;
  const reply = await trade(method, `${path}?${query}`, body);
  expect(reply).toMatchObject({ status: 422, body: { reason: "unknown_parameter" } });
  for (const call of [account.cancelAllOrders, account.cancelOrder, account.orders, account.order]) {
    expect(call).not.toHaveBeenCalled();
  }
});

const OTHER = {
  userId: "00000000-0000-4000-8000-000000000000",
  accountId: "00000000-0000-4000-8000-000000000000",
  roles: ["admin"],
};

const SMUGGLED: Readonly<Record<string, string>> = {
  "X-Principal": JSON.stringify(OTHER),
  "x-PRINCIPAL": JSON.stringify(OTHER),
  "X-Request-ID": "forged",
  "X-User-ID": OTHER.userId,
  "X-Forwarded-User": OTHER.userId,
  "X-Forwarded-For": "10.0.0.1",
  "X-Real-IP": "10.0.0.1",
  Forwarded: "for=10.0.0.1",
  "X-Original-URL": "/v1/admin/bootstrap",
  "X-Rewrite-URL": "/v1/admin/bootstrap",
  "X-HTTP-Method-Override": "DELETE",
  "X-HTTP-Method": "DELETE",
  "X-Method-Override": "DELETE",
};

test("GW-8: headers by which proxies name a caller, an address or a path are ignored", async () => {
  const alone = await send("GET", "/v2/account", { headers: SMUGGLED });
  expect(alone.status).toBe(401);
  const reply = await trade("GET", `/v2/orders/${ORDER.id}`, undefined, SMUGGLED);
  expect(reply.status).toBe(200);
  expect(account.cancelOrder).not.toHaveBeenCalled();
  expect(reply.headers.get("x-request-id")).not.toBe("forged");
  expect(lines.join("")).not.toMatch(/forged|10\.0\.0\.1/);
  await trade("POST", "/v2/orders", TICKET, { ...SMUGGLED, "CF-Connecting-IP": "203.0.113.9" });
  const [principal, , origin] = account.submitOrder.mock.calls[0] ?? [];
  expect(principal).toMatchObject({ userId: TRADER.userId });
  expect(origin).toMatchObject({ ip: "203.0.113.9" });
  expect(origin?.requestId).not.toBe("forged");
});

test("GW-8: the quotes worker gets the caller from the gateway, not from the client's headers", async () => {
  await trade("GET", "/v1/books/AAPL", undefined, SMUGGLED);
  const passed = quotes.fetch.mock.calls[0]?.[0].headers;
  expect(JSON.parse(passed?.get("x-principal") ?? "")).toMatchObject({ userId: TRADER.userId });
  expect(passed?.get("x-request-id")).not.toBe("forged");
  await send("GET", "/v1beta3/crypto/us/x", { headers: SMUGGLED });
  expect(quotes.fetch.mock.calls[1]?.[0].headers.has("x-principal")).toBe(false);
});
