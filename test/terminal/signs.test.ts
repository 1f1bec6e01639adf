/** What the terminal always shows: whether money is at stake, whether prices are old, and rows that only change their text. */
import { describe, expect, test } from "vitest";
import { WITHOUT_BROWSER, exchange, newPage, signInAs } from "./browser.ts";

const SOON = { timeout: 20_000 };

describe.skipIf(WITHOUT_BROWSER)("the signs of the terminal", () => {
  test("UI-117: a paper account colours the header and says so on every page", async () => {
    const page = await newPage();
    const { url } = exchange();
    const answer = await page.request.post(`${url}/v1/demo`, { headers: { Origin: url } });
    expect(answer.status(), await answer.text()).toBeLessThan(300);
    for (const path of ["/trade", "/portfolio", "/settings"]) {
      await page.goto(url + path);
      const header = page.locator("header.header");
      await expect.poll(() => header.getAttribute("data-paper"), SOON).toBe("true");
      await expect.poll(() => header.innerText(), SOON).toMatch(/paper/i);
    }
  });

  test("UI-51: prices move, and no row of the watchlist is rendered again", async () => {
    const page = await newPage();
    await signInAs(page, 1);
    const rows = page.locator(".watch-table tbody tr");
    await expect.poll(() => rows.count(), SOON).toBeGreaterThan(10);
    await expect.poll(() => rows.first().innerText(), SOON).toMatch(/\d/);
    await page.evaluate(() => {
      const seen = { rows: 0, texts: 0 };
      Object.assign(window, { seen });
      const isRow = (node: Node) => node.nodeName === "TR" || node.nodeName === "TD";
      new MutationObserver((changes) => {
        for (const { type, addedNodes } of changes) {
          if (type === "characterData" || [...addedNodes].some((node) => node.nodeType === Node.TEXT_NODE))
            seen.texts++;
          seen.rows += [...addedNodes].filter(isRow).length;
        }
      }).observe(document.querySelector(".watch-table tbody") as Element, {
        childList: true,
        characterData: true,
        subtree: true,
      });
    });
    const seen = () => page.evaluate(() => (window as unknown as { seen: { rows: number; texts: number } }).seen);
    await expect.poll(async () => (await seen()).texts, SOON).toBeGreaterThan(3);
    expect((await seen()).rows).toBe(0);
  });

  test("UI-94: the profit of a position follows the market", async () => {
    const page = await newPage();
    await signInAs(page, 1);
    await page
      .getByRole("tab", { name: /^Positions/ })
      .first()
      .click();
    const row = page.locator('[data-panel="blotter"] tr').filter({ hasText: "SPY" }).first();
    await expect.poll(() => row.innerText(), SOON).toMatch(/\d/);
    const before = await row.innerText();
    await expect.poll(() => row.innerText(), SOON).not.toBe(before);
  });

  test("UI-14: without a connection the truth line says in words that prices are old, and live again with one", async () => {
    const page = await newPage();
    await signInAs(page, 1);
    const root = page.locator("html");
    const bar = page.locator(".status-bar");
    await expect.poll(() => bar.innerText(), SOON).toMatch(/live/i);
    await page.locator(".tape-table tbody tr").first().waitFor();
    await page.context().setOffline(true);
    await expect.poll(() => root.getAttribute("data-link"), SOON).toBe("lost");
    expect(await bar.innerText()).not.toMatch(/\blive\b/i);
    for (const prices of [".chart-stage", ".ticket-side-price", ".watch-table tr[data-symbol]", ".tape-table"]) {
      expect(await page.locator(`${prices}[data-stale=false]`).count(), prices).toBe(0);
      expect(await page.locator(`${prices}[data-stale=true]`).count(), prices).toBeGreaterThan(0);
    }
    await page.context().setOffline(false);
    await expect.poll(() => root.getAttribute("data-link"), SOON).not.toBe("lost");
    await expect.poll(() => bar.innerText(), SOON).toMatch(/live/i);
  });
});
