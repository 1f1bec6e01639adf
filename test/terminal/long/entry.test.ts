/** How people come in: signing up and in, second factors, passkeys, keys and sessions, all through the pages. */
import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { codeAt } from "../../totpCodes.ts";
import {
  WITHOUT_BROWSER,
  exchange,
  expectAccessible,
  expectAccessibleInThemes,
  expectNoTrouble,
  newPage,
} from "../browser.ts";

const PASSWORD = "seven violet herons at noon";

const at = (path: string): string => exchange().url + path;

/** The code in the newest mail to an address, from the outbox of the test exchange. */
async function codeFor(email: string): Promise<string> {
  const read = async (): Promise<string> => {
    const html = await (await fetch(at("/dev/outbox"), { headers: { Accept: "text/html" } })).text();
    const mail = html.slice(Math.max(0, html.indexOf(email)));
    return html.includes(email) ? (/[8A-Z2-7]{52,53}/.exec(mail)?.[0] ?? "") : "";
  };
  await expect.poll(read, { timeout: 20_000 }).not.toBe("");
  return read();
}

async function signUp(page: Page, email: string): Promise<void> {
  await page.goto(at("/sign-up"));
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("New password").fill("password1234");
  await page.getByRole("button", { name: "Create a login" }).click();
  await page.getByText("too easy to guess").waitFor();
  await page.getByLabel("New password").fill(PASSWORD);
  await page.getByRole("button", { name: "Create a login" }).click();
  await page.getByLabel("Code from the mail").fill(await codeFor(email));
  await page.getByRole("button", { name: "Confirm", exact: true }).click();
  await page.waitForURL("**/trade");
}

async function signOut(page: Page): Promise<void> {
  await page.context().clearCookies();
  await page.goto(at("/settings/security"));
  await page.waitForURL("**/sign-in?to=*");
}

async function fillSignIn(page: Page, email: string, password: string): Promise<void> {
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
}

/** Answers the question of a step-up, if it is asked, and waits until what needed it is there. */
async function stepUp(page: Page, label: string, answer: string): Promise<void> {
  const question = page.getByRole("dialog", { name: "Confirm that it is you" });
  await question.getByLabel(label).fill(answer);
  await question.getByRole("button", { name: "Confirm", exact: true }).click();
  await question.waitFor({ state: "hidden" });
}

describe.skipIf(WITHOUT_BROWSER)("coming in", () => {
  test("UI-132, UI-133, UI-135, UI-136: sign-up with the mail's code, a second factor, a passkey, a key, the sessions", async () => {
    const email = `entry-${crypto.randomUUID().slice(0, 8)}@example.com`;
    const page = await newPage();
    await signUp(page, email);

    await signOut(page);
    await fillSignIn(page, email, "a wrong password");
    await page.getByText("The e-mail or the password is wrong.").waitFor();
    await fillSignIn(page, email, PASSWORD);
    await page.waitForURL("**/settings/security");

    await page.getByRole("button", { name: "Set up: Authenticator app" }).click();
    const setup = page.getByRole("dialog", { name: "Authenticator app" });
    const secret = (await setup.locator("code").textContent())?.trim() ?? "";
    expect(await setup.locator(".qr-dark").getAttribute("d")).toMatch(/^M/);
    await setup.getByLabel("Code", { exact: true }).fill(codeAt(secret, Date.now() - 30_000));
    await setup.getByRole("button", { name: "Turn it on" }).click();
    const codes = page.getByRole("dialog", { name: "Your recovery codes" });
    await expect.poll(() => codes.locator("li").count()).toBe(10);
    await codes.getByRole("button", { name: "I have kept them" }).click();

    await signOut(page);
    await fillSignIn(page, email, PASSWORD);
    await page.getByLabel("Code of your authenticator app").fill(codeAt(secret, Date.now()));
    await page.getByRole("button", { name: "Continue" }).click();
    await page.waitForURL("**/settings/security");

    const cdp = await page.context().newCDPSession(page);
    await cdp.send("WebAuthn.enable");
    await cdp.send("WebAuthn.addVirtualAuthenticator", {
      options: {
        protocol: "ctap2",
        transport: "internal",
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
        automaticPresenceSimulation: true,
      },
    });
    await page.getByRole("button", { name: "Add a passkey" }).click();
    await page.getByRole("dialog", { name: "Add a passkey" }).getByRole("button", { name: "Add a passkey" }).click();
    await page.getByText("The passkey is added.").first().waitFor();
    await signOut(page);
    await page.getByRole("button", { name: "Sign in with a passkey" }).click();
    await page.waitForURL("**/settings/security");

    await page.goto(at("/settings/keys"));
    await page.getByRole("button", { name: "New API key" }).click();
    await page.getByRole("dialog").getByLabel("Name").fill("robot");
    await page.getByRole("button", { name: "Create the key" }).click();
    const made = page.getByRole("dialog", { name: "Your new API key" });
    const [id = "", key = ""] = await made.locator("code").allTextContents();
    const asKey = () =>
      fetch(at("/v2/account"), { headers: { "APCA-API-KEY-ID": id.trim(), "APCA-API-SECRET-KEY": key.trim() } });
    expect((await asKey()).status).toBe(200);
    await made.getByRole("button", { name: "I have kept it" }).click();
    expect(await page.content()).not.toContain(key.trim());
    await page.getByRole("button", { name: "Revoke the key robot" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Revoke", exact: true }).click();
    await expect.poll(async () => (await asKey()).status, { timeout: 10_000 }).toBe(401);

    await page.goto(at("/settings/sessions"));
    await page.getByRole("button", { name: "End all others" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "End all others" }).click();
    await expect.poll(() => page.locator(".settings-item").count()).toBe(1);
    expectNoTrouble(page, /401|403|422/);
  });

  test("UI-135: a wrong proof is told, and ends no session", async () => {
    const page = await newPage();
    const { demo } = exchange();
    const trader = demo.traders[1];
    await page.goto(at("/sign-in?to=/settings/keys"));
    await fillSignIn(page, trader?.email ?? "", trader?.password ?? "");
    await page.waitForURL("**/settings/keys");
    // As if the last proof were long ago.
    let isFresh = false;
    await page.route("**/v1/keys", async (route) => {
      if (isFresh || route.request().method() !== "POST") return route.continue();
      isFresh = true;
      return route.fulfill({ status: 403, json: { reason: "step_up_required", detail: "prove it" } });
    });
    await page.getByRole("button", { name: "New API key" }).click();
    await page.getByRole("dialog").getByLabel("Name").fill("proved");
    await page.getByRole("button", { name: "Create the key" }).click();
    const question = page.getByRole("dialog", { name: "Confirm that it is you" });
    await question.getByLabel("Password").fill("wrong");
    await question.getByRole("button", { name: "Confirm", exact: true }).click();
    await question.getByText("wrong").first().waitFor();
    await expectAccessible(page);
    await stepUp(page, "Password", trader?.password ?? "");
    await page.getByRole("dialog", { name: "Your new API key" }).waitFor();
    await page.getByRole("button", { name: "I have kept it" }).click();
    await page.getByRole("button", { name: "Revoke the key proved" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Revoke", exact: true }).click();
    await page.getByText("No API key yet.").or(page.locator(".settings-item").first()).waitFor();
  });

  test(
    "UI-4: the pages by which people come in and their settings are accessible, in three themes and on a phone",
    { timeout: 300_000 },
    async () => {
      const page = await newPage({ reducedMotion: "reduce" });
      const look = async (path: string): Promise<void> => {
        await page.goto(at(path));
        await page.locator(".card").first().waitFor();
        await expectAccessibleInThemes(page);
      };
      for (const path of ["/sign-in", "/sign-up", "/sign-in?forgotten"]) await look(path);
      await page.goto(at("/"));
      await page.getByRole("button", { name: "Try it with a demo account" }).click();
      await page.waitForURL("**/trade");
      const parts = ["profile", "security", "sessions", "keys", "apps", "sharing", "trading", "look", "privacy"];
      for (const part of parts) await look(`/settings/${part}`);
      await page.setViewportSize({ width: 390, height: 844 });
      for (const part of parts) {
        await page.goto(at(`/settings/${part}`));
        await page.locator(".card").first().waitFor();
        const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        expect(overflow, part).toBeLessThanOrEqual(0);
        await expectAccessible(page);
      }
    },
  );
});
