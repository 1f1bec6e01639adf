/** Portfolio, accounts and statements: the figures are the API's, and every page is accessible. */
import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { WITHOUT_BROWSER, exchange, expectAccessible, expectNoTrouble, newPage, signInAs } from "../browser.ts";
import { SIZES, SWEEP } from "../looks.ts";

const PAGES = ["/portfolio", "/portfolio/allocation", "/accounts", "/accounts/transfers", "/statements"] as const;

/** A call of the API with the cookies of the page. */
async function api<T>(page: Page, method: string, path: string, account: string, body?: object): Promise<T> {
  const tokenNow = (): Promise<string> => page.evaluate(() => localStorage.getItem("csrf") ?? "");
  await expect.poll(tokenNow, { timeout: 15_000 }).not.toBe("");
  const csrf = await tokenNow();
  const answer = await page.request.fetch(exchange().url + path, {
    method,
    headers: { Origin: exchange().url, "X-CSRF-Token": csrf, "X-Account-ID": account },
    ...(body === undefined ? {} : { data: body }),
  });
  const text = await answer.text();
  expect(answer.status(), text).toBeLessThan(300);
  return (text === "" ? null : JSON.parse(text)) as T;
}

const demoAccount = (): string => exchange().demo.traders[0]?.accountId ?? "";

async function go(page: Page, path: string): Promise<void> {
  await page.goto(exchange().url + path);
  await page.locator(".card").first().waitFor();
}

const dollars = (text: string): number => Number(text.replace(/[^\d.-]/g, ""));

describe.skipIf(WITHOUT_BROWSER)("the portfolio and the accounts", () => {
  test("UI-98: figures are the API's, and a figure opens into what it is made of", async () => {
    const page = await newPage();
    await signInAs(page, 0);
    await go(page, "/portfolio");
    await page.locator("[data-figure=profit_loss]").waitFor();
    await expect
      .poll(async () => {
        const { equity } = await api<{ equity: string }>(page, "GET", "/v2/account", demoAccount());
        const shown = dollars(await page.locator("[data-figure=equity]").innerText());
        return Math.abs(shown - Number(equity)) / Number(equity);
      })
      .toBeLessThan(0.001);
    await page.locator("[data-figure=equity]").click();
    const dialog = page.getByRole("dialog", { name: "What it is made of: Equity" });
    await dialog.locator("[data-explained]").waitFor();
    const rows = dialog.getByRole("region", { name: "Positions" });
    const parts = await rows.locator("tbody tr td:last-child").allInnerTexts();
    const cash = await rows.getByRole("row", { name: /^Cash/ }).locator("td").innerText();
    const sum = parts.reduce((total, text) => total + dollars(text), dollars(cash));
    expect(sum).toBeCloseTo(Number(await dialog.locator("[data-explained]").getAttribute("data-explained")), 0);
    await rows.getByRole("button").first().click();
    await dialog.getByRole("button", { name: "All positions" }).waitFor();
    await expectAccessible(page);
    expectNoTrouble(page);
  });

  test("UI-100: a paper account is opened, and begun again with other money", async () => {
    const page = await newPage();
    await signInAs(page, 0);
    await go(page, "/accounts");
    const name = `practice ${Date.now() % 100_000}`;
    await page.getByRole("button", { name: "Open an account" }).click();
    const form = page.getByRole("form", { name: "Open an account" });
    await form.getByLabel("Name").fill(name);
    await form.getByLabel("Paper money to begin with").fill("25000");
    await form.getByRole("button", { name: "Open it" }).click();
    const card = page.locator(".account-card", { hasText: name });
    await card.locator("[data-equity='25000']").waitFor();
    // The header says that it is paper.
    await page.locator("[data-paper=true]").first().waitFor();
    await card.getByRole("button", { name: `Actions: ${name}` }).click();
    await page.getByRole("menuitem", { name: /Begin again/ }).click();
    const reset = page.getByRole("form", { name: /Begin again/ });
    await reset.getByLabel("Paper money to begin with").fill("7500");
    await reset.getByRole("button", { name: "Begin again" }).click();
    await card.locator("[data-equity='7500']").waitFor();
    expectNoTrouble(page);
  });

  test("UI-99, UI-101: every page is accessible in each theme, at a desk and on a phone", SWEEP, async () => {
    for (const { options, themesOf } of SIZES) {
      const page = await newPage(options);
      await signInAs(page, 0);
      for (const [nth, path] of PAGES.entries()) {
        const themes = themesOf(nth);
        if (themes.length > 0) await go(page, path);
        for (const theme of themes) {
          await page.evaluate((chosen) => void (document.documentElement.dataset["theme"] = chosen), theme);
          await expectAccessible(page);
        }
        const sideways = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        expect(sideways, path).toBeLessThanOrEqual(0);
      }
      expectNoTrouble(page);
    }
  });
});
