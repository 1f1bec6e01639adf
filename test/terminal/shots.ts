/**
 * Takes the pictures of the user guide: `npm run terminal:shots`. Starts a demo exchange of its own, or uses the one
 * of TERMINAL_URL, whose state folder is TERMINAL_STATE. SHOTS=trade,portfolio-phone takes only these.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, chmodSync, writeFileSync } from "node:fs";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { freePort } from "../../dev/ports.ts";
import { Demo } from "../../dev/demo.ts";
import { ROOT } from "../../ops/workers.ts";
import { startDev } from "../system/devRun.ts";
import { BROWSER_ARGS, chromiumPath } from "./chromium.ts";

const SIZES = { desktop: [1440, 900], tablet: [1024, 768], phone: [390, 844] } as const;
type Size = keyof typeof SIZES;
const IMAGES = join(ROOT, "docs", "images");
const QUALITY = 78;
/** Until everything that the page asks for is there. */
const LOADED_MS = 45_000;
/** Until prices have moved and charts are drawn. */
const SETTLE_MS = 2_500;
const TOTAL_BYTES_MAX = 3_000_000;

interface Screen {
  readonly name: string;
  readonly path: string;
  readonly who: "nobody" | "trader" | "admin";
  readonly theme?: "light" | "contrast";
  readonly layout?: string;
  readonly only?: readonly Size[];
}

const trader = (name: string, path = `/${name}`): Screen => ({ name, path, who: "trader" });
const visitor = (name: string, path = `/${name}`): Screen => ({ name, path, who: "nobody" });
const LARGE = ["desktop"] as const;

const SCREENS: readonly Screen[] = [
  visitor("home", "/"),
  visitor("sign-in"),
  visitor("sign-up"),
  trader("trade"),
  { ...trader("trade-light", "/trade"), theme: "light" },
  { ...trader("trade-contrast", "/trade"), theme: "contrast", only: LARGE },
  { ...trader("charts", "/trade"), layout: "charts", only: LARGE },
  { ...trader("ladders", "/trade"), layout: "ladders", only: LARGE },
  { ...trader("monitor", "/trade"), layout: "monitor", only: LARGE },
  { ...trader("trade-chart", "/trade?view=chart"), only: ["phone"] },
  { ...trader("trade-ticket", "/trade?view=trade"), only: ["phone"] },
  { ...trader("trade-orders", "/trade?view=orders"), only: ["phone"] },
  trader("portfolio"),
  trader("alerts"),
  trader("accounts"),
  trader("statements"),
  trader("settings"),
  trader("shortcuts"),
  { name: "admin", path: "/admin", who: "admin" },
  { name: "audit", path: "/audit", who: "admin" },
  { ...visitor("design"), only: LARGE },
];

/** Signs in by the API, so that the pictures begin with the page. */
async function signIn(
  page: Page,
  url: string,
  { email, password }: { email: string; password: string },
): Promise<void> {
  const headers = { Origin: url };
  const answer = await page.request.post(`${url}/v1/auth/login`, { data: { email, password, cookies: true }, headers });
  if (!answer.ok()) throw new Error(`${email}: ${answer.status()} ${await answer.text()}`);
}

type Signed = Awaited<ReturnType<BrowserContext["storageState"]>>;

/** By email the cookies of its session: so many sign-ins in a row would be refused. */
const sessions = new Map<string, Signed>();

/** Something to see: a position, open orders, one that was cancelled. */
async function trade(url: string, user: Demo["traders"][number]): Promise<void> {
  const headers = {
    "APCA-API-KEY-ID": user.keyId,
    "APCA-API-SECRET-KEY": user.secret,
    "Content-Type": "application/json",
  };
  const order = async (body: Readonly<Record<string, string>>): Promise<void> => {
    const init = { method: "POST", headers, body: JSON.stringify({ time_in_force: "gtc", ...body }) };
    const answer = await fetch(`${url}/v2/orders`, init);
    if (!answer.ok) console.log(`${body["symbol"]}: ${answer.status} ${await answer.text()}`);
  };
  const latest = await fetch(`${url}/v2/stocks/quotes/latest?symbols=AAPL,MSFT,NVDA`, { headers });
  const { quotes } = (await latest.json()) as { quotes: Readonly<Record<string, { ap: number; bp: number }>> };
  await order({ symbol: "AAPL", side: "buy", type: "market", qty: "25", time_in_force: "day" });
  await order({ symbol: "NVDA", side: "sell", type: "market", qty: "10", time_in_force: "day" });
  for (const [symbol, { ap, bp }] of Object.entries(quotes)) {
    await order({ symbol, side: "buy", type: "limit", qty: "10", limit_price: (bp * 0.985).toFixed(2) });
    await order({ symbol, side: "sell", type: "limit", qty: "5", limit_price: (ap * 1.015).toFixed(2) });
  }
}

async function take(browser: Browser, url: string, demo: Demo, screen: Screen, size: Size): Promise<number> {
  const [width, height] = SIZES[size];
  const isPhone = size === "phone";
  const viewport = { width, height };
  const user = screen.who === "nobody" ? undefined : screen.who === "admin" ? demo.admin : demo.traders[0];
  const storageState = user === undefined ? undefined : sessions.get(user.email);
  const context = await browser.newContext({
    viewport,
    isMobile: isPhone,
    hasTouch: isPhone,
    locale: "en-US",
    ...(storageState === undefined ? {} : { storageState }),
  });
  try {
    const look = { theme: screen.theme ?? "dark", density: "compact", palette: "classic", still: false };
    await context.addInitScript((text) => localStorage.setItem("look", text), JSON.stringify(look));
    // The tour would cover the screen.
    await context.addInitScript(() => localStorage.setItem("tour", "closed"));
    const page = await context.newPage();
    if (user !== undefined && storageState === undefined) await signIn(page, url, user);
    await page.goto(url + screen.path);
    if (screen.layout !== undefined) await page.locator("[data-panel]").first().waitFor();
    if (screen.layout !== undefined) await page.keyboard.press(`Alt+${layoutKey(screen.layout)}`);
    // One that never ends is in the picture, where it is seen.
    await page
      .waitForFunction(
        () => document.querySelector("main") !== null && !document.body.innerText.includes("Loading"),
        null,
        {
          timeout: LOADED_MS,
        },
      )
      .catch(() => console.log(`${screen.name}-${size}: still loading`));
    await page.waitForTimeout(SETTLE_MS);
    const session = await context.newCDPSession(page);
    const { data } = await session.send("Page.captureScreenshot", { format: "webp", quality: QUALITY });
    const bytes = Buffer.from(data, "base64");
    writeFileSync(join(IMAGES, `${screen.name}-${size}.webp`), bytes);
    if (user !== undefined) sessions.set(user.email, await context.storageState());
    return bytes.length;
  } finally {
    await context.close();
  }
}

const layoutKey = (layout: string): number =>
  ["trading", "charts", "ladders", "monitor", "columns"].indexOf(layout) + 1;

async function takeAll(url: string, state: string, executablePath: string, isOwn: boolean): Promise<void> {
  const demo = Demo.parse(JSON.parse(readFileSync(join(state, "demo.json"), "utf8")));
  const wanted = process.env["SHOTS"]?.split(",");
  mkdirSync(IMAGES, { recursive: true });
  const browser = await chromium.launch({ executablePath, args: [...BROWSER_ARGS] });
  let total = 0;
  try {
    const [first] = demo.traders;
    // Others may use an exchange that runs already: no orders of ours there.
    if (isOwn && first !== undefined) await trade(url, first);
    for (const screen of SCREENS) {
      for (const size of screen.only ?? (Object.keys(SIZES) as Size[])) {
        if (wanted?.includes(screen.name) === false && !wanted.includes(`${screen.name}-${size}`)) continue;
        const bytes = await take(browser, url, demo, screen, size);
        total += bytes;
        console.log(`${screen.name}-${size}.webp ${Math.round(bytes / 1_000)} kB`);
      }
    }
  } finally {
    await browser.close();
  }
  writeGallery();
  console.log(`${Math.round(total / 1_000)} kB`);
  if (total > TOTAL_BYTES_MAX) throw new Error("the pictures are too large for the repository");
}

/** The page that shows every picture. */
function writeGallery(): void {
  const sections = SCREENS.map(({ name, only }) => {
    const sizes = only ?? (Object.keys(SIZES) as Size[]);
    return [`## ${name}`, ...sizes.map((size) => `![${name}, ${size}](images/${name}-${size}.webp)`)].join("\n\n");
  });
  const head = [
    "# Every screen of the terminal",
    "At a desk (1440 × 900), on a tablet (1024 × 768) and on a phone (390 × 844); written by `npm run terminal:shots`.",
    "[terminal.md](terminal.md) says what they do.",
  ];
  writeFileSync(join(ROOT, "docs", "screens.md"), `${[...head, ...sections].join("\n\n")}\n`);
}

const executablePath = chromiumPath();
if (executablePath === null) throw new Error("no Chromium: apt-get install chromium, or CHROMIUM=path");
const { TERMINAL_URL, TERMINAL_STATE } = process.env;
if (TERMINAL_URL !== undefined && TERMINAL_STATE !== undefined) {
  await takeAll(TERMINAL_URL, TERMINAL_STATE, executablePath, false);
} else {
  const folder = mkdtempSync(join(tmpdir(), "exchange-shots-"));
  // PostgreSQL, lent to another user by root, must be able to pass.
  chmodSync(folder, 0o711);
  const state = join(folder, "state");
  const dev = await startDev(state, await freePort(undefined));
  try {
    const { url } = Demo.parse(JSON.parse(readFileSync(join(state, "demo.json"), "utf8")));
    await takeAll(url, state, executablePath, true);
  } finally {
    dev.process.kill("SIGINT");
    if (dev.process.exitCode === null) await once(dev.process, "exit");
    rmSync(folder, { recursive: true, force: true });
  }
}
