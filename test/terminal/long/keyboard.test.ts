/** The command line, the keys, and the whole journey without a pointer. */
import { describe, expect, test } from "vitest";
import { WITHOUT_BROWSER, exchange, expectAccessible, expectNoTrouble, newPage, signInAs } from "../browser.ts";

describe.skipIf(WITHOUT_BROWSER)("the keyboard", () => {
  test("UI-75: sign-in, search, order, and cancel by keys alone", async () => {
    const page = await newPage();
    const { url, demo } = exchange();
    const trader = demo.traders[1];
    if (trader === undefined) throw new Error("no second trader");
    await page.goto(`${url}/sign-in?to=/trade`);
    await page
      .getByLabel(/e-?mail/i)
      .first()
      .waitFor();
    await page
      .getByLabel(/e-?mail/i)
      .first()
      .focus();
    await page.keyboard.type(trader.email);
    await page.keyboard.press("Tab");
    await page.keyboard.type(trader.password);
    await page.keyboard.press("Enter");
    await page.locator(".ticket").waitFor();

    await page.keyboard.press("/");
    const line = page.getByRole("combobox", { name: "Command" });
    await page.keyboard.type("nvd");
    await page.getByRole("option", { name: /NVDA/ }).waitFor();
    await page.keyboard.press("Enter");
    await page.locator(".ticket-facts", { hasText: "NVDA" }).waitFor();

    await page.keyboard.press("/");
    await page.keyboard.type("buy 1 nvda l 1");
    await page.locator(".palette .refusal, .palette .preview-figures").first().waitFor();
    const market = await page.request.get(`${url}/v2/stocks/NVDA/quotes/latest`);
    const { quote } = (await market.json()) as { quote: { bp: number } };
    const price = (quote.bp * 0.8).toFixed(2);
    await line.fill("");
    await page.keyboard.type(`buy 1 nvda l ${price} gtc`);
    await page.locator(".palette .preview[aria-busy=false] .preview-figures").waitFor();
    await page.getByRole("option", { name: new RegExp(`Buy 1 NVDA, limit ${price}`) }).waitFor();
    await expectAccessible(page);
    await page.keyboard.press("Enter");
    await page.getByText("Press Enter once more to do it. Escape leaves it.").waitFor();
    await page.keyboard.press("Enter");
    await page.getByText(`Accepted: Buy 1 NVDA, limit ${price}`).first().waitFor();

    await page.keyboard.press("/");
    await page.keyboard.type("cancel nvda");
    await page.getByRole("option", { name: "Cancel the open orders of NVDA (1)" }).waitFor();
    await page.keyboard.press("Enter");
    await page.keyboard.press("Enter");
    await page.getByText("Done: Cancel the open orders of NVDA (1)").first().waitFor();

    await page.keyboard.press("Control+k");
    await page.keyboard.press("ArrowUp");
    await expect.poll(() => line.inputValue()).toBe("cancel NVDA");
    await page.keyboard.press("Escape");
    expectNoTrouble(page, /401/);
  });

  test("UI-71, UI-72: a problem is shown at its word, Tab completes, and a page is found by its name", async () => {
    const page = await newPage();
    await signInAs(page, 0);
    await page.locator(".ticket").waitFor();
    await page.keyboard.press("/");
    await page.keyboard.type("buy 10 aapl trail 2% ioc");
    expect(await page.locator(".palette mark").textContent()).toBe("ioc");
    await page.getByRole("combobox", { name: "Command" }).fill("fl");
    await page.keyboard.press("Tab");
    expect(await page.getByRole("combobox", { name: "Command" }).inputValue()).toBe("flat ");
    await page.getByRole("combobox", { name: "Command" }).fill("");
    await page.keyboard.type("go to portfolio");
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/portfolio/);
    await page.keyboard.press("g");
    await page.keyboard.press("t");
    await page.waitForURL(/\/trade/);
    expectNoTrouble(page);
  });

  test("UI-76: every action has its own key, keys can be changed, and a taken one is refused", async () => {
    const page = await newPage();
    await signInAs(page, 0);
    await page.locator(".ticket").waitFor();
    await page.keyboard.press("?");
    await page.waitForURL(/\/shortcuts/);
    const keys = await page.locator(".key-button:has(kbd)").allTextContents();
    expect(keys.length).toBeGreaterThan(10);
    // Also those of the workspace, which lead to it.
    expect(keys).toContain("F6");
    expect(keys).toContain("Alt 5");
    expect(keys.filter((key, nth) => keys.indexOf(key) !== nth)).toEqual([]);
    await expectAccessible(page);
    const buy = page.getByRole("button", { name: "Change the key of: Buy what is shown: order ticket" });
    await buy.focus();
    await page.keyboard.press("Enter");
    await page.keyboard.press("?");
    await page.getByText("? is the key of “Show all keys”. Choose another one.").first().waitFor();
    await page.keyboard.press("u");
    await expect.poll(() => buy.textContent()).toBe("U");
    await page.keyboard.press("g");
    await page.keyboard.press("t");
    await page.locator(".ticket").waitFor();
    await page.keyboard.press("u");
    await expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute("name"))).toBe("amount");
    await page.goto(`${exchange().url}/shortcuts`);
    await page.getByRole("button", { name: "All keys as they were" }).click();
    await expect.poll(() => buy.textContent()).toBe("B");
    expectNoTrouble(page);
  });

  test("UI-77: what cannot be undone is asked first", async () => {
    const page = await newPage();
    await signInAs(page, 0);
    await page.locator(".ticket").waitFor();
    await page.keyboard.press("c");
    const question = page.getByRole("dialog", { name: "Do this?" });
    await question.getByText(/Cancel the open orders of/).waitFor();
    await page.keyboard.press("Escape");
    await expect.poll(() => question.count()).toBe(0);
    expectNoTrouble(page);
  });

  test("UI-78: the tour comes on the first visit, and never again once it is closed", async () => {
    const page = await newPage({}, { isFirstVisit: true });
    await signInAs(page, 0);
    const tour = page.getByRole("dialog", { name: "Tour of the terminal" });
    await tour.getByText("1 of 4").waitFor();
    await expectAccessible(page);
    await tour.getByRole("button", { name: "Next" }).press("Enter");
    await tour.getByText("2 of 4").waitFor();
    await tour.getByRole("button", { name: "Skip the tour" }).last().press("Enter");
    await page.reload();
    await page.locator(".ticket").waitFor();
    expect(await tour.count()).toBe(0);
    expectNoTrouble(page);
  });
});
