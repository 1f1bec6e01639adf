/**
 * `npm run soak -- [--minutes 30] [--viewers 1]`: watches a running `npm run dev`, and subscribes to its streams. Every
 * half minute it reports received frames, the heap of each of our isolates and the resident memory of each process; at
 * the end, their growth and new error lines of the logs. Exit code 1 when memory grows for good (soak/growth.ts), a
 * stream was lost or a log has an error. Linux only, because it reads /proc.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { setTimeout as sleep } from "node:timers/promises";
import { Demo } from "../dev/demo.ts";
import { errorLines } from "../dev/errorLines.ts";
import { readJsonFile } from "../dev/files.ts";
import { isolateMemory } from "../dev/isolates.ts";
import { findInspector } from "./soak/findInspector.ts";
import { growthOf } from "./soak/growth.ts";
import type { GrowthRule, Reading } from "./soak/growth.ts";
import { processesOf } from "./soak/processes.ts";

const REPORT_EVERY_MS = 30_000;
/** Every so many reports all garbage of our isolates is collected first: what is left is what they hold. */
const COLLECT_EVERY = 4;
const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "30" },
    viewers: { type: "string", default: "1" },
    state: { type: "string", default: process.env["STATE_DIR"] ?? ".dev" },
  },
});

/** A third of the run: order logs and caches fill meanwhile, and V8 has collected every isolate. */
const warmUpMinutes = Number(values.minutes) / 3;
/** After a collection only what is held is left, so a little growth is enough. */
const HELD: GrowthRule = { warmUpMinutes, megabytesPerMinute: 0.2, megabytes: 3, share: 0.1 };
/** Between collections the heap is a saw-tooth, and freed memory is not returned at once. */
const RESIDENT: GrowthRule = { warmUpMinutes, megabytesPerMinute: 2, megabytes: 20, share: 0.1 };

interface Viewer {
  frames: number;
  elements: number;
  closed: string | null;
}

/** A series of readings and the rule that it must keep. */
interface Series {
  readonly rule: GrowthRule;
  readonly readings: Reading[];
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

/** The text of every log since the start of this run. */
function logs(): Map<string, string> {
  const folder = join(values.state, "logs");
  return new Map(readdirSync(folder).map((file) => [file, readFileSync(join(folder, file), "utf8")]));
}

const allSeries = new Map<string, Series>();

function note(name: string, rule: GrowthRule, minute: number, megabytes: number): void {
  const series = allSeries.get(name) ?? { rule, readings: [] };
  allSeries.set(name, series);
  series.readings.push({ minute, megabytes });
}

/** Reads the heap of each isolate, and returns it as text. A restarted exchange has another inspector. */
async function readIsolates(minute: number, collected: boolean): Promise<string> {
  let isolates: Awaited<ReturnType<typeof isolateMemory>>;
  try {
    isolates = await isolateMemory(inspectorUrl ?? "", collected);
  } catch (error) {
    inspectorUrl = await findInspector(workerdPids());
    return `not read (${error instanceof Error ? error.message : String(error)})`;
  }
  return [...isolates]
    .map(([name, { used, total, buffers }]) => {
      if (collected) note(`held by ${name}`, HELD, minute, used + buffers);
      return `${name} ${used.toFixed(1)} of ${total.toFixed(0)} and ${buffers.toFixed(1)} in buffers`;
    })
    .join(", ");
}

function workerdPids(): number[] {
  return processesOf(root).flatMap(({ pid, name }) => (name === "workerd" ? [pid] : []));
}

function readProcesses(minute: number): string {
  return processesOf(root)
    .map(({ pid, name, megabytes }) => {
      note(`resident ${name}/${pid}`, RESIDENT, minute, megabytes);
      return `${name}/${pid} ${megabytes.toFixed(0)}`;
    })
    .join("  ");
}

const root = process.cwd();
const demo = readJsonFile(join(values.state, "demo.json"), Demo);
const [trader] = demo?.traders ?? [];
if (demo === null || trader === undefined) {
  console.error(`no demo in ${values.state}: start npm run dev first`);
  process.exit(1);
}
let inspectorUrl = await findInspector(workerdPids());
if (inspectorUrl === null) {
  console.error("no running workerd of this folder has an inspector: start npm run dev first");
  process.exit(1);
}
const before = logs();
const viewers = Array.from({ length: Number(values.viewers) }, () => watch(demo.url, trader.keyId, trader.secret));
const started = Date.now();
const until = started + Number(values.minutes) * 60_000;
let seen = 0;
for (let report = 1; Date.now() < until; report++) {
  await sleep(Math.min(REPORT_EVERY_MS, until - Date.now()));
  const minute = (Date.now() - started) / 60_000;
  const elements = viewers.reduce((sum, viewer) => sum + viewer.elements, 0);
  const collected = report % COLLECT_EVERY === 0;
  console.log(`${minute.toFixed(1)} min  +${elements - seen} elements`);
  // Before the collection, which would change it.
  console.log(`  resident MB: ${readProcesses(minute)}`);
  const isolates = await readIsolates(minute, collected);
  console.log(`  heap MB${collected ? " after a collection" : ""}: ${isolates}`);
  seen = elements;
}

console.log(`growth after the first ${warmUpMinutes.toFixed(1)} minutes`);
let growing = 0;
for (const [name, { rule, readings }] of allSeries) {
  const growth = growthOf(readings, rule);
  if (growth === null) continue;
  const { from, to, megabytesPerMinute, grows } = growth;
  if (grows) growing++;
  const text = `${from.toFixed(1)} to ${to.toFixed(1)} MB, ${megabytesPerMinute.toFixed(2)} MB a minute`;
  console.log(`  ${name}: ${text}${grows ? "  GROWS" : ""}`);
}
const errors = [...logs()].flatMap(([file, text]) =>
  errorLines(text.slice(before.get(file)?.length ?? 0)).map((line) => `${file}: ${line.slice(0, 200)}`),
);
for (const line of errors.slice(0, 20)) console.log(line);
const lost = viewers.filter(({ closed }) => closed !== null).length;
const frames = viewers.reduce((sum, viewer) => sum + viewer.frames, 0);
console.log(
  `${frames} frames to ${viewers.length} viewers, ${lost} streams lost, ${errors.length} error lines in the logs, ` +
    `${growing} that grow`,
);
process.exit(lost + errors.length + growing > 0 ? 1 : 0);
