/** Portfolio, accounts and statements: the figures are the API's, and every page is accessible. */
import { text as textOf } from "node:stream/consumers";
import type { Locator, Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { parseCsv } from "../../../web/src/format/csv.ts";
import {
  WITHOUT_BROWSER,
  exchange,
  expectAccessible,
  expectNoTrouble,
  newPage,
  signInAs,
  signInAsGuest,
} from "../browser.ts";
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

/** Figures that stay while nothing is traded: they are the exchange's to the cent. */
const STILL = ["cost_basis", "last_equity", "realized_pl"];

/** Opens the figures one by one, and expects in each what the exchange answers; these ones are among them. */
async function expectExplained(page: Page, figures: Locator, expected: readonly string[]): Promise<void> {
  // Each part of the page is read by itself.
  await expect.poll(() => figures.count()).toBeGreaterThanOrEqual(expected.length);
  const names: string[] = [];
  for (const button of await figures.all()) {
    const shown = dollars((await button.innerText()).split(",").slice(0, -1).join());
    const asked = page.waitForResponse((answer) => answer.url().includes("/v1/portfolio/explain"));
    await button.click();
    const { figure, value } = (await (await asked).json()) as { figure: string; value: number | string };
    const dialog = page.getByRole("dialog");
    await dialog.locator(`[data-explained="${value}"]`).waitFor();
    if (STILL.includes(figure)) expect(shown, figure).toBeCloseTo(Number(value), 1);
    names.push(figure);
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "hidden" });
  }
  expect(names).toEqual(expect.arrayContaining([...expected]));
}

/** The chart of the equity: read point by point, as a table, and in words. */
async function readChart(page: Page): Promise<void> {
  const chart = page.getByRole("slider").first();
  const value = (): Promise<string | null> => chart.getAttribute("aria-valuetext");
  expect(await chart.getAttribute("aria-label")).toBe(
    await page.locator("section.card").filter({ has: chart }).locator("p").last().innerText(),
  );
  const count = Number(await chart.getAttribute("aria-valuemax")) + 1;
  await chart.focus();
  const read: (string | null)[] = [];
  for (const key of ["Home", ...Array.from({ length: Math.min(count, 5) - 1 }, () => "ArrowRight")]) {
    await page.keyboard.press(key);
    read.push(await value());
  }
  expect(new Set(read).size).toBe(Math.min(count, 5));
  await page.getByRole("button", { name: "As a table" }).first().click();
  const rows = page.getByRole("region", { name: "Equity" }).locator("tbody tr");
  expect(await rows.count()).toBe(count);
  // The table has the newest first.
  const [time = "", equity = ""] = await rows.last().locator("td").allInnerTexts();
  expect(read[0]).toBe(`${time}: ${equity}`);
  await page.getByRole("button", { name: "As a chart" }).first().click();
}

/** Confirmations, the statement of the month and the tax report: what is read, and what is saved. */
async function readStatements(page: Page): Promise<void> {
  await go(page, "/statements/confirmations");
  const table = page.getByRole("region", { name: "Confirmations" });
  await table.waitFor();
  const sides = await table.locator("tbody tr td:nth-child(3)").allInnerTexts();
  const [titles = [], ...fills] = parseCsv((await saved(page, page.getByRole("button", { name: "CSV" }))).slice(1));
  expect(fills.length).toBe(sides.length);
  expect(new Set(sides)).toEqual(new Set(["Buy", "Sell"]));
  const sum = (side: string): number =>
    fills
      .filter((fill) => fill[titles.indexOf("side")] === side)
      .reduce((total, fill) => total + Number(fill[titles.indexOf("qty")]), 0);
  expect([sum("buy"), sum("sell")]).toEqual([3, 1]);

  await go(page, "/statements");
  await page
    .getByRole("button", { name: /^View Statement of/ })
    .first()
    .click();
  const statement = page.getByRole("dialog", { name: /^Statement of/ });
  await statement.getByRole("region", { name: "Activities" }).getByText("AAPL").first().waitFor();
  await page.keyboard.press("Escape");
  expect(await saved(page, page.getByRole("button", { name: /^PDF of Statement/ }).first())).toMatch(/^%PDF-/);
  expect(await saved(page, page.getByRole("button", { name: /^CSV of Statement/ }).first())).toContain("AAPL");

  await go(page, "/statements/tax");
  await page.locator("main").getByText("AAPL").first().waitFor();
  expect(await saved(page, page.getByRole("button", { name: /^PDF of Realised gains/ }))).toMatch(/^%PDF-/);
  expect(await saved(page, page.getByRole("button", { name: /^CSV of Realised gains/ }))).toContain("AAPL");
}

/** The file that a button saves. */
async function saved(page: Page, button: Locator): Promise<string> {
  const download = page.waitForEvent("download");
  await button.click();
  return textOf(await (await download).createReadStream());
}

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

  test("UI-98, UI-99, UI-101: every figure, chart, confirmation and statement of an account that has traded", async () => {
    const page = await newPage({ acceptDownloads: true });
    const api = await signInAsGuest(page);
    const trade = (side: string, qty: string) =>
      api("POST", "/v2/orders", { symbol: "AAPL", side, type: "market", qty, time_in_force: "day" });
    await trade("buy", "3");
    await expect.poll(async () => (await api<unknown[]>("GET", "/v2/positions")).length).toBe(1);
    await trade("sell", "1");
    await expect.poll(() => api("GET", "/v2/positions")).toMatchObject([{ qty: "2" }]);

    const figures = page.locator("main .figure-button[title]");
    await go(page, "/portfolio");
    for (const name of ["equity", "time_weighted"]) await page.locator(`[data-figure=${name}]`).waitFor();
    await expectExplained(page, figures, ["equity", "profit_loss", "time_weighted", "maximum_drawdown"]);
    await readChart(page);
    await go(page, "/portfolio/performance");
    const returns = ["time_weighted", "modified_dietz", "total_return", "price_return"];
    await expectExplained(page, figures, [...returns, "maximum_drawdown"]);
    await go(page, "/portfolio/positions");
    await expectExplained(page, figures, ["cost_basis", "unrealized_pl", "total_return"]);
    await go(page, "/portfolio/realized");
    await expectExplained(page, figures, ["realized_pl"]);
    await page.goto(`${exchange().url}/trade`);
    await page.getByRole("tab", { name: "Balances" }).first().click();
    const last = page.locator(".balances").getByRole("button", { name: /Equity at the last close/ });
    await expectExplained(page, last, ["last_equity"]);

    await readStatements(page);
    expectNoTrouble(page);
  }, 120_000);

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
