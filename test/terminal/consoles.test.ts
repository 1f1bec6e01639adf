/** Who may not see the consoles of administrators and auditors. */
import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { exchange, expectAccessible, newPage, signInAs, WITHOUT_BROWSER } from "./browser.ts";

async function open(page: Page, path: string): Promise<void> {
  await page.goto(exchange().url + path);
  await page.getByRole("heading", { level: 1 }).waitFor();
}

describe.skipIf(WITHOUT_BROWSER)("the consoles", () => {
  test("UI-154: a trader gets neither page nor data", async () => {
    const page = await newPage();
    await signInAs(page, 0);
    for (const [path, api] of [
      ["/admin", "/v1/admin/users"],
      ["/audit", "/v1/audit/events"],
    ] as const) {
      await open(page, path);
      await page.getByText(/the exchange gives it no data \(403\)/).waitFor();
      await expectAccessible(page);
      expect((await page.request.get(exchange().url + api)).status()).toBe(403);
    }
  });
});
