/**
 * `npm run soak -- [--minutes 10] [--viewers 1]`: subscribes to the streams of a running `npm run dev`. Every half
 * minute it reports received frames and the memory of each process; at the end, the growth of each process and new
 * error lines of the logs. Exit code 1 when a stream was lost or a log has an error. Linux only, because it reads
 * /proc.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { setTimeout as sleep } from "node:timers/promises";
import { Demo } from "../dev/demo.ts";
import { errorLines } from "../dev/errorLines.ts";
import { readJsonFile } from "../dev/files.ts";

const REPORT_EVERY_MS = 30_000;
/** Growth is counted after this time, because start-up allocates. */
const WARM_UP_MS = 60_000;

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "10" },
    viewers: { type: "string", default: "1" },
    state: { type: "string", default: process.env["STATE_DIR"] ?? ".dev" },
  },
});

interface Viewer {
  frames: number;
  elements: number;
  closed: string | null;
}

/** Opens a data stream on every trade and quote, and counts its frames. */
function watch(url: string, keyId: string, secret: string): Viewer {
  const viewer: Viewer = { frames: 0, elements: 0, closed: null };
  const socket = new WebSocket(`${url.replace("http", "ws")}/v2/iex`);
  socket.addEventListener("open", () => {
    socket.send(JSON.stringify({ action: "auth", key: keyId, secret }));
    socket.send(JSON.stringify({ action: "subscribe", trades: ["*"], quotes: ["*"] }));
  });
  socket.addEventListener("message", ({ data }) => {
    viewer.frames++;
    viewer.elements += (JSON.parse(String(data)) as unknown[]).length;
  });
  socket.addEventListener("close", ({ code, reason }) => (viewer.closed = `${code} ${reason}`));
  return viewer;
}

/** Resident megabytes of every process whose command line names the folder, by a short name. */
function weights(folder: string): Map<string, number> {
  const found = new Map<string, number>();
  for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    try {
      const command = readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
      const resident = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8"));
      if (!command.includes(folder) || resident === null || Number(pid) === process.pid) continue;
      const name = /(workerd|postgres|makers|wrangler|reaper|esbuild)/.exec(command.slice(folder.length))?.[1];
      found.set(`${name ?? "other"}/${pid}`, Number(resident[1]) / 1024);
    } catch {
      // The process has ended meanwhile.
    }
  }
  return found;
}

/** The text of every log since the start of this run. */
function logs(): Map<string, string> {
  const folder = join(values.state, "logs");
  return new Map(readdirSync(folder).map((file) => [file, readFileSync(join(folder, file), "utf8")]));
}

const root = process.cwd();
const demo = readJsonFile(join(values.state, "demo.json"), Demo);
const [trader] = demo?.traders ?? [];
if (demo === null || trader === undefined) {
  console.error(`no demo in ${values.state}: start npm run dev first`);
  process.exit(1);
}
const before = logs();
const viewers = Array.from({ length: Number(values.viewers) }, () => watch(demo.url, trader.keyId, trader.secret));
const started = Date.now();
const until = started + Number(values.minutes) * 60_000;
let base: Map<string, number> | null = null;
let seen = 0;
while (Date.now() < until) {
  await sleep(Math.min(REPORT_EVERY_MS, until - Date.now()));
  if (base === null && Date.now() - started >= WARM_UP_MS) base = weights(root);
  const elements = viewers.reduce((sum, viewer) => sum + viewer.elements, 0);
  const list = [...weights(root)].map(([name, megabytes]) => `${name} ${megabytes.toFixed(0)}`);
  console.log(`${((Date.now() - started) / 1000).toFixed(0)} s  +${elements - seen} elements  MB: ${list.join("  ")}`);
  seen = elements;
}

const growth = [...weights(root)].map(([name, now]) => `${name} ${(now - (base?.get(name) ?? now)).toFixed(1)}`);
console.log(`growth after the first minute, MB: ${growth.join("  ")}`);
const errors = [...logs()].flatMap(([file, text]) =>
  errorLines(text.slice(before.get(file)?.length ?? 0)).map((line) => `${file}: ${line.slice(0, 200)}`),
);
for (const line of errors.slice(0, 20)) console.log(line);
const lost = viewers.filter(({ closed }) => closed !== null).length;
const frames = viewers.reduce((sum, viewer) => sum + viewer.frames, 0);
console.log(
  `${frames} frames to ${viewers.length} viewers, ${lost} streams lost, ${errors.length} error lines in the logs`,
);
process.exit(lost + errors.length > 0 ? 1 : 0);
