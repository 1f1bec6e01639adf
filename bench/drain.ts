/**
 * `npm run bench:drain [-- --json] [-- --quick]`: how fast the shards drain after an outage of PostgreSQL. Real shards
 * of the production bundle on a bare workerd, a real PostgreSQL behind the bridge; records are sent while it is
 * stopped.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import pg from "pg";
import { errorText } from "../dev/failure.ts";
import { freePort } from "../dev/ports.ts";
import { newKeyEncryptionKeys } from "../dev/secrets.ts";
import { startTestDatabase } from "../dev/testing.ts";
import type { TestDatabase } from "../dev/testing.ts";
import { ROOT, buildBundles } from "../test/rig/bundles.ts";
import type { Bundle } from "../test/rig/bundles.ts";
import { startWorkerd } from "../test/rig/workerd.ts";
import type { Workerd } from "../test/rig/workerd.ts";
import { workerdConfig } from "../test/rig/workerdConfig.ts";
import { STAGES, timeByStage } from "./drainStages.ts";
import type { Stage } from "./drainStages.ts";
import { profileDuring } from "./inspector.ts";
import { cpuTime } from "./processCpu.ts";
import { machineText } from "./report.ts";
import { sourcesOf } from "./sources.ts";

const CONFIGS = ["bench/audit/wrangler.toml", "durable-objects/wrangler.toml"];
const SHARDS = 16;
const ROWS = { full: 400_000, quick: 40_000 };
/** Records of one fake account. */
const PER_ACCOUNT = 1_000;
const IN_FLIGHT = 8;
const TIMEOUT_MS = 180_000;
/** The required rate of draining after an outage. */
const ROWS_PER_SECOND_MIN = 20_000;

interface DrainReport {
  readonly machine: string;
  readonly rows: number;
  readonly bytesPerRow: number;
  /** Records received and hashed a second while PostgreSQL was down. */
  readonly takenPerSecond: number;
  /** From the start of PostgreSQL to the first row: its start-up and the longest retry delay of the shards. */
  readonly noticedMs: number;
  /** From the first row to the last. */
  readonly rowsPerSecond: number;
  /** CPU microseconds a row: of the three processes, and of the shards by stage. */
  readonly cpu: Readonly<Record<"workerd" | "bridge" | "postgres", number>>;
  readonly stages: Readonly<Record<Stage, number>>;
}

async function bench(rows: number, tell: (line: string) => void): Promise<DrainReport> {
  const dir = mkdtempSync(join(tmpdir(), "exchange-drain-"));
  const database = await startTestDatabase();
  try {
    const rig = await startShards(dir, database);
    try {
      return await measure(rig, database, rows, tell);
    } finally {
      await rig.workerd.stop();
    }
  } finally {
    await database.close();
    rmSync(dir, { recursive: true, force: true });
  }
}

interface Rig {
  readonly url: string;
  readonly inspectorUrl: string;
  readonly core: Bundle;
  readonly workerd: Workerd;
}

async function startShards(dir: string, database: TestDatabase): Promise<Rig> {
  const [office, core] = await buildBundles(CONFIGS.map((config) => join(ROOT, config)));
  if (office === undefined || core === undefined) throw new Error("no bundles");
  // Shards call no other object.
  const alone = { ...core, config: { ...core.config, durable_objects: { bindings: [] } } };
  const storageDir = join(dir, "objects");
  mkdirSync(storageDir);
  const address = `127.0.0.1:${await freePort(undefined)}`;
  const inspectorAddress = `127.0.0.1:${await freePort(undefined)}`;
  const configFile = join(dir, "workerd.capnp");
  const { writerUrl: DATABASE_URL, fetchEndpoint: NEON_FETCH_ENDPOINT } = database;
  // Without a signing key the shards write no checkpoints.
  const text = {
    DATABASE_URL,
    DATABASE_URL_EU: "none",
    NEON_FETCH_ENDPOINT,
    AUDIT_SIGNING_KEY: "",
    PII_MASTER_KEYS: newKeyEncryptionKeys(),
    FEED_CREDENTIALS: "none",
    SES_CREDENTIALS: "none",
  };
  writeFileSync(configFile, workerdConfig([office, alone], { configDir: dir, storageDir, address, text }));
  const url = `http://${address}`;
  const spec = { configFile, logFile: join(dir, "workerd.log"), healthUrl: url, inspectorAddress };
  return { url, inspectorUrl: `http://${inspectorAddress}`, core, workerd: await startWorkerd(spec) };
}

async function measure(rig: Rig, database: TestDatabase, rows: number, tell: (line: string) => void) {
  await database.stop();
  tell(`PostgreSQL is away; mailing ${rows} records to ${SHARDS} shards`);
  const filling = performance.now();
  await fill(rig, rows);
  const takenPerSecond = (1000 * rows) / (performance.now() - filling);
  tell(`taken at ${takenPerSecond.toFixed(0)}/s; PostgreSQL comes back`);

  const started = performance.now();
  await database.start();
  const client = new pg.Client(database.url);
  await client.connect();
  try {
    const postmaster = await postmasterOf(client);
    const used = () => ({
      workerd: 1000 * cpuTime(rig.workerd.pid).totalMs,
      bridge: bridgeCpu(),
      postgres: 1000 * cpuOfServer(postmaster),
    });
    const before = used();
    const times = { first: 0, last: 0 };
    const profiles = await profileDuring(rig.inspectorUrl, async () => {
      times.first = await untilDrained(client, 1);
      times.last = await untilDrained(client, rows);
    });
    const after = used();
    const profile = profiles.get(rig.core.name);
    if (profile === undefined) throw new Error(`no profile of ${rig.core.name}`);
    await checkTrail(client, rows);
    const perRow = (part: keyof typeof before): number => (after[part] - before[part]) / rows;
    const stages = timeByStage(profile, sourcesOf(rig.core));
    return {
      machine: machineText(),
      rows,
      bytesPerRow: await bytesPerRow(client),
      takenPerSecond,
      noticedMs: times.first - started,
      rowsPerSecond: (1000 * rows) / (times.last - times.first),
      cpu: { workerd: perRow("workerd"), bridge: perRow("bridge"), postgres: perRow("postgres") },
      stages: Object.fromEntries(STAGES.map((stage) => [stage, (1000 * stages[stage]) / rows])) as Record<
        Stage,
        number
      >,
    };
  } finally {
    await client.end();
  }
}

/** Sends each shard its share of the records, from several accounts concurrently. */
async function fill({ url }: Rig, rows: number): Promise<void> {
  const accounts = rows / PER_ACCOUNT;
  let next = 0;
  const line = async (): Promise<void> => {
    while (next < accounts) {
      const body = JSON.stringify({ shard: next++ % SHARDS, records: PER_ACCOUNT });
      const response = await fetch(url, { method: "POST", body });
      if (!response.ok) throw new Error(`the office answers ${response.status}: ${await response.text()}`);
      await response.arrayBuffer();
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, line));
}

/** Waits until the shards' heads have this many rows; returns the time. */
async function untilDrained(client: pg.Client, rows: number): Promise<number> {
  const deadline = performance.now() + TIMEOUT_MS;
  for (;;) {
    const { rows: found } = await client.query<{ sum: string | null }>("select sum(seq) from audit_heads");
    const drained = Number(found[0]?.sum ?? 0);
    if (drained >= rows) return performance.now();
    if (performance.now() > deadline) throw new Error(`only ${drained} of ${rows} rows after ${TIMEOUT_MS / 1000} s`);
    await sleep(20);
  }
}

/** Checks that every shard's rows are 1, 2, 3, … without gap or duplicate, and end at its head. */
async function checkTrail(client: pg.Client, rows: number): Promise<void> {
  const { rows: shards } = await client.query<{ count: string; sound: boolean }>(
    `select count(*), count(*) = count(distinct events.seq) and min(events.seq) = 1 and max(events.seq) = count(*)
      and max(heads.seq) = count(*) and bool_or(events.hash = heads.hash and events.seq = heads.seq) as sound
    from audit_events as events join audit_heads as heads using (shard) group by shard`,
  );
  const total = shards.reduce((sum, { count }) => sum + Number(count), 0);
  if (total !== rows) throw new Error(`${total} rows are in PostgreSQL instead of ${rows}`);
  if (!shards.every(({ sound }) => sound)) throw new Error("a shard's rows have a gap or a duplicate");
}

async function bytesPerRow(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ bytes: number }>(
    `select avg(length(body::text) + length(before::text) + length(after::text) + length(user_agent) + 300)::float8 as bytes
    from audit_events where shard = 0`,
  );
  return rows[0]?.bytes ?? 0;
}

async function postmasterOf(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ text: string }>("select pg_read_file('postmaster.pid') as text");
  return Number(rows[0]?.text.split("\n")[0]);
}

/** CPU microseconds of this program, which the bridge is part of. */
function bridgeCpu(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}

/** CPU milliseconds of the server's running and ended processes. */
function cpuOfServer(postmaster: number): number {
  const lines = execFileSync("ps", ["-A", "-o", "pid=,ppid="], { encoding: "utf8" }).trim().split("\n");
  const pids = lines.map((line) => line.trim().split(/\s+/).map(Number));
  const children = pids.flatMap(([pid = 0, parent]) => (parent === postmaster ? [pid] : []));
  const ended = readFileSync(`/proc/${postmaster}/stat`, "utf8").split(") ").at(-1)?.split(" ") ?? [];
  const living = [postmaster, ...children].reduce((sum, pid) => sum + cpuTime(pid).totalMs, 0);
  return living + 10 * (Number(ended[13]) + Number(ended[14]));
}

function print(report: DrainReport): void {
  const { cpu, stages } = report;
  const fixed = (value: number): string => value.toFixed(1).padStart(7);
  const lines = [
    "",
    `Audit drain after an outage: ${report.rows} rows of some ${report.bytesPerRow.toFixed(0)} bytes in ${SHARDS} shards, on ${report.machine}`,
    "",
    `  drained     ${report.rowsPerSecond.toFixed(0)} rows/s, without gap or duplicate`,
    `  noticed     ${report.noticedMs.toFixed(0)} ms after PostgreSQL was started`,
    `  taken       ${report.takenPerSecond.toFixed(0)} records/s while it was away`,
    "",
    "  CPU µs/row",
    `  ${fixed(cpu.workerd)}  the shards (workerd)`,
    ...STAGES.map((stage) => `    ${fixed(stages[stage])}  ${stage}`),
    `  ${fixed(cpu.bridge)}  the bridge (with this program)`,
    `  ${fixed(cpu.postgres)}  PostgreSQL`,
  ];
  console.log(lines.join("\n"));
}

const USAGE = "npm run bench:drain -- [--json] [--quick]";

async function main(): Promise<number> {
  const { values } = parseArgs({ options: { json: { type: "boolean" }, quick: { type: "boolean" } } });
  const json = values.json === true;
  const report = await bench(values.quick === true ? ROWS.quick : ROWS.full, (line) => {
    if (!json) console.error(line);
  });
  if (json) console.log(JSON.stringify(report));
  else print(report);
  if (report.rowsPerSecond >= ROWS_PER_SECOND_MIN) return 0;
  console.error(`${report.rowsPerSecond.toFixed(0)} rows/s; ${ROWS_PER_SECOND_MIN} are wanted`);
  return 1;
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(`bench:drain: ${errorText(error)}\n${USAGE}`);
  process.exitCode = 1;
}
