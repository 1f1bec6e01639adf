import fc from "fast-check";
import { expect, test } from "vitest";
import { RESOURCES } from "../../workers/gateway/resources/registry.ts";
import { pathOf } from "../../workers/gateway/app.ts";
import { lines, trade } from "./fakes.ts";
import { TRADER } from "./samples.ts";

test("WS-4: paths with double slashes, a trailing slash, or encoded segments and colons are routed", async () => {
  const paths = [
    "//v2/account",
    "/v2//account/",
    "/v2/assets/BTC%2FUSD",
    "/v2/assets/BTCUSD",
    "/v2/assets/BTC/USD",
    "//v2/assets/BTC/USD/",
    "/v2/positions/BTC/USD",
    "/v2/positions/BTC%2fUSD",
  ];
  for (const path of paths) expect({ path, ...(await trade("GET", path)) }).toMatchObject({ path, status: 200 });
  for (const path of [
    "/v2/orders:by_client_order_id",
    "/v2/orders%3Aby_client_order_id",
    "//v2/orders%3aby_client_order_id",
  ]) {
    expect({ path, ...(await trade("GET", `${path}?client_order_id=mine`)) }).toMatchObject({ path, status: 200 });
  }
});

test.each(["BTC/USD", "BTC%2FUSD", "BTC%2fUSD", "BTCUSD"])("WS-4: each route with a symbol takes %s", async (name) => {
  const routes = RESOURCES.flatMap(({ access }) => Object.keys(access));
  const withSymbol = routes.filter((route) => /:(?:symbol|asset)\b/.test(route));
  // The quotes worker has the rest of these.
  withSymbol.push("/v1/books/:symbol", "/v2/stocks/:symbol/quotes/latest", "/v2/stocks/:symbol/trades/latest");
  expect(withSymbol.length).toBeGreaterThan(8);
  for (const route of withSymbol) {
    const path = route.replace(":id", TRADER.accountId).replace(/:(?:symbol|asset)\b/, name);
    const segment = decodeURIComponent(pathOf(new Request(`http://exchange.test${path}`)));
    expect(segment.replace("BTC/USD", "BTCUSD"), path).toBe(decodeURIComponent(path).replace("BTC/USD", "BTCUSD"));
    expect(pathOf(new Request(`http://exchange.test${path}`)).split("/"), path).toHaveLength(route.split("/").length);
  }
});

test("WS-4: unknown paths are 404, unknown methods 405 with Allow", async () => {
  for (const path of [
    "/v2/nothing",
    "/v2/assets/NOPE/USD",
    "/v2/assets/BTC/USD/x",
    "/v2/assets/%E0%A4%A",
    "/v1/nothing",
    "/nothing",
    "/v2/orders:by_name",
  ]) {
    expect({ path, ...(await trade("GET", path)) }).toMatchObject({ path, status: 404 });
  }
  const reply = await trade("PATCH", "/v2/orders", "{}");
  expect(reply).toMatchObject({ status: 405, body: { code: 40510000 } });
  expect(reply.headers.get("Allow")).toBe("POST, GET, DELETE");
});

test("WS-10: every response has a request id and is not cached; the log line has no secrets", async () => {
  const reply = await trade("GET", "/v2/orders:by_client_order_id?client_order_id=very-private");
  expect(reply.headers.get("X-Request-ID")).toMatch(/^[0-9a-f-]{36}$/);
  expect(reply.headers.get("Cache-Control")).toBe("no-store");
  const [line = ""] = lines;
  expect(JSON.parse(line)).toMatchObject({ event: "request", status: 200, accountId: TRADER.accountId });
  expect(line).not.toContain("very-private");
  expect(line).not.toContain("right");
});

test("WS-4: a path that is normal already is the one that the URL parser gives", () => {
  const part = fc.constantFrom(
    ...[
      "/",
      "//",
      "v2",
      "orders",
      ":by_client_order_id",
      "%3A",
      "%3a",
      "%2F",
      ".",
      "..",
      "a.b",
      "~",
      "-",
      "_",
      "\\",
      "@",
    ],
    ...["?", "?a=/b", "#", "#x?y", ";", "é", " ", "\t", "BTC%2FUSD", "%", "[", "]", "{", "0"],
  );
  const host = fc.constantFrom(
    "http://exchange.test",
    "https://h:8787",
    "http://[::1]:80",
    "http://u:p@h",
    "http://h@x",
  );
  const parsed = (url: string): string => {
    const path = new URL(url).pathname.replace(/\/{2,}/g, "/").replace(/%3A/gi, ":");
    return path.length > 1 && path.endsWith("/") ? path.slice(0, -1) : path;
  };
  fc.assert(
    fc.property(host, fc.array(part, { maxLength: 8 }), (origin, parts) => {
      const url = `${origin}/${parts.join("")}`;
      expect([url, pathOf({ url } as Request)]).toEqual([url, parsed(url)]);
    }),
    { numRuns: 5_000 },
  );
});
