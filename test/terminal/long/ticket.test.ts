/** The order ticket: every order of the matrix through the page, its preview, its refusals. */
import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { refusedAlways } from "../../../domain/order/combinations.ts";
import { ORDER_CLASSES, type OrderClass } from "../../../domain/order/orderClass.ts";
import { ORDER_TYPES, type OrderType, rulesOf } from "../../../domain/order/orderType.ts";
import { isForAuction, mayRest, TIMES_IN_FORCE, type TimeInForce } from "../../../domain/order/timeInForce.ts";
import { WITHOUT_BROWSER, exchange, expectAccessible, expectNoTrouble, newPage, signInAs } from "../browser.ts";

/** The demo gives the trader shares of it, and the other tests of the terminal leave its orders alone. */
const SYMBOL = "SPY";
const TYPE_NAMES: Readonly<Record<OrderType, string>> = {
  market: "Market",
  limit: "Limit",
  stop: "Stop",
  stop_limit: "Stop limit",
  trailing_stop: "Trailing",
  market_if_touched: "If touched",
};

interface Row {
  readonly type: OrderType;
  readonly time: TimeInForce;
  readonly orderClass: OrderClass;
}

/**
 * Every type with every class for the day, and with every time in force alone, as far as the exchange takes them around
 * the clock. Auctions need a market with hours.
 */
const ROWS: readonly Row[] = ORDER_TYPES.flatMap((type) =>
  TIMES_IN_FORCE.flatMap((time) =>
    ORDER_CLASSES.filter(
      (orderClass) =>
        refusedAlways(type, time, orderClass) === null &&
        !isForAuction(time) &&
        (time === "day" || orderClass === "simple"),
    ).map((orderClass) => ({ type, time, orderClass })),
  ),
);

/** An order in the JSON of the API, with the fields that the test reads. */
interface Order {
  readonly id: string;
  readonly type: string;
  readonly time_in_force: string;
  readonly order_class: string;
  readonly status: string;
  readonly limit_price: string | null;
  readonly qty: string | null;
}

/** Calls the API with the cookies of the page. */
async function api<T>(page: Page, method: string, path: string, body?: object): Promise<T> {
  const csrf = await page.evaluate(() => localStorage.getItem("csrf") ?? "");
  const answer = await page.request.fetch(`${exchange().url}${path}`, {
    method,
    headers: { Origin: exchange().url, "X-CSRF-Token": csrf },
    ...(body === undefined ? {} : { data: body }),
  });
  const text = await answer.text();
  return (text === "" ? null : JSON.parse(text)) as T;
}

const field = (page: Page, name: string) => page.locator(`.ticket [name=${name}]`);
const submit = (page: Page) => page.locator(".ticket-submit");
const status = (page: Page) => page.locator(".sent-order .badge");

async function open(page: Page): Promise<number> {
  await signInAs(page, 0);
  await page.locator(".ticket").waitFor();
  await page.keyboard.press("/");
  await page.keyboard.type(SYMBOL);
  await page.getByRole("option", { name: `Show ${SYMBOL},` }).waitFor();
  await page.keyboard.press("Enter");
  await page.getByLabel("One click: send without asking").check();
  await page.locator(".ticket-facts", { hasText: SYMBOL }).waitFor();
  await page.locator(".ticket-side-price", { hasText: /\d/ }).first().waitFor();
  const { quote } = await api<{ quote: { ap: number } }>(page, "GET", `/v2/stocks/${SYMBOL}/quotes/latest`);
  return quote.ap;
}

const cents = (price: number): string => price.toFixed(2);

/** Fills in one order, with every price at which it rests: far from the market, and within the exchange's limits. */
async function fill(page: Page, { type, time, orderClass }: Row, price: number): Promise<void> {
  const ticket = page.locator(".ticket");
  const sells = orderClass === "oco" || type === "trailing_stop";
  await ticket.getByRole("radio", { name: sells ? /^Sell/ : /^Buy/ }).click();
  await ticket.getByRole("radio", { name: TYPE_NAMES[type], exact: true }).click();
  await field(page, "orderClass").selectOption(orderClass);
  await field(page, "timeInForce").selectOption(time);
  await field(page, "amount").fill("1");
  const { needs, trigger } = rulesOf(type);
  const [low, high] = [cents(price * 0.8), cents(price * 1.2)];
  if (needs.includes("limit") && orderClass !== "oco")
    await field(page, "limitPrice").fill(trigger === null ? low : high);
  if (needs.includes("stop")) await field(page, "stopPrice").fill(trigger === "touch" ? low : high);
  if (trigger === "trail") await field(page, "trail").fill("10");
  const [profit, loss] = [cents(price * 1.3), cents(price * 0.75)];
  if (orderClass !== "simple") await field(page, "takeProfit").fill(profit);
  if (orderClass === "bracket" || orderClass === "oco") await field(page, "stopLoss").fill(loss);
  if (time === "gtd") await field(page, "goodTil").fill(await later(page));
}

/** Cancels what still rests of the symbol: exits of an order that has traded. */
async function cancelRest(page: Page): Promise<void> {
  const path = `/v2/orders?status=open&symbols=${SYMBOL}`;
  for (const { id } of await api<Order[]>(page, "GET", path)) await api(page, "DELETE", `/v2/orders/${id}`);
  await expect.poll(() => api<Order[]>(page, "GET", path)).toEqual([]);
}

/** Tomorrow, in the page's own time. */
function later(page: Page): Promise<string> {
  return page.evaluate(() => {
    const date = new Date(Date.now() + 86_400_000);
    return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
  });
}

/** Replaces the order that rests, and expects the new price and the cancel. */
async function replaceAndCancel(page: Page, row: Row, price: number): Promise<void> {
  const { needs, trigger } = rulesOf(row.type);
  await page.locator(".sent-order").getByRole("button", { name: "Replace" }).click();
  const name = trigger === "trail" ? "trail" : needs.includes("stop") ? "stopPrice" : "limitPrice";
  const low = trigger === null || trigger === "touch";
  const moved = trigger === "trail" ? "11" : cents(price * (row.orderClass === "oco" ? 1.31 : low ? 0.79 : 1.21));
  await field(page, name).fill(moved);
  if (row.type === "stop_limit") await field(page, "limitPrice").fill(moved);
  await submit(page).click();
  await page.locator(".sent-order p", { hasText: String(Number(moved)) }).waitFor();
  await page.locator(".sent-order").getByRole("button", { name: "Cancel order" }).click();
  await status(page).getByText("Cancelled").waitFor();
}

/** The open orders of a symbol. */
const openIn = (page: Page, symbol: string): Promise<Order[]> =>
  api<Order[]>(page, "GET", `/v2/orders?status=open&symbols=${symbol}`);

/** Fills in an order that rests far from the market, and asks about it with Enter in the field of the amount. */
async function ask(page: Page, price: number): Promise<void> {
  await page.getByLabel("One click: send without asking").uncheck();
  await fill(page, { type: "limit", time: "day", orderClass: "simple" }, price);
  await field(page, "amount").focus();
  await page.keyboard.down("Enter");
  await page.getByRole("dialog", { name: "Send this order?" }).getByText(`Buy 1 ${SYMBOL}, limit`).waitFor();
}

describe.skipIf(WITHOUT_BROWSER)("the order ticket", () => {
  test("UI-70: every order of the matrix is placed, replaced and cancelled through the ticket", async () => {
    const page = await newPage();
    const price = await open(page);
    const isReplaced = new Set<string>();
    for (const row of ROWS) {
      await fill(page, row, price);
      await submit(page).click();
      const now = mayRest(row.time) && row.type !== "market";
      const name = `${row.type} ${row.time} ${row.orderClass}`;
      const known = now ? /^(Open|Accepted)$/ : /^(Filled|Cancelled|Open|Partly filled)$/;
      await expect.poll(() => status(page).textContent(), { message: name }).toMatch(known);
      const [order] = await api<Order[]>(page, "GET", "/v2/orders?status=all&limit=1&nested=true&direction=desc");
      expect([order?.type, order?.time_in_force, order?.order_class || "simple"], name).toEqual([
        row.type,
        row.time,
        row.orderClass,
      ]);
      const kind = `${row.type} ${row.orderClass}`;
      if (!now) await cancelRest(page);
      else if (isReplaced.has(kind)) {
        await page.locator(".sent-order").getByRole("button", { name: "Cancel order" }).click();
        await status(page).getByText("Cancelled").waitFor();
      } else {
        isReplaced.add(kind);
        await replaceAndCancel(page, row, price);
      }
      await page.locator(".sent-order").getByRole("button", { name: "Hide" }).click();
    }
    expectNoTrouble(page);
  }, 120_000);

  test("UI-70: what the matrix does not have is disabled, with the reason in words", async () => {
    const page = await newPage();
    await open(page);
    const reasons = async (name: string): Promise<string[]> =>
      (await field(page, name).locator("option:disabled").allTextContents()).map((text) => text.trim());
    for (const type of ORDER_TYPES) {
      await page.locator(".ticket").getByRole("radio", { name: TYPE_NAMES[type], exact: true }).click();
      const times = TIMES_IN_FORCE.filter((time) => refusedAlways(type, time, "simple") !== null || isForAuction(time));
      const shown = await reasons("timeInForce");
      expect(shown.length, type).toBe(times.length);
      for (const text of shown) expect(text).toMatch(/\(.+\)$/);
    }
    await page.locator(".ticket").getByRole("radio", { name: "Trailing", exact: true }).click();
    expect(await reasons("orderClass")).toEqual([
      "Bracket: take profit and stop loss (not with this type)",
      "One-triggers-other: one exit (not with this type)",
      "One-cancels-other: both exits (not with this type)",
    ]);
    await page.locator(".ticket-options summary").click();
    expect(await page.getByLabel("Post only").isDisabled()).toBe(true);
    await expectAccessible(page);
  });

  test("UI-73: the preview is the exchange's, and a size that is too large can be set to the largest", async () => {
    const page = await newPage();
    const price = await open(page);
    await fill(page, { type: "limit", time: "day", orderClass: "simple" }, price);
    await page.locator(".preview-figures").waitFor();
    const order = { symbol: SYMBOL, side: "buy", type: "limit", time_in_force: "day", qty: "1" };
    const body = { ...order, limit_price: cents(price * 0.8) };
    const told = await api<{ estimate: { value: string; buying_power_after: string } }>(
      page,
      "POST",
      "/v1/orders/preview",
      body,
    );
    const dollars = (amount: string): string =>
      Number(amount).toLocaleString("en-US", { style: "currency", currency: "USD" });
    const figures = await page.locator(".preview-figures").textContent();
    expect(figures).toContain(dollars(told.estimate.value));
    expect(figures).toContain(dollars(told.estimate.buying_power_after));

    await field(page, "amount").fill("1000000");
    await page.locator(".refusal", { hasText: "Not enough buying power" }).waitFor();
    await page.locator(".refusal button").click();
    await expect.poll(() => page.locator(".refusal").count()).toBe(0);
    await page.locator(".preview[aria-busy=false] .preview-figures").waitFor();
    expect(Number(await field(page, "amount").inputValue())).toBeGreaterThan(1);
    await submit(page).click();
    await expect.poll(() => status(page).textContent()).toMatch(/Open|Accepted/);
    await page.locator(".sent-order").getByRole("button", { name: "Cancel order" }).click();
    await status(page).getByText("Cancelled").waitFor();
  });

  test("UI-74: an order is shown once more before it is sent, unless one click is chosen", async () => {
    const page = await newPage();
    const price = await open(page);
    await page.getByLabel("One click: send without asking").uncheck();
    await fill(page, { type: "limit", time: "day", orderClass: "simple" }, price);
    await field(page, "amount").press("Enter");
    const dialog = page.getByRole("dialog", { name: "Send this order?" });
    await dialog.getByText(`Buy 1 ${SYMBOL}, limit`).waitFor();
    await expectAccessible(page);
    await page.keyboard.press("Escape");
    expect(await page.locator(".sent-order").count()).toBe(0);
    await submit(page).click();
    await dialog.getByRole("button", { name: "Send order" }).click();
    await expect.poll(() => status(page).textContent()).toMatch(/Open|Accepted/);
    await page.locator(".sent-order").getByRole("button", { name: "Cancel order" }).click();
    await status(page).getByText("Cancelled").waitFor();
    expectNoTrouble(page);
  });

  test("UI-167: a question ends when another window shows another symbol, and nothing is sent", async () => {
    const page = await newPage();
    const price = await open(page);
    const dialog = page.getByRole("dialog", { name: "Send this order?" });
    await ask(page, price);
    await page.keyboard.up("Enter");
    const before = await openIn(page, "QQQ");
    const other = await page.context().newPage();
    await other.goto(`${exchange().url}/v2/clock`);
    await other.evaluate(() => localStorage.setItem("symbol", "QQQ"));
    await other.close();
    await page.locator(".ticket-facts", { hasText: "QQQ" }).waitFor();
    await expect.poll(() => dialog.count()).toBe(0);
    await page.keyboard.press("Enter");
    expect(await page.locator(".sent-order").count()).toBe(0);
    expect([await openIn(page, SYMBOL), await openIn(page, "QQQ")]).toEqual([[], before]);
  });

  test("UI-169, UI-168: Enter that is held down asks, and does not send; an accepted order leaves no amount", async () => {
    const page = await newPage();
    const price = await open(page);
    const dialog = page.getByRole("dialog", { name: "Send this order?" });
    await ask(page, price);
    const send = dialog.getByRole("button", { name: "Send order" });
    await expect.poll(() => send.evaluate((button) => button === document.activeElement)).toBe(true);
    // The browser repeats a key that is down already.
    for (let nth = 0; nth < 5; nth++) await page.keyboard.down("Enter");
    expect(await dialog.count()).toBe(1);
    expect(await page.locator(".sent-order").count()).toBe(0);
    await page.keyboard.up("Enter");
    await page.keyboard.down("Enter");
    await expect.poll(() => status(page).textContent()).toMatch(/Open|Accepted/);
    for (let nth = 0; nth < 5; nth++) await page.keyboard.down("Enter");
    await page.keyboard.up("Enter");
    await expect.poll(() => field(page, "amount").inputValue()).toBe("");
    expect(await field(page, "limitPrice").inputValue()).toBe(cents(price * 0.8));
    expect((await openIn(page, SYMBOL)).length).toBe(1);
    await page.locator(".sent-order").getByRole("button", { name: "Cancel order" }).click();
    await status(page).getByText("Cancelled").waitFor();
  });
});
