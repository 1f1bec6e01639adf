/** `npm run dev` as a user meets it: started as a process of its own, used over HTTP, hurt, and stopped. */
import { once } from "node:events";
import { chmodSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as z from "zod";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { exchangeApi } from "../../dev/api.ts";
import type { Api } from "../../dev/api.ts";
import { Demo, QUOTED } from "../../dev/demo.ts";
import { freePort } from "../../dev/ports.ts";
import { signalTree } from "../../dev/processTree.ts";
import { type Run, startDev, startScript } from "./devRun.ts";

const WAIT = { timeout: 60_000, interval: 100 };

const dir = mkdtempSync(join(tmpdir(), "exchange-dev-"));
// PostgreSQL, lent to another user by root, must be able to pass.
chmodSync(dir, 0o711);
const state = join(dir, "state");

/** Every process that a process has started, and those that these have started. */
function descendants(root: number): number[] {
  const parents = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const [, state, parent] = /^\d+ \(.*\) (\S) (\d+)/s.exec(readFileSync(`/proc/${name}/stat`, "utf8")) ?? [];
        return state === "Z" ? [] : [[Number(name), Number(parent)] as const];
      } catch {
        return [];
      }
    });
  const found = [root];
  for (const ancestor of found) found.push(...parents.flatMap(([pid, parent]) => (parent === ancestor ? [pid] : [])));
  return found.slice(1);
}

function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}

function workerdOf(run: Run): number[] {
  return descendants(run.process.pid ?? 0).filter((pid) =>
    readFileSync(`/proc/${pid}/comm`, "utf8").startsWith("workerd"),
  );
}

let port = 0;
let dev: Run;
let demo: Demo;
let api: Api;

beforeAll(async () => {
  port = await freePort(undefined);
  dev = await startDev(state, port);
  demo = Demo.parse(JSON.parse(readFileSync(join(state, "demo.json"), "utf8")));
  api = exchangeApi(demo.url, 4);
});

afterAll(async () => {
  api.close();
  if (dev.process.exitCode === null && dev.process.signalCode === null) {
    dev.process.kill("SIGTERM");
    await once(dev.process, "exit");
  }
  rmSync(dir, { recursive: true });
});

describe.skipIf(process.platform !== "linux")("npm run dev", () => {
  test("DV-8: quotes twenty shares and a coin when it reports ready", async () => {
    const [trader] = demo.traders;
    const books = await Promise.all(QUOTED.map((symbol) => api.depth(trader ?? null, symbol, 1)));
    expect(books.filter(({ bids, asks }) => bids.length === 1 && asks.length === 1).length).toBe(21);
    expect(demo.traders.length).toBe(2);
  });

  test("DV-32: charts have a past that is marked as generated, and what trades now continues it", async () => {
    const { accountId: _, ...key } = demo.admin;
    const headers = { "APCA-API-KEY-ID": key.keyId, "APCA-API-SECRET-KEY": key.secret };
    const get = async (path: string): Promise<unknown> => (await fetch(`${demo.url}${path}`, { headers })).json();
    const day = (ago: number) => new Date(Date.now() - ago * 86_400_000).toISOString().slice(0, 10);
    const ofDays = z.object({ bars: z.array(z.object({ c: z.number() })) });
    const { bars } = ofDays.parse(await get(`/v2/stocks/AAPL/bars?timeframe=1Day&start=${day(366)}&end=${day(2)}`));
    expect(bars.length).toBeGreaterThan(240);
    const query = `symbols=BTC/USD&timeframe=1Min&start=${day(4)}T00:00:00Z&end=${day(2)}T00:00:00Z&limit=10000`;
    const coin = z.object({ bars: z.object({ "BTC/USD": z.array(z.unknown()) }) });
    expect(coin.parse(await get(`/v1beta3/crypto/us/bars?${query}`)).bars["BTC/USD"]).toHaveLength(2 * 1_440 + 1);
    expect(await get("/v1/history/AAPL")).toMatchObject({
      backfill: [
        { timeframe: "1Day", source: "generated" },
        { timeframe: "1Min", source: "generated" },
      ],
    });
    const prices = z.object({ dailyBar: z.object({ o: z.number() }), prevDailyBar: z.object({ c: z.number() }) });
    await vi.waitFor(async () => {
      const { dailyBar, prevDailyBar } = prices.parse(await get("/v2/stocks/AAPL/snapshot"));
      expect(prevDailyBar.c).toBe(268);
      expect(Math.abs(dailyBar.o / prevDailyBar.c - 1)).toBeLessThan(0.02);
    }, WAIT);
  });

  /** Enough that the replay is not over before the kill. */
  const ROWS = 800;

  test("DV-2: a recorded feed replays through a kill of every worker process, and leaves the reference model's book", async () => {
    const rows = Array.from({ length: ROWS }, (_, i) => {
      const [side, price] = i % 2 === 0 ? ["bid", 230 - (i % 7)] : ["ask", 227 + (i % 9)];
      const created = `${i},${i},${i},${price}.5,${100_000_000 + i},created,${side}`;
      return i % 3 === 0 ? `${created}\n${i},${i},${i},${price}.5,0,deleted,${side}` : created;
    });
    const feed = join(dir, "feed.csv");
    writeFileSync(feed, ["id,timestamp,exchange.timestamp,price,volume,action,direction", ...rows].join("\n"));
    const replay = startScript("ops/replay.ts", [feed, "--state", state, "--verify", "--json"]);
    const ended = once(replay.process, "exit");
    const { accountId: _, ...key } = demo.admin;
    // Not as often as a limit of requests allows.
    const traded = { ...WAIT, interval: 300 };
    await vi.waitFor(async () => expect(await api.lastTradeId(key, "REPLAY/USD")).toBeGreaterThan(10), traded);
    expect(replay.process.exitCode, replay.said()).toBeNull();
    for (const pid of workerdOf(dev)) process.kill(pid, "SIGKILL");
    const [code] = (await ended) as [number | null];
    const report: unknown = JSON.parse(/^\{$.*^\}$/ms.exec(replay.said())?.[0] ?? "null");
    expect(report).toMatchObject({ errors: 0, rejects: {}, orders: { accepted: ROWS }, verify: { equal: true } });
    expect(code).toBe(0);
    // Wrangler is sometimes faster than the watchdog.
    const restarted = dev.said() + readFileSync(join(state, "logs/exchange.log"), "utf8");
    expect(restarted).toMatch(/the exchange is back|runtime crashed unexpectedly and is being restarted/);
    // The watchdog notices, and wrangler starts again: half a minute, and minutes on a slow machine.
  }, 300_000);

  test("DV-8: PostgreSQL is restarted after a kill, and the trail continues", async () => {
    const postmaster = Number(readFileSync(join(state, "postgres/data/postmaster.pid"), "utf8").split("\n")[0]);
    process.kill(postmaster, "SIGKILL");
    await vi.waitFor(() => expect(dev.said()).toContain("PostgreSQL is back"), WAIT);
    expect(isAlive(postmaster)).toBe(false);
  });

  test("PV-17: PostgreSQL, frozen, is a warning in the log of the exchange", async () => {
    const postmaster = Number(readFileSync(join(state, "postgres/data/postmaster.pid"), "utf8").split("\n")[0]);
    const logged = (): string => readFileSync(join(state, "logs/exchange.log"), "utf8");
    const before = logged().length;
    signalTree(postmaster, "SIGSTOP");
    try {
      // The demo's makers give the trail something to write.
      await vi.waitFor(() => expect(logged().slice(before)).toContain('"event":"audit.database_away"'), WAIT);
    } finally {
      signalTree(postmaster, "SIGCONT");
    }
    expect(logged()).not.toContain('"event":"request"');
  });

  test("DV-7: ends on SIGINT with exit code 0 and no process left, and a second start has the same state", async () => {
    const before = descendants(dev.process.pid ?? 0);
    expect(before.length).toBeGreaterThan(5);
    dev.process.kill("SIGINT");
    const [code] = (await once(dev.process, "exit")) as [number | null];
    expect(code).toBe(0);
    await vi.waitFor(() => expect(before.filter(isAlive)).toEqual([]), WAIT);
    const [trader] = demo.traders;
    dev = await startDev(state, port, { args: ["--requests"] });
    const again = Demo.parse(JSON.parse(readFileSync(join(state, "demo.json"), "utf8")));
    expect(again).toEqual(demo);
    expect((await api.account(trader ?? null)).id).toBe(trader?.accountId);
    const line = new RegExp(`GET /v2/account 200 \\d+ ms, account ${trader?.accountId}, request `);
    await vi.waitFor(() => expect(dev.said(), "DV-11: a line for each request").toMatch(line), WAIT);
  });

  test("DV-7: killed with SIGKILL, its children end as well", async () => {
    // A second start that failed above is that test's failure: here the end of a dead process would be waited for in
    // vain.
    if (dev.process.exitCode !== null) dev = await startDev(state, port);
    const before = descendants(dev.process.pid ?? 0);
    dev.process.kill("SIGKILL");
    await once(dev.process, "exit");
    await vi.waitFor(() => expect(before.filter(isAlive)).toEqual([]), WAIT);
  });

  test("DV-8: starts with FOUR_EYES=on, funds the demo, and the next deposit waits for a second administrator", async () => {
    const place = join(dir, "four-eyes");
    const run = await startDev(place, port, { args: ["--fresh"], env: { FOUR_EYES: "on" } });
    try {
      const there = Demo.parse(JSON.parse(readFileSync(join(place, "demo.json"), "utf8")));
      const [trader] = there.traders;
      if (trader === undefined) throw new Error("no trader");
      expect(await api.positions(trader)).toContainEqual(expect.objectContaining({ symbol: "AAPL", qty: "100" }));
      const bearer = { bearer: await api.signIn(there.admin.email, there.admin.password) };
      await api.deposit({ admin: bearer }, trader.accountId, "another", "1");
      const answer = await fetch(`${there.url}/v1/admin/approvals`, {
        headers: { Authorization: `Bearer ${bearer.bearer}` },
      });
      expect(await answer.text()).toMatch(/"state":"pending"[^}]*"reference":"another"/);
    } finally {
      run.process.kill("SIGINT");
      await once(run.process, "exit");
    }
  });
});
