/** Markup in every text that a user or an app can set is shown as text. */
import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { WITHOUT_BROWSER, exchange, expectNoTrouble, newPage, signInAs } from "../browser.ts";

/** Short enough for every name, and an attack in an element, an attribute and a script. */
const ATTACK = `"><img src=x onerror=attacked()><b>`;

async function api<T>(page: Page, method: string, path: string, body?: object): Promise<T> {
  const csrf = await page.evaluate(() => localStorage.getItem("csrf") ?? "");
  const answer = await page.request.fetch(`${exchange().url}${path}`, {
    method,
    headers: { Origin: exchange().url, "X-CSRF-Token": csrf },
    ...(body === undefined ? {} : { data: body }),
  });
  const text = await answer.text();
  expect(answer.ok(), `${method} ${path}: ${text}`).toBe(true);
  return (text === "" ? null : JSON.parse(text)) as T;
}

async function expectShownAsText(page: Page, path: string): Promise<void> {
  await page.goto(exchange().url + path);
  await page
    .getByText(ATTACK)
    .or(page.locator(`[value='${ATTACK.replaceAll("'", "\\'")}']`))
    .filter({ visible: true })
    .first()
    .waitFor();
  expect(await page.locator("img[src=x]").count(), path).toBe(0);
  expect(await page.evaluate(() => "attack" in globalThis), path).toBe(false);
}

describe.skipIf(WITHOUT_BROWSER)("texts of users", () => {
  test("UI-137: markup in names of users, accounts, keys, apps and watchlists is shown as text", async () => {
    const page = await newPage();
    await signInAs(page, 1);
    await page.getByRole("navigation", { name: "Main" }).waitFor();
    const { user } = await api<{ user: { name: string | null } }>(page, "GET", "/v1/me");
    await api(page, "PATCH", "/v1/me", { name: ATTACK });
    const account = await api<{ account_id: string }>(page, "POST", "/v1/accounts", { type: "paper", name: ATTACK });
    const key = await api<{ key_id: string }>(page, "POST", "/v1/keys", { name: ATTACK });
    const app = { name: ATTACK, redirect_uris: ["https://app.example/back"] };
    const { client_id: clientId } = await api<{ client_id: string }>(page, "POST", "/v1/apps", app);
    const list = await api<{ id: string }>(page, "POST", "/v2/watchlists", { name: ATTACK, symbols: ["AAPL"] });
    try {
      for (const path of ["/settings/keys", "/settings/apps", "/accounts"]) await expectShownAsText(page, path);
      await page.goto(`${exchange().url}/settings/profile`);
      await expect.poll(() => page.getByLabel("Name").inputValue()).toBe(ATTACK);
      // The tab of the watchlist.
      await expectShownAsText(page, "/trade");
      expectNoTrouble(page);
    } finally {
      await api(page, "DELETE", `/v1/keys/${key.key_id}`);
      await api(page, "DELETE", `/v1/apps/${clientId}`);
      await api(page, "DELETE", `/v2/watchlists/${list.id}`);
      await api(page, "PATCH", "/v1/me", { name: user.name });
      await api(page, "PATCH", `/v1/accounts/${account.account_id}`, { name: "practice" });
    }
  });
});
