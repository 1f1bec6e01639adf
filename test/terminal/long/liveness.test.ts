/** An open terminal lives through what happens to its exchange and its network, and says meanwhile that prices are old. */
import { readdirSync, readFileSync } from "node:fs";
import type { Page } from "playwright-core";
import { afterEach, describe, expect, inject, test } from "vitest";
import * as z from "zod";
import { WITHOUT_BROWSER, exchange, expectAccessible, newPage, signInAs } from "../browser.ts";

const SYMBOL = "AAPL";
const HEALED = { timeout: 150_000, interval: 500 };
const SOON = { timeout: 20_000, interval: 100 };
/** How long the network is cut; the issue asks for 60 seconds. */
const CUT_SECONDS = Number(process.env["TERMINAL_CUT_SECONDS"] ?? "6");

const Order = z.object({ id: z.string(), status: z.string(), client_order_id: z.string() });
const Trades = z.object({ trades: z.record(z.string(), z.array(z.object({ i: z.number() }))) });

/** The API as one of the demo's traders has it with a key, apart from the page and its network. */
async function api(method: string, path: string, body?: object, nth = 0): Promise<unknown> {
  const { url, demo } = exchange();
  const trader = demo.traders[nth];
  const answer = await fetch(url + path, {
    method,
    headers: {
      "APCA-API-KEY-ID": trader?.keyId ?? "",
      "APCA-API-SECRET-KEY": trader?.secret ?? "",
      "Content-Type": "application/json",
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (answer.status >= 400) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
  const text = await answer.text();
  return text === "" ? null : JSON.parse(text);
}

/** Places an order; again when the exchange does not answer yet, which the client order id makes safe. */
async function place(order: object): Promise<void> {
  const body = { symbol: SYMBOL, qty: "1", time_in_force: "day", client_order_id: crypto.randomUUID(), ...order };
  await expect
    .poll(async () => {
      try {
        return Order.parse(await api("POST", "/v2/orders", body)).status;
      } catch (error) {
        return String(error).includes("client_order_id") ? "there" : String(error);
      }
    }, HEALED)
    .toMatch(/^(?:new|accepted|pending_new|filled|partially_filled|there)$/);
}

const fills = (side: "buy" | "sell" = "buy"): Promise<void> => place({ type: "market", side });
const rests = (): Promise<void> => place({ type: "limit", side: "buy", limit_price: "200" });

async function openOrders(): Promise<number> {
  return z.array(Order).parse(await api("GET", "/v2/orders?status=open&limit=500")).length;
}

async function positionQty(): Promise<string> {
  const held = z.array(z.object({ symbol: z.string(), qty: z.string() })).parse(await api("GET", "/v2/positions"));
  return held.find(({ symbol }) => symbol === SYMBOL)?.qty ?? "0";
}

async function lastTrade(): Promise<string> {
  const { trades } = Trades.parse(await api("GET", `/v2/stocks/trades?symbols=${SYMBOL}&sort=desc&limit=1`));
  return String(trades[SYMBOL]?.[0]?.i);
}

const link = (page: Page) => page.locator(".status-bar .truth-link").first();
const isLive = (page: Page) => expect.poll(() => link(page).getAttribute("data-link"), HEALED).toBe("live");
const isLost = (page: Page) => expect.poll(() => link(page).getAttribute("data-link"), SOON).toBe("lost");

/** What the details of the truth line say of a figure. */
const figure = (page: Page, name: string) =>
  page
    .locator(".truth-panel .figures > div")
    .filter({ has: page.getByText(name, { exact: true }) })
    .locator("dd");

const details = (page: Page) => page.getByRole("button", { name: "Details of the connection" });

async function openTerminal(): Promise<Page> {
  const page = await newPage();
  await signInAs(page, 0);
  await isLive(page);
  await details(page).click();
  await page.locator(".truth-body").waitFor();
  return page;
}

/** Expects that the page has what the exchange has: the last trade, no trade missing, its open orders and its position. */
async function expectSame(page: Page): Promise<void> {
  if (!(await page.locator(".truth-body").isVisible())) await details(page).click();
  const row = page.locator(`.truth-symbols tr[data-symbol="${SYMBOL}"]`);
  await expect
    .poll(async () => (await row.locator("td").first().textContent()) === (await lastTrade()), HEALED)
    .toBe(true);
  expect(await figure(page, "Trades missing").textContent()).toBe("0");
  await expect.poll(() => row.locator("td").last().textContent(), SOON).toBe("live");
  const open = await openOrders();
  await expect
    .poll(() => page.getByRole("tab", { name: /^Open/ }).textContent(), HEALED)
    .toMatch(new RegExp(`${open}$`));
  const tape = page.locator(".tape-table tbody");
  if ((await tape.count()) > 0) {
    const numbers = await tape
      .locator("tr[data-id]")
      .evaluateAll((rows) => rows.map((one) => Number((one as HTMLElement).dataset["id"])));
    expect(numbers, "the tape has each number once, without a gap").toEqual(
      numbers.map((_, nth) => (numbers[0] ?? 0) - nth),
    );
  }
  const qty = await positionQty();
  await page.getByRole("tab", { name: /^Positions/ }).click({ force: true });
  const position = page.getByRole("row").filter({ hasText: SYMBOL }).filter({ hasText: qty });
  await expect.poll(() => position.count(), SOON).toBeGreaterThan(0);
  await page.getByRole("tab", { name: /^Open/ }).click({ force: true });
}

/** The processes of the runtime that the shared exchange has. */
function workersOfExchange(): number[] {
  const state = inject("terminal")?.state ?? "";
  const all = readdirSync("/proc").flatMap((name) => {
    try {
      if (!/^\d+$/.test(name)) return [];
      const [, parent] = /^\d+ \(.*\) \S (\d+)/s.exec(readFileSync(`/proc/${name}/stat`, "utf8")) ?? [];
      const command = readFileSync(`/proc/${name}/cmdline`, "utf8").split("\0");
      return [{ pid: Number(name), parent: Number(parent), command }];
    } catch {
      return [];
    }
  });
  const found = all.filter(
    ({ command }) => command.includes(state) && command.some((part) => part.endsWith("dev/main.ts")),
  );
  for (const { pid } of found) found.push(...all.filter(({ parent }) => parent === pid));
  return found.flatMap(({ pid, command }) => (/workerd/.test(command[0] ?? "") ? [pid] : []));
}

afterEach(async () => {
  if (!WITHOUT_BROWSER)
    await expect
      .poll(
        () =>
          api("DELETE", "/v2/orders").then(
            () => true,
            () => false,
          ),
        HEALED,
      )
      .toBe(true);
});

describe.skipIf(WITHOUT_BROWSER || process.platform !== "linux")("an open terminal", () => {
  // An exchange that ran before has others who use it.
  test.skipIf(process.env["TERMINAL_URL"] !== undefined)(
    "UI-17: the exchange is killed under it, and it heals: nothing missing, nothing double",
    { timeout: 240_000 },
    async () => {
      const page = await openTerminal();
      await rests();
      await fills();
      await expectSame(page);
      const killed = workersOfExchange();
      expect(killed.length).toBeGreaterThan(0);
      for (const pid of killed) process.kill(pid, "SIGKILL");
      await isLost(page);
      // A moment of grace comes first.
      await expect
        .poll(() => page.locator(".status-bar").textContent(), SOON)
        .toMatch(/Connection lost \d+ s ago. Prices are old./);
      expect(await page.evaluate(() => document.documentElement.dataset["link"])).toBe("lost");
      await fills();
      await rests();
      await isLive(page);
      await fills();
      await expectSame(page);
      await expectAccessible(page);
    },
  );

  test(
    "UI-17: the network is cut while orders fill, and the terminal has all of it when it is back",
    { timeout: 60_000 + CUT_SECONDS * 1_000 + 150_000 },
    async () => {
      const page = await openTerminal();
      await page.context().setOffline(true);
      const until = Date.now() + CUT_SECONDS * 1_000;
      await isLost(page);
      // As much is sold as bought, so that the money lasts.
      do {
        await fills("buy");
        await fills("sell");
      } while (Date.now() < until);
      await fills();
      await rests();
      await page.context().setOffline(false);
      await isLive(page);
      expect(Number(await figure(page, "Connections resumed by cursor").textContent())).toBeGreaterThan(0);
      await expectSame(page);
    },
  );

  test("UI-15: an order without an answer is shown as unknown, also after a reload, and then found", async () => {
    const page = await newPage();
    await signInAs(page, 0);
    await isLive(page);
    let isCut = true;
    // The order arrives and its answer does not; until the end nobody can be asked either.
    await page.route(/\/v2\/orders(?:$|:by_client_order_id)/, async (route) => {
      if (!isCut) return route.continue();
      if (route.request().method() === "POST") await route.fetch();
      return route.abort("connectionreset");
    });
    await page.getByLabel("One click: send without asking").check();
    await page.locator(".ticket [name=amount]").fill("1");
    await page.getByRole("radio", { name: "Limit", exact: true }).click();
    await page.locator(".ticket [name=limitPrice]").fill("201");
    await page.locator(".ticket-submit").click();
    const unknown = page.getByRole("button", { name: "1 request of unknown outcome" });
    await unknown.waitFor();
    await page.reload();
    await unknown.waitFor();
    isCut = false;
    await expect.poll(() => unknown.count(), SOON).toBe(0);
    expect(await openOrders()).toBe(1);
  });
});
