/** A newcomer: from the start page to a position whose profit moves, without a login of their own. */
import type { Locator, Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { WITHOUT_BROWSER, exchange, expectAccessibleInThemes, expectNoTrouble, newPage } from "../browser.ts";

const CLICKS_MAX = 8;
const MS_MAX = 60_000;

/** What a person's hand does. Typing into a field begins with a click. */
class Hand {
  clicks = 0;

  async click(target: Locator): Promise<void> {
    this.clicks++;
    await target.click();
  }

  async type(target: Locator, text: string): Promise<void> {
    await this.click(target);
    await target.fill(text);
  }
}

/** Expects that what a place shows changes by itself. */
async function expectMoving(place: Locator): Promise<void> {
  const before = await place.textContent();
  await expect.poll(() => place.textContent(), { timeout: 20_000 }).not.toBe(before);
}

async function buyAtMarket(page: Page, hand: Hand, qty: string): Promise<void> {
  const ticket = page.locator(".ticket").first();
  await hand.click(ticket.getByRole("radio", { name: "Market", exact: true }));
  await hand.type(ticket.locator("[name=amount]"), qty);
  await hand.click(ticket.locator(".ticket-submit"));
  await hand.click(page.getByRole("dialog").getByRole("button", { name: /send|confirm|buy/i }));
  await expect.poll(() => page.locator(".sent-order .badge").textContent()).toBe("Filled");
}

describe.skipIf(WITHOUT_BROWSER)("a newcomer", () => {
  test("UI-131: sees a living market, and with one click trades in it: within a minute and eight clicks", async () => {
    const page = await newPage({}, { isFirstVisit: true });
    const hand = new Hand();
    const begun = performance.now();
    await page.goto(exchange().url);
    const market = page.locator(".market-table tbody");
    await expect.poll(() => market.locator("tr").count()).toBeGreaterThan(20);
    await expectMoving(market);
    await expect.poll(() => page.locator(".day-line").getAttribute("d")).toMatch(/^M.*L.*L/);

    await hand.click(page.getByRole("button", { name: "Try it with a demo account" }));
    await page.waitForURL("**/trade");
    await hand.click(page.getByRole("dialog", { name: "Tour of the terminal" }).getByText("Skip the tour"));
    await page.locator(".ticket-side-price", { hasText: /\d/ }).first().waitFor();
    await buyAtMarket(page, hand, "10");
    await hand.click(page.getByRole("tab", { name: /^Positions/ }));
    const position = page.getByRole("tabpanel", { name: /Positions/ }).locator("tbody tr", { hasText: "AAPL" });
    await expect.poll(() => position.textContent()).toMatch(/AAPL.*10/);
    await expectMoving(position);

    const ms = performance.now() - begun;
    console.log(`newcomer: ${(ms / 1_000).toFixed(1)} s, ${hand.clicks} clicks`);
    expect(hand.clicks).toBeLessThan(CLICKS_MAX);
    expect(ms).toBeLessThan(MS_MAX);
    expectNoTrouble(page, /401/);
  });

  test("UI-131: the start page is accessible in every theme, also on a phone, and leads who is in to the terminal", async () => {
    for (const viewport of [
      { width: 1440, height: 900 },
      { width: 390, height: 844 },
    ]) {
      const page = await newPage({ viewport, reducedMotion: "reduce" });
      await page.goto(exchange().url);
      await page.locator(".market-table tbody tr").first().waitFor();
      await expectAccessibleInThemes(page);
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      expect(overflow).toBeLessThanOrEqual(0);
    }
    const guest = await newPage();
    await guest.goto(exchange().url);
    await guest.getByRole("button", { name: "Try it with a demo account" }).click();
    await guest.waitForURL("**/trade");
    await guest.goto(exchange().url);
    await guest.getByRole("link", { name: "Open the terminal" }).waitFor();
  });
});
