/** The terminal's documents and files: what the gateway serves, under which policy, and how large it is. */
import { describe, expect, test } from "vitest";
import { WITHOUT_BROWSER, exchange, expectAccessible, expectNoTrouble, newPage, signInAs } from "./browser.ts";

describe.skipIf(WITHOUT_BROWSER)("the terminal", () => {
  test("UI-1, UI-2: every page is one document under a policy without unsafe words", async () => {
    for (const path of ["/", "/sign-in", "/trade", "/settings/keys", "/portfolio"]) {
      const answer = await fetch(exchange().url + path, { headers: { Accept: "text/html" } });
      expect(answer.status, path).toBe(200);
      const policy = answer.headers.get("content-security-policy") ?? "";
      expect(policy, path).toContain("script-src 'self'");
      expect(policy, path).not.toMatch(/unsafe|\*|https?:/);
      expect(await answer.text(), path).not.toMatch(/<script>|<style|style="| on\w+="/);
    }
  });

  test("UI-3: files named by their content are kept for ever, the document is asked for each time", async () => {
    const document = await fetch(exchange().url);
    expect(document.headers.get("cache-control")).toBe("no-cache");
    const [, script = ""] = /src="(\/app\/assets\/[^"]+\.js)"/.exec(await document.text()) ?? [];
    const file = await fetch(exchange().url + script);
    expect([file.status, file.headers.get("cache-control")]).toEqual([200, "public, max-age=31536000, immutable"]);
  });

  test("UI-4: a visitor and a trader see their pages, with no error and no request to elsewhere", async () => {
    const page = await newPage();
    await page.goto(exchange().url);
    await page.getByRole("link", { name: "Sign in" }).first().waitFor();
    await expectAccessible(page);
    await signInAs(page, 0);
    await expect.poll(() => page.getByRole("navigation", { name: "Main" }).count()).toBe(1);
    expectNoTrouble(page, /401/);
  });
});
