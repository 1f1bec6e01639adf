/** The workspace, the shell and the look of the terminal. */
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { WITHOUT_BROWSER, exchange, expectAccessible, expectNoTrouble, newPage, signInAs } from "../browser.ts";

const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
const TRADER = 1;

/** Stores a document without layouts: presets as they come. */
async function resetLayouts(page: Page): Promise<void> {
  const status = await page.evaluate(async () => {
    const headers = { "Content-Type": "application/json", "X-CSRF-Token": localStorage.getItem("csrf") ?? "" };
    const { version } = (await (await fetch("/v1/workspaces")).json()) as { version: number };
    const body = JSON.stringify({ version, document: { format: 1, current: "trading", layouts: [] } });
    return (await fetch("/v1/workspaces", { method: "PUT", headers, body })).status;
  });
  expect(status).toBe(200);
}

/** The titles of the panels that are shown, by their places from left to right and from above. */
async function shown(page: Page): Promise<string[]> {
  return page.locator(".dock-tab[aria-selected=true]").allInnerTexts();
}

const version = (page: Page): Promise<number> =>
  page.evaluate(async () => ((await (await fetch("/v1/workspaces")).json()) as { version: number }).version);

async function look(page: Page, theme: string): Promise<void> {
  await page.getByRole("button", { name: /@/ }).click();
  await page.getByRole("menuitem", { name: "Appearance" }).click();
  await page.getByRole("radio", { name: theme, exact: true }).click();
  await page.keyboard.press("Escape");
}

describe.skipIf(WITHOUT_BROWSER)("the workspace", () => {
  let page: Page;

  beforeAll(async () => {
    page = await newPage({}, { isKept: true });
    await signInAs(page, TRADER);
    await page.getByRole("tab", { name: "Chart", exact: true }).waitFor();
  });

  afterAll(async () => {
    await resetLayouts(page);
  });

  test("UI-112: a border moves by arrow keys and by the pointer", async () => {
    const border = page.getByRole("separator", { name: /Border between Watchlist/ });
    const now = async (): Promise<number> => Number(await border.getAttribute("aria-valuenow"));
    const before = await now();
    await border.focus();
    await page.keyboard.press("Shift+ArrowRight");
    await expect.poll(now).toBeGreaterThan(before);
    await page.keyboard.press("Shift+ArrowLeft");
    await expect.poll(now).toBe(before);
    const box = await border.boundingBox();
    if (box === null) throw new Error("no border");
    await page.mouse.move(box.x, box.y + 200);
    await page.mouse.down();
    await page.mouse.move(box.x + 80, box.y + 200, { steps: 4 });
    await page.mouse.up();
    await expect.poll(now).toBeGreaterThan(before);
  });

  test("UI-112, UI-113: a tab is dragged beside another panel, with a preview, and keeps its content", async () => {
    const ladder = page.locator("[data-panel=ladder]");
    await ladder.evaluate((element) => element.setAttribute("data-same", "yes"));
    const tab = await page.getByRole("tab", { name: "Depth ladder" }).boundingBox();
    const watchlist = await page.locator("[data-panel=watchlist]").boundingBox();
    if (tab === null || watchlist === null) throw new Error("no place");
    await page.mouse.move(tab.x + 20, tab.y + 10);
    await page.mouse.down();
    await page.mouse.move(watchlist.x + 100, watchlist.y + watchlist.height - 40, { steps: 5 });
    await page.locator(".dock-preview").waitFor();
    await page.mouse.up();
    await expect.poll(async () => (await ladder.boundingBox())?.x ?? 999).toBeLessThan(watchlist.x + 10);
    expect(await ladder.getAttribute("data-same")).toBe("yes");
  });

  test("UI-112: panels are added, moved and closed by the keyboard alone", async () => {
    await page.getByRole("tab", { name: "Time & sales" }).focus();
    await page.keyboard.press("Delete");
    await expect.poll(() => page.getByRole("tab", { name: "Time & sales" }).count()).toBe(0);
    await page.getByRole("button", { name: "Watchlist: more" }).focus();
    await page.keyboard.press("Enter");
    await page.getByRole("menuitem", { name: "Move to…" }).focus();
    await page.keyboard.press("Enter");
    const dialog = page.getByRole("dialog", { name: "Move Watchlist" });
    await dialog.getByRole("combobox").selectOption({ label: "The whole workspace" });
    await dialog.getByRole("radio", { name: "Right" }).focus();
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await expect.poll(async () => (await page.locator("[data-panel=watchlist]").boundingBox())?.x).toBeGreaterThan(900);
    await page.keyboard.press("Shift+Enter");
    await expect.poll(() => shown(page)).toEqual(["Watchlist"]);
    await page.keyboard.press("Shift+Enter");
    await expect.poll(async () => (await shown(page)).length).toBeGreaterThan(3);
  });

  test("UI-113: linked panels show the same symbol, one with a link of its own another", async () => {
    await page.keyboard.press("Alt+2");
    const symbols = page.getByRole("button", { name: /^Chart: symbol/ });
    await expect.poll(() => symbols.count()).toBe(4);
    await symbols.first().click();
    await page.getByRole("combobox", { name: "Symbol or name" }).fill("msft");
    await page.getByRole("option", { name: /^MSFT/ }).waitFor();
    await page.keyboard.press("Enter");
    await expect.poll(() => symbols.first().innerText()).toBe("MSFT");
    await page.getByRole("button", { name: "Symbol link: Orange" }).click();
    await page.getByRole("menuitemcheckbox", { name: "Blue (B)" }).click();
    await expect
      .poll(async () => (await symbols.allInnerTexts()).filter((text) => text === "MSFT").length)
      .toBeGreaterThan(1);
    await symbols.first().click();
    await page.getByRole("combobox", { name: "Symbol or name" }).fill("aapl");
    await page.getByRole("option", { name: /^AAPL/ }).waitFor();
    await page.keyboard.press("Enter");
    await expect
      .poll(async () => (await symbols.allInnerTexts()).filter((text) => text === "AAPL").length)
      .toBeGreaterThan(1);
    await page.keyboard.press("Alt+1");

    // The watchlist sets the symbol of the link that its sign has.
    const chart = page.getByRole("button", { name: /^Chart: symbol/ }).first();
    const before = await chart.innerText();
    await page.locator("[data-panel=watchlist]").getByRole("row", { name: /^SPY/ }).waitFor();
    const sign = page.getByRole("button", { name: /Symbol link/ });
    const ofWatchlist = page.locator(".dock-group", { has: page.locator("[data-panel=watchlist]") }).locator(sign);
    await ofWatchlist.click();
    await page.getByRole("menuitemcheckbox", { name: "Violet (V)" }).click();
    await page.locator("[data-panel=watchlist]").getByRole("row", { name: /^SPY/ }).click();
    expect(await chart.innerText()).toBe(before);
    await ofWatchlist.click();
    await page.getByRole("menuitemcheckbox", { name: "Blue (B)" }).click();
    await page.locator("[data-panel=watchlist]").getByRole("row", { name: /^SPY/ }).click();
    await expect.poll(() => chart.innerText()).toContain("SPY");
  });

  test("UI-114, UI-115: a layout that is saved under a name is there in a second browser", async () => {
    await page.getByRole("button", { name: /^Trading$/ }).click();
    await page.getByRole("menuitem", { name: "Save as…" }).click();
    await page.getByLabel("Name of the layout").fill("Mine <b>bold</b>");
    await page.getByRole("button", { name: "Save", exact: true }).click();
    const before = await version(page);
    await expect.poll(() => version(page), { timeout: 10_000 }).toBeGreaterThan(before);
    const second = await newPage();
    await signInAs(second, TRADER);
    await second.getByRole("button", { name: /Mine <b>bold<\/b>|Trading/ }).click();
    await second.getByRole("menuitemcheckbox", { name: "Mine <b>bold</b>" }).click();
    await expect.poll(() => shown(second)).toEqual(await shown(page));

    // Both change it: the second to store is asked.
    await second.getByRole("tab", { name: "Depth ladder" }).focus();
    await second.keyboard.press("Delete");
    const other = await version(second);
    await expect.poll(() => version(second), { timeout: 10_000 }).toBeGreaterThan(other);
    await page.getByRole("tab", { name: "Order ticket" }).focus();
    await page.keyboard.press("Delete");
    await page.getByRole("button", { name: "Those of the other device" }).click({ timeout: 10_000 });
    await expect.poll(() => shown(page)).toEqual(await shown(second));
    expectNoTrouble(page, /409 .*\/v1\/workspaces$|401/);
    expectNoTrouble(second, /401/);
  });

  test("UI-4: it has no violation in any theme, and the chosen look stays", async () => {
    for (const [theme, name] of [
      ["High contrast", "contrast"],
      ["Light", "light"],
      ["Dark", "dark"],
    ] as const) {
      await look(page, theme);
      await expect.poll(() => page.locator("html").getAttribute("data-theme")).toBe(name);
      await expectAccessible(page);
    }
    await look(page, "Light");
    await page.reload();
    await page.getByRole("tab", { name: "Chart", exact: true }).waitFor();
    expect(await page.locator("html").getAttribute("data-theme")).toBe("light");
  });

  test("UI-118: on a phone every view is one press away, and nothing scrolls sideways", async () => {
    const phone = await newPage(PHONE);
    await signInAs(phone, TRADER);
    const views = phone.getByRole("navigation", { name: "Views" });
    for (const [view, panel] of [
      ["Orders", "blotter"],
      ["Trade", "ticket"],
      ["Chart", "chart"],
      ["Markets", "watchlist"],
    ] as const) {
      await views.getByRole("link", { name: view }).click();
      await phone.locator(`[data-panel=${panel}]`).waitFor();
      const wide = await phone.evaluate(() => document.documentElement.scrollWidth);
      expect(wide, view).toBeLessThanOrEqual(390);
      await expectAccessible(phone);
    }
    await phone.getByRole("row", { name: /^MSFT/ }).tap();
    await phone.locator("[data-panel=chart]").waitFor();
    expect(await phone.locator(".phone-symbol").innerText()).toBe("MSFT");
    expect(await phone.getByRole("button", { name: /^(?:Live|Paper)/ }).count()).toBe(1);
    await views.getByRole("button", { name: "More" }).click();
    await phone.getByRole("link", { name: "Portfolio" }).click();
    await expect.poll(() => phone.url()).toContain("/portfolio");
    expectNoTrouble(phone, /401/);
  });

  test("UI-120: it can be installed, opens without a connection and says so", async () => {
    const fresh = await newPage();
    await signInAs(fresh, TRADER);
    await fresh.evaluate(async () => void (await navigator.serviceWorker.ready));
    const session = await fresh.context().newCDPSession(fresh);
    const { errors } = await session.send("Page.getAppManifest");
    expect(errors).toEqual([]);
    const { installabilityErrors } = await session.send("Page.getInstallabilityErrors");
    // A browser of tests keeps nothing, as a private window does.
    expect(installabilityErrors.filter(({ errorId }) => errorId !== "in-incognito")).toEqual([]);
    await fresh.context().setOffline(true);
    await fresh.getByText("No connection. Prices and orders").waitFor();
    await fresh.reload();
    await fresh.getByText("No connection. Prices and orders").waitFor();
    const kept = await fresh.evaluate(async () => {
      const all = await Promise.all((await caches.keys()).map(async (name) => (await caches.open(name)).keys()));
      return all.flat().map(({ url }) => new URL(url).pathname);
    });
    expect(kept.filter((path) => path !== "/" && !path.startsWith("/app/assets/"))).toEqual([]);
    await fresh.context().setOffline(false);
    await expect.poll(() => fresh.getByText("No connection. Prices and orders").count()).toBe(0);
  });

  test("UI-119: the design system shows every theme, without a violation", async () => {
    const visitor = await newPage();
    await visitor.goto(`${exchange().url}/design`);
    for (const theme of ["Dark", "Light", "High contrast"])
      await visitor.getByRole("heading", { name: theme }).waitFor();
    // One at a time: axe reads every colour of a page.
    await visitor.getByRole("radio", { name: "High contrast" }).click();
    await expectAccessible(visitor);
  });
});
