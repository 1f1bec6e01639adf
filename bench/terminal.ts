/**
 * `npm run bench:terminal`: how smooth the terminal is while it works. A demo exchange, twenty symbols whose best prices
 * change ten times a second, a blotter with a thousand open orders, and a Chromium that shows all of it.
 * `--quick`: one minute instead of ten. `--minutes N`. `--url URL --state FOLDER`: an exchange that runs already.
 * `--profile FILE`: also writes a profile of the page's main thread (.cpuprofile), which costs time itself.
 *
 * The exchange yields to the browser (nice 15), as if each had a machine of its own.
 */
import { spawn } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { setPriority, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { type CDPSession, chromium, type Page } from "playwright-core";
import type { Key } from "../dev/credentials.ts";
import { Demo, MakersFile, QUOTED } from "../dev/demo.ts";
import { freePort } from "../dev/ports.ts";
import { machineText } from "./report.ts";

const ROWS = 1_000;
const BATCH = 100;
const UPDATES_A_SECOND = 10;
const SETTLE_MS = 10_000;
const INPUT_EVERY_MS = 1_000;
const CHROMIUM = process.env["CHROMIUM"] ?? "/usr/bin/chromium";
const BROWSER_ARGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"];
const GOALS = { frameMs: 16.7, inputMs: 50, heapMiB: 5 };

const { values: options } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    minutes: { type: "string" },
    url: { type: "string" },
    state: { type: "string" },
    profile: { type: "string" },
  },
});
const minutes = Number(options.minutes ?? (options.quick ? 1 : 10));

interface Place {
  readonly url: string;
  readonly state: string;
  readonly stop: () => void;
}

async function exchange(): Promise<Place> {
  if (options.url !== undefined && options.state !== undefined) {
    return { url: options.url, state: options.state, stop: () => {} };
  }
  const folder = mkdtempSync(join(tmpdir(), "exchange-bench-"));
  // PostgreSQL, lent to another user by root, must be able to pass.
  chmodSync(folder, 0o711);
  const [state, port] = [join(folder, "state"), await freePort(undefined)];
  const dev = spawn(process.execPath, [join(import.meta.dirname, "../dev/main.ts"), "--state", state], {
    env: { ...process.env, PORT: String(port), DATABASE_URL: "" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  // Its children take this over.
  if (dev.pid !== undefined) setPriority(dev.pid, 15);
  await new Promise<void>((ready, failed) => {
    let said = "";
    dev.stdout.on("data", (text) => {
      said += String(text);
      if (/^ready on /m.test(said)) ready();
    });
    dev.once("exit", () => failed(new Error(said)));
  });
  const stop = (): void => {
    dev.once("exit", () => rmSync(folder, { recursive: true, force: true }));
    dev.kill("SIGINT");
  };
  return { url: `http://localhost:${port}`, state, stop };
}

async function call(url: string, key: Key, method: string, path: string, body?: unknown): Promise<unknown> {
  for (;;) {
    const answer = await fetch(url + path, {
      method,
      headers: {
        "apca-api-key-id": key.keyId,
        "apca-api-secret-key": key.secret,
        "content-type": "application/json",
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (answer.status === 429) await sleep(1_000 * Number(answer.headers.get("retry-after") ?? "1"));
    else if (answer.ok) return answer.json();
    else throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
  }
}

const place = (symbol: string, price: number): object => ({
  action: "place",
  symbol,
  side: "buy",
  type: "limit",
  time_in_force: "gtc",
  qty: "1",
  limit_price: price.toFixed(2),
});

/** The best bids, by symbol. */
async function bids(url: string, key: Key): Promise<ReadonlyMap<string, number>> {
  const symbols = QUOTED.filter((symbol) => !symbol.includes("/")).slice(0, 20);
  const path = `/v2/stocks/quotes/latest?symbols=${symbols.join(",")}`;
  const { quotes } = (await call(url, key, "GET", path)) as { quotes: Record<string, { bp: number }> };
  return new Map(Object.entries(quotes).map(([symbol, { bp }]) => [symbol, bp]));
}

/** Moves the best bid of each symbol up and down again until `isOver`. Gives the number of changes. */
async function move(
  url: string,
  maker: Key,
  from: ReadonlyMap<string, number>,
  isOver: () => boolean,
): Promise<number> {
  type Outcome = { readonly body: { readonly id?: string } | null };
  const run = async (commands: readonly object[]): Promise<readonly Outcome[]> =>
    (await call(url, maker, "POST", "/v1/orders/batch", { commands })) as readonly Outcome[];
  let changes = 0;
  const symbols = [...from];
  let ids = (await run(symbols.map(([symbol, bid]) => place(symbol, bid - 0.5)))).map(({ body }) => body?.id);
  for (let up = true; !isOver(); up = !up) {
    const due = sleep(1_000 / UPDATES_A_SECOND);
    const commands = symbols.map(([symbol, bid], nth) => {
      const price = up ? bid + 0.01 : bid - 0.5;
      const id = ids[nth];
      if (id === undefined) return place(symbol, price);
      return { action: "replace", order_id: id, limit_price: price.toFixed(2) };
    });
    // A quote that has traded meanwhile is placed again.
    ids = (await run(commands)).map(({ body }) => body?.id);
    changes += symbols.length;
    await due;
  }
  await run(ids.flatMap((id) => (id === undefined ? [] : [{ action: "cancel", order_id: id }])));
  return changes;
}

const sorted = (values: readonly number[]): number[] => [...values].sort((a, b) => a - b);
const share = (values: readonly number[], of: number): number =>
  sorted(values)[Math.min(values.length - 1, Math.floor(values.length * of))] ?? Number.NaN;

/**
 * Collects in the page: the time between frames, and by interaction the time from it to the frame that shows its effect
 * (the longest of its events, https://web.dev/articles/inp).
 */
async function observe(page: Page): Promise<void> {
  await page.evaluate(() => {
    const seen = { frames: [] as number[], inputs: {} as Record<number, number> };
    Object.assign(globalThis, { seen });
    let last = performance.now();
    const frame = (now: number): void => {
      seen.frames.push(now - last);
      last = now;
      requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
    const options = { type: "event", durationThreshold: 16, buffered: false };
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) {
        const { interactionId: id = 0, duration } = entry as PerformanceEntry & { readonly interactionId?: number };
        if (id > 0) seen.inputs[id] = Math.max(seen.inputs[id] ?? 0, duration);
      }
    }).observe(options);
  });
}

/** Works as a trader does: shows another symbol, changes the quantity, moves in the list. Gives the interactions. */
async function work(page: Page, until: number): Promise<number> {
  const rows = page.locator('[data-panel="watchlist"] tbody tr');
  const amount = page.locator(".ticket [name=amount]");
  let interactions = 0;
  for (let nth = 0; performance.now() < until; nth++) {
    await rows.nth(nth % 10).click({ timeout: 5_000 });
    await sleep(INPUT_EVERY_MS);
    await amount.click();
    await page.keyboard.press("1");
    await sleep(INPUT_EVERY_MS);
    await page.keyboard.press("Backspace");
    await sleep(INPUT_EVERY_MS);
    interactions += 4;
  }
  return interactions;
}

interface Metrics {
  readonly heap: number;
  readonly taskSeconds: number;
}

async function metrics(session: CDPSession): Promise<Metrics> {
  await session.send("HeapProfiler.collectGarbage");
  const { metrics: all } = await session.send("Performance.getMetrics");
  const of = (name: string): number => all.find((metric) => metric.name === name)?.value ?? Number.NaN;
  return { heap: of("JSHeapUsedSize"), taskSeconds: of("TaskDuration") };
}

async function measure({ url, state }: Place): Promise<void> {
  const demo = Demo.parse(JSON.parse(readFileSync(join(state, "demo.json"), "utf8")));
  const { taker: maker } = MakersFile.parse(JSON.parse(readFileSync(join(state, "makers.json"), "utf8")));
  const [trader] = demo.traders;
  if (trader === undefined) throw new Error("the demo has no trader");
  const from = await bids(url, trader);
  const symbols = [...from];
  for (let nth = 0; nth < ROWS; nth += BATCH) {
    const commands = Array.from({ length: BATCH }, (_, at) => {
      const [symbol = "", bid = 0] = symbols[at % symbols.length] ?? [];
      return place(symbol, bid * 0.8 - (nth + at) / ROWS);
    });
    await call(url, trader, "POST", "/v1/orders/batch", { commands });
  }
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: BROWSER_ARGS });
  try {
    const page = await (await browser.newContext({ viewport: { width: 1440, height: 900 } })).newPage();
    const { email, password } = trader;
    await page.request.post(`${url}/v1/auth/login`, {
      data: { email, password, cookies: true },
      headers: { Origin: url },
    });
    await page.goto(`${url}/trade`);
    await page.locator(".truth-link[data-link=live]").first().waitFor();
    let isOver = false;
    const moved = move(url, maker, from, () => isOver);
    await sleep(SETTLE_MS);
    const session = await page.context().newCDPSession(page);
    await session.send("Performance.enable");
    const before = await metrics(session);
    if (options.profile !== undefined) {
      await session.send("Profiler.enable");
      await session.send("Profiler.start");
    }
    const began = performance.now();
    await observe(page);
    const until = began + minutes * 60_000;
    const interactions = await work(page, until);
    const { frames, inputs: slow } = await page.evaluate(
      () => (globalThis as unknown as { seen: { frames: number[]; inputs: Record<number, number> } }).seen,
    );
    // Shorter ones are not told.
    const known = Object.values(slow);
    const inputs = [...known, ...Array.from({ length: Math.max(0, interactions - known.length) }, () => 16)];
    const seconds = (performance.now() - began) / 1_000;
    if (options.profile !== undefined) {
      const { profile } = await session.send("Profiler.stop");
      writeFileSync(options.profile, JSON.stringify(profile));
    }
    const after = await metrics(session);
    isOver = true;
    print({ frames, inputs }, { before, after, seconds, changes: (await moved) / (seconds + SETTLE_MS / 1_000) });
  } finally {
    await browser.close();
    await call(url, trader, "DELETE", "/v2/orders");
  }
}

function print(
  { frames, inputs }: { readonly frames: readonly number[]; readonly inputs: readonly number[] },
  run: { readonly before: Metrics; readonly after: Metrics; readonly seconds: number; readonly changes: number },
): void {
  const growth = (run.after.heap - run.before.heap) / 2 ** 20;
  const busy = (run.after.taskSeconds - run.before.taskSeconds) / run.seconds;
  const line = (name: string, value: string, goal = ""): void =>
    console.log(`${name.padEnd(34)}${value.padStart(12)}  ${goal}`);
  console.log(
    `${machineText()}\n${minutes} min, ${ROWS} open orders, ${run.changes.toFixed(0)} changes of best prices a second\n`,
  );
  line("frames a second", (frames.length / run.seconds).toFixed(1));
  line("frame, median", `${share(frames, 0.5).toFixed(1)} ms`);
  line("frames later than 20 ms", `${((frames.filter((ms) => ms > 20).length / frames.length) * 100).toFixed(1)} %`);
  line("frame, p95", `${share(frames, 0.95).toFixed(1)} ms`, `goal ${GOALS.frameMs} ms`);
  line(
    "input to paint, p95",
    `${share(inputs, 0.95).toFixed(0)} ms`,
    `goal ${GOALS.inputMs} ms (${inputs.length} interactions, median ${share(inputs, 0.5).toFixed(0)} ms)`,
  );
  line("heap at the end", `${(run.after.heap / 2 ** 20).toFixed(1)} MiB`);
  line("heap growth", `${growth.toFixed(2)} MiB`, `goal ${GOALS.heapMiB} MiB in 10 min`);
  line("main thread busy", `${(busy * 100).toFixed(0)} %`);
}

const there = await exchange();
try {
  await measure(there);
} finally {
  there.stop();
}
