/** The chart in a browser: history, indicators, orders that are dragged, and everything in words and by keyboard. */
import type { Locator, Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { WITHOUT_BROWSER, exchange, expectAccessible, expectNoTrouble, newPage, signInAs } from "../browser.ts";

interface Order {
  readonly id: string;
  readonly limit_price: string;
  readonly status: string;
}

const chartOf = (page: Page): Locator => page.locator(".chart").first();

/** A trader's workspace with bars on its chart. */
async function openChart(): Promise<Page> {
  const page = await newPage();
  await signInAs(page, 0);
  await expect
    .poll(() => chartOf(page).locator(".chart-legend").first().textContent(), { timeout: 30_000 })
    .toMatch(/C\s*[\d,.]+/);
  return page;
}

/** A call of the API with the session of the page. */
async function api<T>(page: Page, method: "GET" | "POST" | "DELETE", path: string, data?: unknown): Promise<T> {
  const { csrf_token: token } = (await (await page.request.get(`${exchange().url}/v1/me`)).json()) as {
    csrf_token: string;
  };
  const answer = await page.request.fetch(exchange().url + path, {
    method,
    headers: { "X-CSRF-Token": token, Origin: exchange().url },
    ...(data === undefined ? {} : { data }),
  });
  expect(answer.ok(), await answer.text()).toBe(true);
  const text = await answer.text();
  return (text === "" ? null : JSON.parse(text)) as T;
}

const openOrders = async (page: Page): Promise<readonly Order[]> =>
  api(page, "GET", "/v2/orders?status=open&symbols=AAPL");

async function rowCount(page: Page): Promise<number> {
  return Number(await chartOf(page).locator(".table").getAttribute("aria-rowcount"));
}

describe.skipIf(WITHOUT_BROWSER)("the chart", () => {
  test("UI-30, UI-32, UI-33, UI-37: history, older bars, an indicator that stays, a table that is REST's", async () => {
    const page = await openChart();
    const chart = chartOf(page);
    await chart.getByRole("button", { name: "1h", exact: true }).click();
    await chart.getByRole("button", { name: "Table of bars" }).click();
    await expect.poll(() => rowCount(page)).toBeGreaterThan(100);
    const read = await api<{
      bars: Record<string, { t: string; o: number; h: number; l: number; c: number; v: number }[]>;
    }>(page, "GET", "/v2/stocks/bars?symbols=AAPL&timeframe=1Hour&start=2000-01-01&sort=desc&limit=4");
    // The newest bar changes while it is read; those before it are over.
    const bars = read.bars["AAPL"]?.slice(1) ?? [];
    const price = (value: number): string =>
      value.toLocaleString("en-US", { minimumFractionDigits: 2, maximumFractionDigits: 2 });
    for (const { o, h, l, c } of bars) {
      const cells = [o, h, l, c].map(price);
      const row = chart.locator(".table tbody tr").filter({ hasText: new RegExp(cells.join("\\s*")) });
      await expect.poll(() => row.count(), { message: cells.join(" ") }).toBeGreaterThan(0);
    }
    await chart.getByRole("button", { name: "Chart", exact: true }).click();
    await chart.getByRole("button", { name: "1m", exact: true }).click();
    await chart.getByRole("button", { name: "Table of bars" }).click();
    await expect.poll(() => rowCount(page)).toBeGreaterThan(1_000);
    const before = await rowCount(page);
    await chart.getByRole("button", { name: "Chart", exact: true }).click();

    const view = chart.getByRole("application");
    await view.focus();
    await page.keyboard.press("Home");
    await page.keyboard.press("Home");
    await chart.getByRole("button", { name: "Table of bars" }).click();
    await expect.poll(() => rowCount(page)).toBeGreaterThan(before + 500);
    await chart.getByRole("button", { name: "Chart", exact: true }).click();

    await chart.getByRole("button", { name: "Indicators" }).click();
    await page.getByRole("dialog").getByLabel("Search").fill("relative");
    await page
      .getByRole("dialog")
      .getByRole("button", { name: /Relative strength/ })
      .click();
    const values = (): Promise<string | null> => chart.locator(".chart-legend", { hasText: "RSI 14" }).textContent();
    await expect.poll(values).toMatch(/RSI 14\s*\d+\.\d\d/);

    await view.focus();
    await page.keyboard.press("ArrowLeft");
    await page.keyboard.press("Space");
    await expect
      .poll(() => page.getByRole("status").allTextContents())
      .toContainEqual(expect.stringMatching(/open [\d,.]+, high .*RSI 14: /));
    await expectAccessible(page);
    await page.reload();
    await expect.poll(values, { timeout: 30_000 }).toMatch(/RSI 14\s*\d+\.\d\d/);
    // The layout is the trader's, and other files have the same trader.
    await chart.getByRole("button", { name: "Remove RSI 14" }).click();
    await chart.getByRole("button", { name: "5m", exact: true }).click();
    expectNoTrouble(page);
  });

  test("UI-34: a line is drawn, undone and redone by keyboard, and is there after a reload", async () => {
    const page = await openChart();
    const chart = chartOf(page);
    await chart.getByRole("button", { name: "Trend line" }).click();
    await page.keyboard.press("ArrowLeft");
    await page.keyboard.press("Enter");
    for (const key of ["ArrowLeft", "ArrowLeft", "ArrowUp", "Enter"]) await page.keyboard.press(key);
    const kept = (): Promise<string | null> => page.evaluate(() => localStorage.getItem("drawings:AAPL"));
    await expect.poll(kept).toContain('"trend"');
    await page.keyboard.press("Control+z");
    expect(await kept()).toBeNull();
    await page.keyboard.press("Control+Shift+z");
    expect(await kept()).toContain('"trend"');
    await page.reload();
    await chart.getByRole("button", { name: "Draw", exact: true }).click();
    await page.getByRole("menuitem", { name: "Select: Trend line" }).click();
    await page.keyboard.press("Delete");
    expect(await kept()).toBeNull();
    expectNoTrouble(page);
  });

  test("UI-36: an order that is dragged, or moved by keys, is replaced at its new price", async () => {
    const page = await openChart();
    const chart = chartOf(page);
    const { trade } = await api<{ trade: { p: number } }>(page, "GET", "/v2/stocks/AAPL/trades/latest");
    const price = (trade.p * 0.985).toFixed(2);
    const order = { symbol: "AAPL", side: "buy", type: "limit", qty: "1", limit_price: price, time_in_force: "day" };
    await api(page, "POST", "/v2/orders", order);
    const pill = chart.getByRole("spinbutton", { name: /Buy 1, LMT/ });
    await expect.poll(() => pill.getAttribute("aria-valuenow")).toBe(String(Number(price)));

    const box = await pill.boundingBox();
    if (box === null) throw new Error("no pill");
    await page.mouse.move(box.x + 20, box.y + box.height / 2);
    await page.mouse.down();
    await page.mouse.move(box.x + 20, box.y - 20, { steps: 4 });
    const dragged = await pill.getAttribute("aria-valuenow");
    expect(Number(dragged)).toBeGreaterThan(Number(price));
    await page.mouse.up();
    await expect
      .poll(async () => (await openOrders(page)).map((one) => Number(one.limit_price)))
      .toEqual([Number(dragged)]);

    await expect.poll(() => pill.count()).toBe(1);
    await pill.focus();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    const moved = Math.round(Number(dragged) * 100 - 2) / 100;
    await expect.poll(async () => (await openOrders(page)).map((one) => Number(one.limit_price))).toEqual([moved]);
    await chart.getByRole("button", { name: /^Cancel Buy 1/ }).click();
    await expect.poll(async () => (await openOrders(page)).length).toBe(0);
    await expect.poll(() => pill.count()).toBe(0);
    expectNoTrouble(page);
  });
});
