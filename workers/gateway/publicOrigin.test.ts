import { Hono } from "hono";
import { expect, test } from "vitest";
import type { AppEnv } from "./context.ts";
import { publicOrigin } from "./publicOrigin.ts";

const app = new Hono<AppEnv>();
app.get("*", (c) => c.text(publicOrigin(c).origin));

const originFor = async (publicUrl: string, url: string, headers: Record<string, string> = {}) =>
  (await app.request(url, { headers }, { PUBLIC_URL: publicUrl })).text();

test("GW-10: the origin comes from the configuration, whatever the Host header is", async () => {
  for (const url of [
    "https://exchange.test/x",
    "http://exchange.test/",
    "https://evil.example/",
    "http://localhost/",
  ]) {
    expect(await originFor("https://exchange.test", url), url).toBe("https://exchange.test");
  }
  const claims = {
    Host: "evil.example",
    "X-Forwarded-Host": "evil.example",
    Forwarded: "host=evil.example;proto=http",
  };
  expect(await originFor("https://exchange.test/path/", "https://exchange.test/", claims)).toBe(
    "https://exchange.test",
  );
  expect(await originFor("http://exchange.test:8443", "http://exchange.test/")).toBe("https://exchange.test:8443");
});

test("GW-10: a local exchange uses host and port of the request, if they are of this machine", async () => {
  const local = "http://localhost:8787";
  for (const url of [local, "http://localhost:9000", "http://127.0.0.1:8787", "http://[::1]:8787"]) {
    expect(await originFor(local, `${url}/x`)).toBe(url);
  }
  for (const url of ["http://evil.example/", "http://127.0.0.1.evil.example/", "http://localhost.evil.example:8787/"]) {
    expect(await originFor(local, url), url).toBe(local);
  }
});
