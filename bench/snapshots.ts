/**
 * `npm run bench:snapshots [-- --json] [-- --seconds N]`: 1,000 requests a second for snapshots of an exchange that
 * trades. How often a symbol was answered without a call of an object, calls of books and boards with and without the
 * requests, and their latency. The production bundles on a bare workerd, which has no cache beside the isolates'.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { Agent, request as send } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { errorText } from "../dev/failure.ts";
import { startTestDatabase } from "../dev/testing.ts";
import { INSTRUMENTS } from "../domain/market/listing.ts";
import { type RiggedExchange, startExchange } from "../test/rig/exchange.ts";
import { seededRandom } from "../test/rig/random.ts";
import { makeTraders } from "../test/rig/traders.ts";
import { quantile } from "./load.ts";
import { quoteFor } from "./makerQuotes.ts";
import { cpuSince, cpuTime } from "./processCpu.ts";
import { machineText } from "./report.ts";

const SYMBOLS = INSTRUMENTS.filter(({ assetClass }) => assetClass === "us_equity").map(({ symbol }) => symbol);
const REQUESTS_A_SECOND = 1_000;
/** Of ten requests so many are about one symbol; the others are about 2 to 20. */
const SINGLE_OF_TEN = 7;
const MOST_SYMBOLS = 20;
/** One request in fifty names a symbol that is not listed. */
const UNLISTED_EACH = 50;
const SECONDS = 10;

type Calls = Readonly<Record<string, number>>;

interface Phase {
  readonly requestsPerSecond: number;
  readonly symbolsPerRequest: number;
  /** The share of symbols that were answered without a call of an object. */
  readonly hitRatio: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Calls a second, by class and method. */
  readonly calls: Calls;
  /** Of the whole process, trading included. */
  readonly cpuMsPerSecond: number;
}

/** Symbols by Zipf's law with exponent 1: the nth is asked for 1/n as often as the first. */
function zipf(random: () => number): () => string {
  const sums: number[] = [];
  for (const [nth] of SYMBOLS.entries()) sums.push((sums.at(-1) ?? 0) + 1 / (nth + 1));
  return () => {
    const place = random() * (sums.at(-1) ?? 1);
    return SYMBOLS[sums.findIndex((sum) => sum > place)] ?? "AAPL";
  };
}

interface Asked {
  readonly path: string;
  readonly symbols: number;
}

/** The paths of a mix of requests. */
function mix(random: () => number): () => Asked {
  const symbol = zipf(random);
  let nth = 0;
  return () => {
    nth++;
    if (nth % UNLISTED_EACH === 0) return { path: "/v2/stocks/snapshots?symbols=NOSUCH", symbols: 0 };
    if (nth % 10 < SINGLE_OF_TEN) return { path: `/v2/stocks/${symbol()}/snapshot`, symbols: 1 };
    const count = 2 + Math.floor(random() * (MOST_SYMBOLS - 1));
    const symbols = new Set(Array.from({ length: count }, symbol));
    return { path: `/v2/stocks/snapshots?symbols=${[...symbols].join(",")}`, symbols: symbols.size };
  };
}

/** Symbols that an answer took from objects, by its header (RFC 9211). */
function missesOf(header: string | undefined): number {
  return Number(/detail="(\d+) of/.exec(header ?? "")?.[1] ?? 0);
}

async function callsOf({ observers }: RiggedExchange): Promise<Calls> {
  const answer = await fetch(`${observers.get("OrderBook")}/calls`);
  return (await answer.json()) as Calls;
}

async function measure(
  exchange: RiggedExchange,
  headers: Record<string, string>,
  ask: (() => Asked) | null,
  seconds: number,
): Promise<Phase> {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  const [before, cpu] = [await callsOf(exchange), cpuTime(exchange.pid())];
  const times: number[] = [];
  let [symbols, misses, started] = [0, 0, 0];
  const flights = new Set<Promise<void>>();
  const one = ({ path, symbols: count }: Asked): Promise<void> =>
    new Promise((resolve, reject) => {
      const sentAt = performance.now();
      const outgoing = send(`${exchange.url}${path}`, { agent, headers }, (incoming) => {
        incoming.resume().on("end", () => {
          if (incoming.statusCode !== 200) return reject(new Error(`${path}: ${incoming.statusCode}`));
          times.push(performance.now() - sentAt);
          symbols += count;
          misses += missesOf(incoming.headers["cache-status"] as string | undefined);
          resolve();
        });
      });
      outgoing.on("error", reject).end();
    });
  const begin = performance.now();
  for (const end = begin + seconds * 1_000; performance.now() < end;) {
    const due = ((performance.now() - begin) / 1_000) * REQUESTS_A_SECOND;
    for (; ask !== null && started < due; started++) {
      const flight = one(ask());
      flights.add(flight);
      void flight.finally(() => flights.delete(flight));
    }
    await sleep(5);
  }
  await Promise.all(flights);
  const spentSeconds = (performance.now() - begin) / 1_000;
  agent.destroy();
  const after = await callsOf(exchange);
  const calls = Object.fromEntries(
    Object.entries(after)
      .filter(([name]) => /^(OrderBook|PriceBoard|Tape|TapeIndex)\./.test(name))
      .map(([name, count]) => [name, (count - (before[name] ?? 0)) / spentSeconds]),
  );
  const sorted = Float64Array.from(times).sort();
  return {
    requestsPerSecond: times.length / spentSeconds,
    symbolsPerRequest: times.length === 0 ? 0 : symbols / times.length,
    hitRatio: symbols === 0 ? 1 : 1 - misses / symbols,
    p50Ms: quantile(sorted, 0.5),
    p99Ms: quantile(sorted, 0.99),
    calls,
    cpuMsPerSecond: cpuSince(exchange.pid(), cpu).totalMs / spentSeconds,
  };
}

async function bench(seconds: number): Promise<Readonly<Record<"trading" | "snapshots", Phase>>> {
  const dir = mkdtempSync(join(tmpdir(), "exchange-snapshots-"));
  const database = await startTestDatabase();
  try {
    const exchange = await startExchange({ dir, database, observed: true });
    try {
      const shares = Object.fromEntries(SYMBOLS.map((symbol) => [symbol, "10000"]));
      const [maker, reader] = await makeTraders(exchange.url, exchange.bootstrapSecret, 2, {
        dollars: "90000000",
        shares,
      });
      if (maker === undefined || reader === undefined) throw new Error("no traders");
      const headers = { "apca-api-key-id": reader.keyId, "apca-api-secret-key": reader.secret };
      const quoting = quoteFor(exchange.url, maker, SYMBOLS, 2 * seconds + 4);
      await sleep(2_000);
      const trading = await measure(exchange, headers, null, seconds);
      const snapshots = await measure(exchange, headers, mix(seededRandom(7)), seconds);
      await quoting;
      return { trading, snapshots };
    } finally {
      await exchange.stop();
    }
  } finally {
    await database.close();
    rmSync(dir, { recursive: true, force: true });
  }
}

function print(phases: Readonly<Record<string, Phase>>): void {
  console.log(machineText());
  for (const [name, phase] of Object.entries(phases)) {
    const { requestsPerSecond, symbolsPerRequest, hitRatio, p50Ms, p99Ms, calls, cpuMsPerSecond } = phase;
    console.log(`\n${name}: ${requestsPerSecond.toFixed(0)} requests/s of ${symbolsPerRequest.toFixed(1)} symbols`);
    if (requestsPerSecond > 0) {
      console.log(
        `  hit ratio ${(100 * hitRatio).toFixed(2)} %, p50 ${p50Ms.toFixed(1)} ms, p99 ${p99Ms.toFixed(1)} ms`,
      );
    }
    console.log(`  CPU of the process ${cpuMsPerSecond.toFixed(0)} ms a second`);
    for (const [method, rate] of Object.entries(calls)) {
      if (rate > 0) console.log(`  ${method.padEnd(28)} ${rate.toFixed(1).padStart(8)} a second`);
    }
  }
}

try {
  const { values } = parseArgs({ options: { json: { type: "boolean" }, seconds: { type: "string" } } });
  const phases = await bench(Number(values.seconds ?? SECONDS));
  if (values.json === true) console.log(JSON.stringify({ machine: machineText(), ...phases }));
  else print(phases);
} catch (error) {
  console.error(`bench:snapshots: ${errorText(error)}`);
  process.exitCode = 1;
}
