/** The public origin, for requests with another Host header. */
import { expect, test } from "vitest";
import { app, env } from "./fakes.ts";

const ELSEWHERE = "https://evil.example";

const ask = (path: string, init: RequestInit = {}) => app.request(ELSEWHERE + path, init, env());

test("GW-10: documents of OAuth name the configured address", async () => {
  for (const path of ["/.well-known/openid-configuration", "/.well-known/oauth-authorization-server"]) {
    const text = await (await ask(path)).text();
    expect(JSON.parse(text)).toMatchObject({
      issuer: "https://exchange.test",
      token_endpoint: "https://exchange.test/oauth/token",
      jwks_uri: "https://exchange.test/.well-known/jwks.json",
    });
    expect(text).not.toContain("evil");
  }
});

test("GW-10: a page of another host is foreign, and gets no cookies", async () => {
  const form = { method: "POST", headers: { Origin: ELSEWHERE, "Content-Type": "application/x-www-form-urlencoded" } };
  const page = await ask("/auth/sign-in", { ...form, body: "form_token=x" });
  expect(page.status).toBe(400);
  const token = `${"A".repeat(20)}.${crypto.randomUUID()}.${"s".repeat(40)}.${"t".repeat(43)}`;
  const refresh = (origin: string) =>
    ask("/v1/auth/refresh", {
      method: "POST",
      headers: { Origin: origin, Cookie: `__Host-refresh=${token}`, "X-CSRF-Token": "csrf" },
    });
  expect((await refresh(ELSEWHERE)).status).toBe(403);
  expect((await refresh("https://exchange.test")).status).toBe(200);
});
