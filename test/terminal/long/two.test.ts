/** Two traders in two browsers trade with each other, in a symbol that nobody else trades. */
import type { Page } from "playwright-core";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { exchange, expectNoTrouble, newPage, signInAs, WITHOUT_BROWSER } from "../browser.ts";

const SYMBOL = `TWO${Math.floor(Math.random() * 26 ** 2)
  .toString(26)
  .replaceAll(/\d/g, (digit) => String.fromCharCode(113 + Number(digit)))
  .toUpperCase()}`;
const PRICE = "25";
const ROUNDS = 3;
const BOUND_MS = 500;

/** Calls of an administrator who has just proved who acts. */
async function administer(): Promise<(method: string, path: string, body: object) => Promise<unknown>> {
  const { url, demo } = exchange();
  const send = async (method: string, path: string, body: object, token = ""): Promise<Response> =>
    fetch(url + path, {
      method,
      headers: { "Content-Type": "application/json", Authorization: `Bearer ${token}` },
      body: JSON.stringify(body),
    });
  const { email, password } = demo.admin;
  const signedIn = (await (await send("POST", "/v1/auth/login", { email, password })).json()) as {
    access_token: string;
  };
  const token = signedIn.access_token;
  expect((await send("POST", "/v1/auth/step-up", { password }, token)).status).toBe(204);
  return async (method, path, body) => {
    const answer = await send(method, path, body, token);
    const text = await answer.text();
    expect(answer.status, text).toBeLessThan(300);
    return text === "" ? null : JSON.parse(text);
  };
}

/** Shows the symbol from the first paint on, and notes when the exchange has acknowledged an order. */
async function prepare(page: Page): Promise<void> {
  await page.addInitScript((symbol) => {
    localStorage.setItem("symbol", symbol);
    const notes = globalThis as unknown as { acknowledgedAt: number };
    const ask = globalThis.fetch;
    globalThis.fetch = async (input, init) => {
      const answer = await ask(input, init);
      if (new Request(input).url.endsWith("/v2/orders") && init?.method === "POST")
        notes.acknowledgedAt = performance.timeOrigin + performance.now();
      return answer;
    };
  }, SYMBOL);
}

/** Notes when a text appears on screen or goes: the time of the change in the document, by the clock of the machine. */
async function watch(page: Page, selector: string, text: string, appears: boolean): Promise<void> {
  await page.evaluate(
    ([where, wanted, isThere]) => {
      const notes = globalThis as unknown as { seenAt: number | null };
      notes.seenAt = null;
      const look = (): void => {
        const found = [...document.querySelectorAll(where)].some((one) => one.textContent?.includes(wanted));
        if (notes.seenAt === null && found === isThere) notes.seenAt = performance.timeOrigin + performance.now();
      };
      new MutationObserver(look).observe(document.body, { childList: true, characterData: true, subtree: true });
    },
    [selector, text, appears] as const,
  );
}

const noted = (page: Page, name: "acknowledgedAt" | "seenAt"): Promise<number> =>
  page.evaluate((of) => (globalThis as unknown as Record<string, number>)[of] ?? 0, name);

const ticketOf = (page: Page) => page.getByRole("form", { name: "Order ticket" });

/** Sends a limit order through the ticket. */
async function place(page: Page, side: "Buy" | "Sell", quantity: string): Promise<void> {
  const ticket = ticketOf(page);
  await ticket.getByRole("radio", { name: new RegExp(`^${side}`) }).click();
  await ticket.getByRole("radio", { name: "Limit", exact: true }).click();
  await ticket.getByRole("textbox", { name: "Quantity", exact: true }).fill(quantity);
  await ticket.getByRole("textbox", { name: "Limit price", exact: true }).fill(PRICE);
  await ticket.locator("button.ticket-submit").click();
  await page.getByRole("button", { name: "Send order" }).click();
}

describe.skipIf(WITHOUT_BROWSER)("two browsers", () => {
  beforeAll(async () => {
    const admin = await administer();
    const listing = { symbol: SYMBOL, name: "Two Browsers, Inc.", exchange: "NYSE", reference_price: PRICE };
    await admin("POST", "/v1/admin/instruments", listing);
    const seller = exchange().demo.traders[1]?.accountId ?? "";
    const shares = { reference: crypto.randomUUID(), amount: "100", symbol: SYMBOL };
    // Each part of the exchange learns of a listing within a second.
    await vi.waitFor(() => admin("POST", `/v1/admin/accounts/${seller}/deposits`, shares), 15_000);
  });

  test("UI-166: both see a trade within half a second of the answer of the exchange", { timeout: 60_000 }, async () => {
    const [buyer, seller] = [await newPage(), await newPage()];
    for (const [nth, page] of [buyer, seller].entries()) {
      await prepare(page);
      await signInAs(page, nth);
      await ticketOf(page).getByText(SYMBOL, { exact: true }).first().waitFor();
    }
    const figures: { readonly buyer: number; readonly seller: number }[] = [];
    for (let round = 1; round <= ROUNDS; round++) {
      // Another quantity each time, so that what is seen is of this round.
      const quantity = String(round + 2);
      await place(buyer, "Buy", quantity);
      const row = buyer.locator("[data-panel=blotter] tr, .blotter tr").filter({ hasText: SYMBOL });
      await row.first().waitFor();
      await watch(buyer, ".blotter tr", SYMBOL, false);
      await watch(seller, "form.ticket", `${quantity} filled at`, true);
      await place(seller, "Sell", quantity);
      for (const page of [buyer, seller]) await expect.poll(() => noted(page, "seenAt")).toBeGreaterThan(0);
      const acknowledged = await noted(seller, "acknowledgedAt");
      const [bought, sold] = [await noted(buyer, "seenAt"), await noted(seller, "seenAt")];
      figures.push({ buyer: Math.round(bought - acknowledged), seller: Math.round(sold - acknowledged) });
    }
    console.log(`on screen after the answer, ms: ${JSON.stringify(figures)}`);
    const slowest = figures.map(({ buyer: first, seller: second }) => Math.max(first, second));
    expect(Math.min(...slowest)).toBeLessThan(BOUND_MS);
    expectNoTrouble(buyer);
    expectNoTrouble(seller);
  });
});
