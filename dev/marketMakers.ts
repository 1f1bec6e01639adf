/** The demo market as a child process of `npm run dev`. */
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { CalendarName } from "../domain/market/phase.ts";
import { phaseAt } from "../domain/market/schedule.ts";
import type { Api } from "./api.ts";
import type { Credentials } from "./credentials.ts";
import { startChild } from "./children.ts";
import type { Child } from "./children.ts";
import { QUOTED } from "./demo.ts";

const RESTART_MS = 5_000;
const QUOTING_MS = 20_000;
const POLL_MS = 100;
/** They hold 13 MB. Without a limit V8 first lets the garbage of their quotes grow to hundreds. */
const V8_FLAGS = ["--max-old-space-size=64"];

/** Starts the makers, and restarts them when they end unexpectedly. */
export async function startMarketMakers(
  stateDir: string,
  url: string,
  report: (line: string) => void,
): Promise<{ stop(): Promise<void> }> {
  const start = (): Promise<Child> =>
    startChild({
      name: "market makers",
      command: process.execPath,
      args: [...V8_FLAGS, fileURLToPath(new URL("makers.ts", import.meta.url)), stateDir, url],
      env: process.env,
      cwd: process.cwd(),
      logFile: join(stateDir, "logs", "makers.log"),
      stopSignal: "SIGTERM",
    });
  let child = await start();
  const stopping = new AbortController();
  const keeper = (async (): Promise<void> => {
    for (;;) {
      const how = await child.ended;
      if (stopping.signal.aborted) return;
      report(`the market makers ended (${how}): starting them again; see ${join(stateDir, "logs", "makers.log")}`);
      await sleep(RESTART_MS, undefined, { signal: stopping.signal }).catch(() => {});
      if (stopping.signal.aborted) return;
      child = await start();
    }
  })();
  return {
    stop: async () => {
      stopping.abort();
      await child.stop();
      await keeper;
    },
  };
}

/** The next time at which closed equities are quoted, epoch milliseconds; null when they are open. */
export function closedUntil(calendar: CalendarName, now: number): number | null {
  const { phase, until } = phaseAt(calendar, now);
  return phase === "closed" ? until : null;
}

/** Waits until every quoted symbol has a bid and an ask. Returns the symbols that lack one after 20 s. */
export async function waitForQuotes(api: Api, who: Credentials): Promise<string[]> {
  const deadline = Date.now() + QUOTING_MS;
  const waiting = [...QUOTED];
  // One after the other, because an address may send a thousand requests a minute.
  for (let [symbol] = waiting; symbol !== undefined && Date.now() < deadline; [symbol] = waiting) {
    const { bids, asks } = await api.depth(who, symbol, 1);
    if (bids.length > 0 && asks.length > 0) waiting.shift();
    else await sleep(POLL_MS);
  }
  return waiting;
}
