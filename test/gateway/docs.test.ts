/** The files behind /docs: requests to the static files, and responses. */
import { expect, test, vi } from "vitest";
import { app, env, keyId } from "./fakes.ts";

const files = vi.fn(async (request: Request) => {
  const { pathname } = new URL(request.url);
  if (pathname !== "/docs/api/reference.html") return new Response("no such file", { status: 404 });
  if (request.headers.has("If-None-Match")) return new Response(null, { status: 304, headers: { ETag: '"1"' } });
  const headers = { "Content-Type": "text/html", ETag: '"1"', "CF-Cache-Status": "HIT", "Set-Cookie": "a=b" };
  return new Response("<p>", { headers });
});

const ask = (path: string, init: RequestInit = {}) =>
  app.request(`http://exchange.test${path}`, init, { ...env(), SITE: { fetch: files } });

test("GW-31: a file is requested without the client's headers, and served with our headers only", async () => {
  const shown = { Cookie: "__Host-access=secret", Authorization: "Bearer secret", "APCA-API-KEY-ID": keyId };
  const answer = await ask("/docs?x=1", { headers: shown });
  const asked = files.mock.calls[0]?.[0];
  expect([asked?.url, [...(asked?.headers ?? [])]]).toEqual(["http://exchange.test/docs/api/reference.html", []]);
  expect([answer.status, await answer.text(), answer.headers.get("etag")]).toEqual([200, "<p>", '"1"']);
  expect(answer.headers.get("content-security-policy")).toMatch(/^default-src 'none'; script-src 'self'/);
  expect([answer.headers.has("cf-cache-status"), answer.headers.has("set-cookie")]).toEqual([false, false]);
  expect((await ask("/docs", { headers: { "If-None-Match": '"1"' } })).status).toBe(304);
});

test("GW-31: unknown files are 404 and other methods 405, as everywhere", async () => {
  for (const path of ["/docs/nothing", "/docs/../wrangler.toml", "/docs/%2e%2e/%2e%2e/secrets", "/docs/ui/"]) {
    const answer = await ask(path);
    expect([path, answer.status]).toEqual([path, 404]);
    expect(answer.headers.get("content-security-policy"), path).toMatch(/^default-src 'none'; base-uri/);
  }
  expect((await ask("/docs", { method: "POST" })).status).toBe(405);
  // A runtime without static files.
  expect((await app.request("http://exchange.test/docs", {}, env())).status).toBe(404);
});

test("GW-35: a browser gets a 404 page with links, a program the API's error", async () => {
  const browser = { Accept: "text/html,application/xhtml+xml,*/*;q=0.8" };
  for (const path of ["/nowhere", "/docs/nothing"]) {
    const page = await ask(path, { headers: browser });
    expect([page.status, page.headers.get("content-type")]).toEqual([404, expect.stringMatching("text/html")]);
    const text = await page.text();
    expect(text).toContain('href="/docs"');
    expect(page.headers.get("content-security-policy")).toContain("default-src 'none'");
  }
  for (const [path, headers] of [
    ["/nowhere", {}],
    ["/v1/nowhere", browser],
    ["/v2/nowhere", browser],
  ] as const) {
    const answer = await ask(path, { headers });
    expect([path, answer.status]).toEqual([path, 404]);
    expect(answer.headers.get("content-type")).toContain("json");
  }
});

test("GW-35: every page links its icon, which is also served as favicon.ico", async () => {
  files.mockClear();
  expect(await (await ask("/auth/sign-in")).text()).toContain('<link rel="icon" href="/favicon.svg"');
  for (const path of ["/favicon.svg", "/favicon.ico"]) await ask(path);
  expect(files.mock.calls.map(([request]) => new URL(request.url).pathname)).toEqual(["/favicon.svg", "/favicon.svg"]);
});
