import { Hono } from "hono";
import { html } from "hono/html";
import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import type { AppEnv } from "../context.ts";
import { answerPage, type Page } from "./page.ts";

async function answered(
  page: Omit<Page, "body">,
  text = "",
): Promise<{ text: string; policy: string; status: number }> {
  const app = new Hono<AppEnv>();
  app.get("/", (c) => answerPage(c, { ...page, body: html`<p>${text}</p>` }));
  const answer = await app.request("/");
  return {
    text: await answer.text(),
    policy: answer.headers.get("content-security-policy") ?? "",
    status: answer.status,
  };
}

test("GW-3: a page's policy allows its style by digest and our images, and no script or frame", async () => {
  const { text, policy } = await answered({ title: "t" });
  const style = /<style>([\s\S]*)<\/style>/.exec(text)?.[1] ?? "";
  const digest = createHash("sha256").update(style).digest("base64");
  expect(policy.split("; ")).toEqual([
    "default-src 'none'",
    `style-src 'sha256-${digest}'`,
    "img-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ]);
});

test("GW-3: interpolated values are escaped", async () => {
  const { text } = await answered(
    { title: "</title><script>1</script>", refreshTo: '/x"><script>2</script>' },
    "<img src=x onerror=3>",
  );
  expect(text).not.toMatch(/<script|<img/);
  expect(text).toContain("&lt;img src=x onerror=3&gt;");
});

test("GW-3: the policy has only the origin of a form's target", async () => {
  const { policy } = await answered({
    title: "t",
    formTargets: ["https://app.test:8443/cb?x=;script-src *", "myapp:/cb"],
  });
  expect(policy).toContain("form-action 'self' https://app.test:8443 myapp:; base-uri");
});

test.each(["https://a.test;sandbox/cb", "https://a'b.test/", "https://*.test/", "no address"])(
  "GW-3: an address that could end the policy is in none: %s",
  async (address) => expect((await answered({ title: "t", formTargets: [address] })).status).toBe(500),
);
