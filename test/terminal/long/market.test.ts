/** Watchlists, ladder, time & sales and banners, in a symbol that nobody but these tests trades. */
import type { Page } from "playwright-core";
import { beforeAll, describe, expect, test, vi } from "vitest";
import {
  WITHOUT_BROWSER,
  exchange,
  expectAccessible,
  expectNoTrouble,
  letters,
  newPage,
  signInAs,
} from "../browser.ts";

/** Another one each time, because the exchange may be one that ran before. */
const SYMBOL = `QM${letters(4)}`;
const WAIT = { timeout: 15_000, interval: 50 };

interface Login {
  readonly access_token: string;
}

/** Calls a route as somebody, by key or by the token of an administrator. */
async function ask(who: "admin" | 0 | 1, method: string, path: string, body?: unknown): Promise<unknown> {
  const { url, demo } = exchange();
  const trader = who === "admin" ? undefined : demo.traders[who];
  const keys = { "APCA-API-KEY-ID": trader?.keyId ?? "", "APCA-API-SECRET-KEY": trader?.secret ?? "" };
  const answer = await fetch(url + path, {
    method,
    headers: {
      "Content-Type": "application/json",
      ...(who === "admin" ? { Authorization: `Bearer ${await adminToken()}` } : keys),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  expect(answer.status, `${method} ${path}: ${text}`).toBeLessThan(300);
  return text === "" ? null : (JSON.parse(text) as unknown);
}

async function signIn(login: { readonly email: string; readonly password: string } | undefined): Promise<string> {
  const answer = await fetch(`${exchange().url}/v1/auth/login`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ email: login?.email, password: login?.password }),
  });
  return ((await answer.json()) as Login).access_token;
}

let token: Promise<string> | null = null;

const adminToken = (): Promise<string> => (token ??= signIn(exchange().demo.admin));

/** Gives the first trader the layouts that the terminal comes with. */
async function resetLayouts(): Promise<void> {
  const path = `${exchange().url}/v1/workspaces`;
  const headers = {
    "Content-Type": "application/json",
    Authorization: `Bearer ${await signIn(exchange().demo.traders[0])}`,
  };
  const { version } = (await (await fetch(path, { headers })).json()) as { version: number };
  const body = JSON.stringify({ version, document: { current: "trading", layouts: [] } });
  const answer = await fetch(path, { method: "PUT", headers, body });
  expect(answer.status, await answer.text()).toBe(200);
}

const order = (who: 0 | 1, side: "buy" | "sell", qty: string, price: string) =>
  ask(who, "POST", "/v2/orders", {
    symbol: SYMBOL,
    side,
    qty,
    type: "limit",
    limit_price: price,
    time_in_force: "gtc",
  });

interface Open {
  readonly id: string;
  readonly symbol: string;
  readonly limit_price: string;
}

const openOrders = async (who: 0 | 1): Promise<readonly Open[]> =>
  (await ask(who, "GET", `/v2/orders?status=open&symbols=${SYMBOL}`)) as Open[];

/** Cancels the orders of a trader in the symbol; those in others stay. */
async function cancelOrders(who: 0 | 1): Promise<void> {
  await Promise.all((await openOrders(who)).map(({ id }) => ask(who, "DELETE", `/v2/orders/${id}`)));
}

/** Prices of the open orders of a trader, as numbers. */
async function openPrices(who: 0 | 1): Promise<number[]> {
  return (await openOrders(who)).map(({ limit_price: price }) => Number(price)).sort((a, b) => a - b);
}

const panel = (page: Page, id: string) => page.locator(`[data-panel="${id}"]`).first();

/** Chooses from a menu; again when the page has drawn itself anew meanwhile, as it does when a workspace arrives. */
async function choose(page: Page, menu: string, item: string): Promise<void> {
  const found = page.getByRole(item === "Table view" ? "menuitemcheckbox" : "menuitem", { name: item });
  await vi.waitFor(async () => {
    if (!(await found.isVisible())) await page.getByRole("button", { name: menu }).click({ timeout: 2_000 });
    await found.click({ timeout: 2_000 });
  }, WAIT);
}

/** Searches by the watchlist until the symbol is found: terminals learn of a listing within seconds. */
async function findSymbol(page: Page, symbol: string): Promise<void> {
  const list = panel(page, "watchlist");
  await vi.waitFor(async () => {
    await list.getByRole("combobox", { name: /symbol/i }).fill("");
    await list.getByRole("combobox", { name: /symbol/i }).fill(symbol);
    await list.getByRole("option", { name: symbol }).waitFor({ timeout: 2_000 });
  }, WAIT);
}

/** Opens the workspace as a trader and shows the symbol by the watchlist's search. */
async function trade(nth: 0 | 1): Promise<Page> {
  const page = await newPage();
  await signInAs(page, nth);
  await findSymbol(page, SYMBOL);
  await panel(page, "watchlist").getByRole("combobox").press("Enter");
  await panel(page, "ladder").getByRole("slider", { name: SYMBOL }).waitFor();
  return page;
}

/** Where the row of a price is on the drawing, found by what the panel says of the row under the pointer. */
async function rowAt(page: Page, price: string, share: number): Promise<{ readonly x: number; readonly y: number }> {
  const box = await panel(page, "ladder").getByRole("slider").boundingBox();
  if (box === null) throw new Error("no ladder");
  const x = box.x + box.width * share;
  for (let y = box.y + 32; y < box.y + box.height; y += 12) {
    await page.mouse.move(x, y);
    const said = await panel(page, "ladder").locator(".ladder-row").textContent();
    if (said?.startsWith(`${price}:`)) return { x, y };
  }
  throw new Error(`no row of ${price}`);
}

beforeAll(async () => {
  if (WITHOUT_BROWSER) return;
  // Layouts as they come, whatever a run before has left.
  await resetLayouts();
  const body = { symbol: SYMBOL, name: "Quiet Inc.", exchange: "NYSE", reference_price: "25" };
  await ask("admin", "POST", "/v1/admin/instruments", body);
  const { demo } = exchange();
  const shares = { symbol: SYMBOL, amount: "1000", reference: `${SYMBOL}-1` };
  const deposit = () => ask("admin", "POST", `/v1/admin/accounts/${demo.traders[1]?.accountId}/deposits`, shares);
  // A new symbol is known everywhere within two seconds.
  const succeeds = (act: () => Promise<unknown>) => vi.waitFor(act, { timeout: 20_000, interval: 500 });
  await succeeds(deposit);
  await succeeds(() => order(1, "buy", "30", "24.95"));
  await order(1, "buy", "10", "24.90");
  await order(1, "sell", "20", "25.05");
  await order(1, "sell", "50", "25.10");
});

describe.skipIf(WITHOUT_BROWSER)("market panels", () => {
  test("UI-50: a watchlist that is made in one browser appears in the other, and goes", async () => {
    const name = `<b>${letters(4)}</b>`;
    const [one, two] = [await newPage(), await newPage()];
    await Promise.all([signInAs(one, 0), signInAs(two, 0)]);
    const [list, other] = [panel(one, "watchlist"), panel(two, "watchlist")];
    await choose(one, "Options of the watchlist", "New list");
    await one.getByLabel("Name of the list").fill(name);
    await one.getByRole("button", { name: "Save" }).click();
    await list.getByRole("combobox", { name: "Add a symbol" }).waitFor();
    await findSymbol(one, SYMBOL);
    await list.getByRole("combobox").press("Enter");
    await other.getByRole("tab", { name }).click();
    await other.getByRole("row", { name: SYMBOL }).waitFor();
    await expectAccessible(one);
    await choose(one, "Options of the watchlist", "Delete list");
    await one.getByRole("dialog").getByRole("button", { name: "Delete list" }).click();
    await expect.poll(() => other.getByRole("tab", { name }).count(), WAIT).toBe(0);
    // Two pages that change the same layouts at once: the exchange refuses the second (workspace_changed), which reads
    // them again. That is the only 409 of this route.
    expectNoTrouble(one, /409 .*\/v1\/workspaces$/);
    expectNoTrouble(two, /409 .*\/v1\/workspaces$/);
  });

  test("UI-179: what is listed while a terminal is open is found by its search", async () => {
    const page = await trade(0);
    const symbol = `QN${letters(4)}`;
    const body = { symbol, name: "Newly Listed Inc.", exchange: "NYSE", reference_price: "25" };
    await ask("admin", "POST", "/v1/admin/instruments", body);
    await findSymbol(page, symbol);
    expectNoTrouble(page);
  });

  test("UI-54, UI-57: the ladder at rest is the exchange's book, as a drawing and as a table", async () => {
    const page = await trade(0);
    const ladder = panel(page, "ladder");
    await ladder.getByText("Verified").waitFor();
    await expectAccessible(page);
    await choose(page, "Options of the ladder", "Table view");
    const book = (await ask(0, "GET", `/v1/books/${SYMBOL}`)) as Record<"bids" | "asks", [string, string][]>;
    const rows = (side: [string, string][]) =>
      side.map(([price, size]) => `${Number(price).toFixed(2)} ${Number(size)}`);
    const shown = async (column: number) => {
      const texts = await ladder.getByRole("row").evaluateAll(
        (all, nth) =>
          all.slice(1).map((row) => {
            const size = row.querySelectorAll("td")[nth]?.querySelector("span")?.textContent ?? "";
            return [row.querySelector("th")?.textContent ?? "", size] as const;
          }),
        column,
      );
      return texts.filter(([, size]) => size !== "").map(([price, size]) => `${price} ${size}`);
    };
    await expect.poll(() => shown(0), WAIT).toEqual(rows(book.bids));
    await expect.poll(async () => (await shown(1)).toReversed(), WAIT).toEqual(rows(book.asks));
    await expectAccessible(page);
    // The choice belongs to the workspace, which the account keeps.
    await choose(page, "Options of the ladder", "Table view");
    await ladder.getByRole("slider").waitFor();
    const saved = async () => (await page.request.get(`${exchange().url}/v1/workspaces`)).text();
    await expect.poll(saved, WAIT).not.toContain('"table":true');
  });

  test("UI-55, UI-56: a press at a price asks and places, armed it places; a drag replaces, the right button cancels", async () => {
    const page = await trade(0);
    const ladder = panel(page, "ladder");
    await ladder.getByText("Verified").waitFor();
    await ladder.getByLabel("Quantity").fill("7");
    const at = await rowAt(page, "24.95", 0.3);
    await page.mouse.click(at.x, at.y);
    await ladder.getByRole("button", { name: "Place order" }).click();
    await expect.poll(() => openPrices(0), WAIT).toEqual([24.95]);
    await expect
      .poll(async () => {
        await rowAt(page, "24.95", 0.3);
        return ladder.locator(".ladder-row").textContent();
      }, WAIT)
      .toContain("your buy 7, 30 ahead in one order");
    await ladder.getByRole("button", { name: "Arm", exact: true }).click();
    const [from, to] = [await rowAt(page, "24.95", 0.05), await rowAt(page, "24.97", 0.05)];
    await page.mouse.move(from.x, from.y);
    await page.mouse.down();
    await page.mouse.move(to.x, to.y, { steps: 4 });
    await page.mouse.up();
    await expect.poll(() => openPrices(0), WAIT).toEqual([24.97]);
    await page.mouse.click(to.x, (await rowAt(page, "24.93", 0.3)).y);
    await expect.poll(() => openPrices(0), WAIT).toEqual([24.93, 24.97]);
    const gone = await rowAt(page, "24.97", 0.05);
    await page.mouse.click(gone.x, gone.y, { button: "right" });
    await expect.poll(() => openPrices(0), WAIT).toEqual([24.93]);
    // The same by keys: the cursor begins in the middle, at 25.00.
    await ladder.getByRole("slider").focus();
    for (let nth = 0; nth < 6; nth++) await page.keyboard.press("ArrowDown");
    await expect.poll(() => ladder.getByRole("slider").getAttribute("aria-valuetext"), WAIT).toMatch(/^24\.94/);
    await page.keyboard.press("b");
    await expect.poll(() => openPrices(0), WAIT).toEqual([24.93, 24.94]);
    await page.keyboard.press("Delete");
    await expect.poll(() => openPrices(0), WAIT).toEqual([24.93]);
    await cancelOrders(0);
    expectNoTrouble(page);
  });

  test("UI-58, UI-59: a trade is on the tape with its side", async () => {
    const page = await trade(0);
    const row = (name: RegExp) => panel(page, "tape").getByRole("row", { name }).first().waitFor();
    await order(0, "buy", "5", "25.05");
    await row(/Buy 25\.05 5/);
    await order(0, "sell", "5", "24.95");
    await row(/Sell 24\.95 5/);
    await expectAccessible(page);
  });

  test("UI-61: a halt by an administrator is shown within a second, with its reason, and its end too", async () => {
    const page = await trade(0);
    const ladder = panel(page, "ladder");
    await ladder.getByText("Verified").waitFor();
    await ask("admin", "POST", `/v1/admin/symbols/${SYMBOL}/halt`, { reason: "news" });
    const halted = Date.now();
    await ladder.getByText("Trading is halted: news is pending").waitFor({ timeout: 5_000 });
    expect(Date.now() - halted).toBeLessThan(1_000);
    await expectAccessible(page);
    await ask("admin", "POST", `/v1/admin/symbols/${SYMBOL}/resume`, { call_seconds: 2 });
    await ladder.getByText("Reopening auction").waitFor();
    await ladder.locator(".market-banner").waitFor({ state: "detached" });
    await cancelOrders(1);
    expectNoTrouble(page);
  });
});
