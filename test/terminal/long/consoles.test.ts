/** The consoles of administrators and auditors, and who may not see them. */
import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import {
  exchange,
  expectAccessible,
  expectNoTrouble,
  newPage,
  signInAs,
  signInWith,
  WITHOUT_BROWSER,
} from "../browser.ts";
import { SIZES, SWEEP } from "../looks.ts";

const ADMIN = [
  "",
  "/users",
  "/approvals",
  "/money",
  "/markets",
  "/feeds",
  "/plans",
  "/fees",
  "/actors",
  "/log",
  "/vaults",
];
const ADMIN_PAGES = ADMIN.map((path) => `/admin${path}`);
const AUDIT_PAGES = ["", "/order", "/chain", "/verify", "/account", "/history", "/log", "/approvals", "/fees"].map(
  (path) => `/audit${path}`,
);
/** A symbol that no other test of the terminal trades. */
const SYMBOL = "KO";

async function open(page: Page, path: string): Promise<void> {
  await page.goto(exchange().url + path);
  await page.getByRole("heading", { level: 1 }).waitFor();
}

/** Confirms the open question, and proves who acts if the exchange asks. */
async function confirm(page: Page, password: string): Promise<void> {
  await page.getByRole("button", { name: "Confirm", exact: true }).click();
  const proof = page.getByRole("dialog", { name: "Confirm that it is you" });
  const done = page.getByText(/^(Done|Waits)|: waits for/).first();
  await proof.or(done).first().waitFor();
  if (!(await proof.isVisible())) return;
  await proof.getByLabel("Password").fill(password);
  await proof.getByRole("button", { name: "Confirm" }).click();
  await proof.waitFor({ state: "hidden" });
}

interface Mail {
  readonly to: string;
  readonly text: string;
}

/** The code that an invitation sends, from the mail that the exchange keeps here. */
async function codeSentTo(email: string): Promise<string> {
  let code = "";
  await expect
    .poll(
      async () => {
        const mails = (await (await fetch(`${exchange().url}/dev/outbox.json`)).json()) as Mail[];
        [code = ""] = /[8A-Z2-7]{52,53}/.exec(mails.find(({ to }) => to === email)?.text ?? "") ?? [];
        return code;
      },
      { timeout: 15_000 },
    )
    .not.toBe("");
  return code;
}

describe.skipIf(WITHOUT_BROWSER)("the consoles", () => {
  test("UI-155: an administrator halts and resumes a symbol, invites an auditor, changes a plan and sees the log", async () => {
    const { admin } = exchange().demo;
    const page = await newPage();
    await signInWith(page, admin.email, admin.password);

    await open(page, "/admin/markets");
    await page.getByRole("button", { name: SYMBOL, exact: true }).click();
    const market = page.getByRole("region", { name: new RegExp(`^${SYMBOL} `) });
    await market.getByRole("button", { name: "Halt" }).click();
    await page.getByLabel("Reason").selectOption("news");
    await confirm(page, admin.password);
    await page.getByRole("heading", { name: `${SYMBOL} Halted` }).waitFor();
    await market.getByRole("button", { name: "Resume" }).click();
    await page.getByLabel("Seconds to gather orders").fill("1");
    await confirm(page, admin.password);
    await page.getByRole("heading", { name: new RegExp(`^${SYMBOL} (Reopening auction|Trading|Closed)`) }).waitFor();

    const email = `auditor-${crypto.randomUUID().slice(0, 8)}@demo.exchange`;
    await open(page, "/admin/users");
    await page.getByRole("button", { name: "Invite a user" }).click();
    const invitation = page.getByRole("dialog", { name: "Invite a user" });
    await invitation.getByLabel("E-mail").fill(email);
    await invitation.getByLabel("Trader").uncheck();
    await invitation.getByLabel("Auditor").check();
    await confirm(page, admin.password);
    await page.getByLabel("Find a user by e-mail").fill(email);
    await page.getByRole("button", { name: "Search", exact: true }).click();
    await page.getByRole("button", { name: email, exact: true }).click();
    const user = page.getByRole("region", { name: email });
    await user.getByRole("button", { name: "Change roles and plan" }).click();
    await page.getByRole("dialog", { name: "Change roles and plan" }).getByLabel("Plan").selectOption("pro");
    await confirm(page, admin.password);
    await user.getByText("Pro", { exact: true }).waitFor();

    await open(page, "/admin/log");
    const log = page.getByRole("region", { name: "Admin log" }).last();
    await log.getByText(SYMBOL, { exact: true }).first().waitFor();
    expectNoTrouble(page, /40[13]/);

    const password = `Sealed-${crypto.randomUUID()}`;
    const reset = await fetch(`${exchange().url}/v1/auth/password/reset`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ token: await codeSentTo(email), password }),
    });
    expect(reset.status).toBe(200);
    await auditsAs(email, password);
  });

  test("UI-154: a trader gets neither page nor data", async () => {
    const page = await newPage();
    await signInAs(page, 0);
    for (const [path, api] of [
      ["/admin", "/v1/admin/users"],
      ["/audit", "/v1/audit/events"],
    ] as const) {
      await open(page, path);
      await page.getByText(/the exchange gives it no data \(403\)/).waitFor();
      await expectAccessible(page);
      expect((await page.request.get(exchange().url + api)).status()).toBe(403);
    }
  });

  test("UI-4: no page of a console has a violation, in three themes, on a desktop and a phone", SWEEP, async () => {
    const { admin } = exchange().demo;
    for (const { options, themesOf } of SIZES) {
      const page = await newPage(options);
      await signInWith(page, admin.email, admin.password);
      for (const [nth, path] of [...ADMIN_PAGES, ...AUDIT_PAGES].entries()) {
        const themes = themesOf(nth);
        if (themes.length === 0) continue;
        await open(page, path);
        await page.waitForLoadState("networkidle");
        const sideways = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        expect.soft(sideways, path).toBeLessThanOrEqual(0);
        for (const theme of themes) {
          await page.evaluate((chosen) => void (document.documentElement.dataset["theme"] = chosen), theme);
          await expectAccessible(page);
        }
      }
    }
  });
});

/** An auditor searches the trail, replays an order's life, and verifies the chains. */
async function auditsAs(email: string, password: string): Promise<void> {
  const page = await newPage();
  await signInWith(page, email, password);
  await open(page, "/audit");
  await page.getByLabel("Kind of event").selectOption("order.filled");
  await page.getByRole("button", { name: "Search", exact: true }).click();
  await page.getByRole("button", { name: "order.filled" }).first().click();
  await page.getByRole("link", { name: "Life of the order" }).last().click();
  await page.getByText("order.accepted", { exact: true }).waitFor();
  await page.getByText("order.filled", { exact: true }).first().waitFor();
  await expectAccessible(page);
  await page.getByRole("button", { name: "Previous step" }).click();
  await page.getByText(/^Step \d+ of \d+$/).waitFor();

  await page.getByRole("link", { name: "Verify" }).click();
  await page.getByRole("button", { name: "Verify every chain" }).click();
  await page.getByText(/^Every chain holds: /).waitFor({ timeout: 20_000 });
  await expectAccessible(page);
  // It only reads: what an administrator may do is refused.
  expect((await page.request.get(`${exchange().url}/v1/admin/users`)).status()).toBe(403);
  expectNoTrouble(page, /403/);
}
