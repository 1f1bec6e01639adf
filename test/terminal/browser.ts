/** Pages of the terminal in a real browser, each test with contexts of its own. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, inject } from "vitest";
import { Demo } from "../../dev/demo.ts";

const terminal = inject("terminal");

/** Without a browser: `describe.skipIf(WITHOUT_BROWSER)`. */
export const WITHOUT_BROWSER = terminal === null;

/** The exchange that the tests share, and the demo's users. */
export const exchange = (): { readonly url: string; readonly demo: Demo } => {
  if (terminal === null) throw new Error("no terminal without Chromium");
  return {
    url: terminal.url,
    demo: Demo.parse(JSON.parse(readFileSync(join(terminal.state, "demo.json"), "utf8"))),
  };
};

/** Random capital letters, for the symbol of an instrument that only one test trades. */
export const letters = (count: number): string =>
  Array.from({ length: count }, () => String.fromCharCode(65 + Math.floor(Math.random() * 26))).join("");

let browser: Browser | null = null;
/** By context, whether it stays open after the test that opened it. */
const contexts = new Map<BrowserContext, boolean>();

beforeAll(async () => {
  if (terminal !== null) browser = await chromium.connect(terminal.browser);
});

// A page that nobody looks at any more draws all the same.
afterEach(() => close(([, isKept]) => !isKept));

afterAll(async () => {
  await close(() => true);
  await browser?.close();
});

async function close(which: (entry: readonly [BrowserContext, boolean]) => boolean): Promise<void> {
  for (const [context] of [...contexts].filter(which)) {
    contexts.delete(context);
    await context.close();
  }
}

/** What went wrong in a page without anybody asking: errors of scripts, refusals of the policy, requests to elsewhere. */
export interface Trouble {
  readonly errors: string[];
  readonly foreign: string[];
}

const troubles = new WeakMap<Page, Trouble>();

/**
 * A new page in a browser of its own: no cookies, no stored settings; the tour of the first visit only when asked for.
 * It closes with its test, or with the file when it is kept.
 */
export async function newPage(
  options: BrowserContextOptions = {},
  { isFirstVisit = false, isKept = false } = {},
): Promise<Page> {
  if (browser === null) throw new Error("no browser");
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: "en-US", ...options });
  contexts.set(context, isKept);
  if (!isFirstVisit) await context.addInitScript(() => localStorage.setItem("tour", "closed"));
  const page = await context.newPage();
  const trouble: Trouble = { errors: [], foreign: [] };
  troubles.set(page, trouble);
  const { origin } = new URL(exchange().url);
  page.on("pageerror", (error) => trouble.errors.push(String(error)));
  page.on("console", (message) => {
    if (message.type() !== "error") return;
    const text = message.text();
    // The message has the status of an answer, and only its place the path.
    const isAnswer = text.startsWith("Failed to load resource");
    trouble.errors.push(isAnswer ? `${text} ${new URL(message.location().url).pathname}` : text);
  });
  page.on("request", (request) => {
    const { origin: at, protocol } = new URL(request.url());
    if (at !== origin && !["data:", "blob:"].includes(protocol)) trouble.foreign.push(request.url());
  });
  return page;
}

/** Expects that nothing went wrong; `but` are errors that the test caused. */
export function expectNoTrouble(page: Page, but: RegExp = /^$/): void {
  const trouble = troubles.get(page);
  expect(trouble?.errors.filter((text) => !but.test(text))).toEqual([]);
  expect(trouble?.foreign).toEqual([]);
}

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

interface Violation {
  readonly id: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[];
}

/** Experiments of axe that find what WCAG asks for: a name has the words that are seen (2.5.3). */
const RULES = { "label-content-name-mismatch": { enabled: true } };

/**
 * Expects no violation of WCAG 2.2 A and AA, and of axe's best practices, in what the page shows now; or of one rule
 * only: another theme changes nothing but colours.
 */
export async function expectAccessible(page: Page, rule: "color-contrast" | null = null): Promise<void> {
  // By the debugger's way in, because the policy of the page refuses any script but its own.
  await page.evaluate(`${AXE};undefined`);
  const found = await page.evaluate(
    async ({ only, rules }) => {
      const { axe } = globalThis as unknown as {
        axe: { run(context: Document, options: object): Promise<{ violations: Violation[] }> };
      };
      const { violations } = await axe.run(
        document,
        only === null ? { resultTypes: ["violations"], rules } : { resultTypes: ["violations"], runOnly: [only] },
      );
      return violations.map(({ id, nodes }) => ({
        id,
        nodes: nodes.slice(0, 3).map(({ html, failureSummary }) => ({ html, failureSummary })),
      }));
    },
    { only: rule, rules: RULES },
  );
  expect(found).toEqual([]);
}

/** The same in every theme. */
export async function expectAccessibleInThemes(page: Page): Promise<void> {
  for (const theme of ["light", "contrast", "dark"]) {
    await page.evaluate((name) => (document.documentElement.dataset["theme"] = name), theme);
    await expectAccessible(page, theme === "dark" ? null : "color-contrast");
  }
}

/** Signs a demo trader in through the API, so that the page has its cookies. `nth`: 0 or 1. */
export async function signInAs(page: Page, nth: number): Promise<void> {
  const { demo } = exchange();
  const trader = demo.traders[nth];
  if (trader === undefined) throw new Error(`no trader ${nth}`);
  await signInWith(page, trader.email, trader.password);
}

export async function signInWith(page: Page, email: string, password: string): Promise<void> {
  const { url } = exchange();
  const answer = await page.request.post(`${url}/v1/auth/login`, {
    data: { email, password, cookies: true },
    headers: { Origin: url },
  });
  expect(answer.status(), await answer.text()).toBe(200);
  await page.goto(`${url}/trade`);
}

/** A call of the API with the cookies of a page, past the page; fails the test when it is refused. */
export type Api = <T>(method: string, path: string, body?: object) => Promise<T>;

/** Signs a demo login in that nobody else has, with a paper account of its own. */
export async function signInAsGuest(page: Page): Promise<Api> {
  const { url } = exchange();
  const begun = await page.request.post(`${url}/v1/demo`, { headers: { Origin: url } });
  expect(begun.status(), await begun.text()).toBe(200);
  const { csrf_token: token } = (await begun.json()) as { csrf_token: string };
  return async <T>(method: string, path: string, body?: object): Promise<T> => {
    const answer = await page.request.fetch(url + path, {
      method,
      headers: { Origin: url, "X-CSRF-Token": token },
      ...(body === undefined ? {} : { data: body }),
    });
    const text = await answer.text();
    expect(answer.status(), text).toBeLessThan(300);
    return (text === "" ? null : JSON.parse(text)) as T;
  };
}
