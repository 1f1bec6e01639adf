/**
 * `npm run bench:auth [-- --quick]`: the cost of authentication. Compares a route with and without it, in turns, on the
 * production gateway in a bare workerd; and measures how many authenticated requests one core answers.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { exchangeApi } from "../dev/api.ts";
import { httpClient } from "../dev/http.ts";
import { startTestDatabase } from "../dev/testing.ts";
import { ROOT, WORKER_CONFIGS } from "../test/rig/bundles.ts";
import { startExchange } from "../test/rig/exchange.ts";
import { makeTraders } from "../test/rig/traders.ts";
import { cpuSince, cpuTime } from "./processCpu.ts";
import { median } from "./rankTest.ts";
import { machineText } from "./report.ts";

/** The bootstrap secret with which `makeTraders` creates its administrator. */
const ADMIN = { email: "admin@rig.test", password: "correct horse battery staple" };
const CONNECTIONS = 16;
const OPEN = "/bench/open";
const VERIFIED = "/bench/verified";

type Headers = Readonly<Record<string, string>>;

const { values } = parseArgs({ options: { quick: { type: "boolean" } } });
const { rounds, seconds } = values.quick === true ? { rounds: 1_500, seconds: 3 } : { rounds: 10_000, seconds: 15 };
const dir = mkdtempSync(join(tmpdir(), "exchange-bench-"));
const database = await startTestDatabase();
try {
  const [, ...others] = WORKER_CONFIGS;
  const exchange = await startExchange({ dir, database, configs: [gatewayConfig(), ...others] });
  try {
    console.log(machineText());
    const { url, bootstrapSecret, pid } = exchange;
    const [trader] = await makeTraders(url, bootstrapSecret, 1, { dollars: "1", shares: {} });
    if (trader === undefined) throw new Error("no trader");
    const api = exchangeApi(url, 1);
    const token = await api.signIn(ADMIN.email, ADMIN.password);
    api.close();
    const proofs: Readonly<Record<string, Headers>> = {
      "access token": { Authorization: `Bearer ${token}` },
      "session cookie": { Cookie: `__Host-access=${token}` },
      "API key": { "APCA-API-KEY-ID": trader.keyId, "APCA-API-SECRET-KEY": trader.secret },
    };
    await latency(url, proofs);
    await throughput(url, pid(), "open", OPEN, {});
    for (const [name, headers] of Object.entries(proofs)) await throughput(url, pid(), name, VERIFIED, headers);
  } finally {
    await exchange.stop();
  }
} finally {
  await database.close();
  rmSync(dir, { recursive: true, force: true });
}

/** The configuration of production with another entry. */
function gatewayConfig(): string {
  const folder = join(ROOT, ".cache", "bench-auth");
  const file = join(folder, "wrangler.toml");
  const main = /^main = .*$/m;
  const text = readFileSync(join(ROOT, "wrangler.toml"), "utf8");
  if (!main.test(text)) throw new Error("wrangler.toml names no entry");
  mkdirSync(folder, { recursive: true });
  const entry = `main = ${JSON.stringify(join(ROOT, "bench", "authGateway.ts"))}`;
  // Other paths are relative to the root.
  writeFileSync(file, text.replace(main, entry).replaceAll(/"(?=workers\/)/g, `"${join(ROOT, "/")}`));
  return file;
}

/** Sequential requests over one connection, in turns, so that other load of the machine affects all kinds equally. */
async function latency(url: string, proofs: Readonly<Record<string, Headers>>): Promise<void> {
  const kinds: [name: string, path: string, headers: Headers, times: number[]][] = [["open", OPEN, {}, []]];
  for (const [name, headers] of Object.entries(proofs)) kinds.push([name, VERIFIED, headers, []]);
  const http = httpClient(url, 1, 30_000);
  try {
    for (let round = -rounds / 10; round < rounds; round++) {
      // Each kind follows each other kind equally often.
      if (round % 2 === 0) kinds.reverse();
      else kinds.push(...kinds.splice(0, 1));
      for (const [, path, headers, times] of kinds) {
        const started = performance.now();
        const { status, body } = await http.request("GET", path, headers);
        if (status !== 200) throw new Error(`${status}: ${JSON.stringify(body)}`);
        if (round >= 0) times.push(performance.now() - started);
      }
    }
  } finally {
    http.close();
  }
  const open = median(kinds.find(([name]) => name === "open")?.[3] ?? []);
  for (const [name, , , times] of kinds.toSorted(([a], [b]) => a.localeCompare(b))) {
    const added = name === "open" ? "" : `; verification adds ${(median(times) - open).toFixed(3)} ms`;
    console.log(
      `${name}: p50 ${median(times).toFixed(3)} ms, p99 ${p99(times).toFixed(3)} ms (${times.length})${added}`,
    );
  }
}

async function throughput(url: string, pid: number, name: string, path: string, headers: Headers): Promise<void> {
  const http = httpClient(url, CONNECTIONS, 30_000);
  try {
    const before = cpuTime(pid);
    const started = performance.now();
    let done = 0;
    const client = async (): Promise<void> => {
      while (performance.now() - started < seconds * 1000) {
        const { status } = await http.request("GET", path, headers);
        if (status !== 200) throw new Error(`${status} instead of 200`);
        done++;
      }
    };
    await Promise.all(Array.from({ length: CONNECTIONS }, client));
    const elapsed = (performance.now() - started) / 1000;
    const cpu = cpuSince(pid, before).totalMs / 1000;
    console.log(
      `${name}: ${(done / cpu).toFixed(0)} requests/s per core (${((1e6 * cpu) / done).toFixed(0)} µs of CPU each), ` +
        `${(done / elapsed).toFixed(0)}/s with this client`,
    );
  } finally {
    http.close();
  }
}

function p99(times: readonly number[]): number {
  const sorted = times.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length * 0.99)] ?? Number.NaN;
}
