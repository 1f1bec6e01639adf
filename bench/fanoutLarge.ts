/** 8,000 sockets at one relay, of four client processes. */
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { quantile } from "./load.ts";
import { startOurs } from "./fanoutSystems.ts";
import { type Choice, cpuMs, residentKilobytes, startClients, symbolsOf } from "./fanoutRun.ts";

const SOCKETS = 8_000;
const PROCESSES = 4;
const WARM_UP_MS = 2_000;

interface LargeSetting extends Choice {
  readonly name: string;
}

const CHANGE_MS = 500;

/** The rated load, and changes that concern every socket at once. */
const SETTINGS: readonly LargeSetting[] = [
  { name: "rated: one symbol of 50 each, two changes a second", symbols: 1, choice: "own" },
  { name: "the same symbol for all, two changes a second", symbols: 1, choice: "same" },
];

/** Lines of a table, and a line of JSON for each setting. */
export async function largeRuns(dir: string, quick: boolean): Promise<string[]> {
  const lines = ["", `${SOCKETS} sockets on one relay`];
  const system = await startOurs(join(dir, "large"), false, CHANGE_MS);
  const clients = Array.from({ length: PROCESSES }, startClients);
  try {
    for (const setting of SETTINGS) {
      const memory = residentKilobytes(system);
      const symbols = symbolsOf(setting, SOCKETS);
      const share = SOCKETS / PROCESSES;
      await Promise.all(
        clients.map(({ ask }, nth) =>
          ask({
            kind: "connect",
            protocol: system.protocol,
            url: system.url(setting.symbols),
            symbols: symbols.slice(nth * share, (nth + 1) * share),
            first: nth * share,
          }),
        ),
      );
      await sleep(WARM_UP_MS);
      const kilobytesPerSocket = (residentKilobytes(system) - memory) / SOCKETS;
      const all = (kind: "measure" | "close") => Promise.all(clients.map(({ ask }) => ask({ kind })));
      await all("measure");
      const before = cpuMs(system);
      const started = performance.now();
      await sleep(quick ? 5_000 : 10_000);
      const received = await all("measure");
      const seconds = (performance.now() - started) / 1_000;
      const cpu = (cpuMs(system) - before) / seconds;
      const frames = received.reduce((sum, each) => sum + each.frames, 0) / seconds;
      const lost = received.reduce((sum, each) => sum + each.lost, 0);
      if (lost > 0) throw new Error(`${lost} sockets were closed`);
      const ages = Float64Array.from(received.flatMap((each) => each.ages)).sort();
      const figures = {
        framesPerSecond: Math.round(frames),
        relayBusy: Number((cpu / 1_000).toFixed(2)),
        cpuMicrosecondsPerFrame: Number(((1_000 * cpu) / frames).toFixed(1)),
        p50Ms: quantile(ages, 0.5),
        p99Ms: quantile(ages, 0.99),
        kilobytesPerSocket: Math.round(kilobytesPerSocket),
      };
      lines.push(JSON.stringify({ sockets: SOCKETS, setting: setting.name, ...figures }));
      await all("close");
    }
  } finally {
    for (const { stop } of clients) stop();
    await system.stop();
  }
  return lines;
}
