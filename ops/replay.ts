/** `npm run replay -- FILE`: sends a recorded order feed through the public API and reports results and latencies. */
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { findInstrument } from "../domain/market/listing.ts";
import { exchangeApi } from "../dev/api.ts";
import { Demo } from "../dev/demo.ts";
import { StartFailure, errorText } from "../dev/failure.ts";
import { readJsonFile } from "../dev/files.ts";
import { NoAnswer } from "../dev/http.ts";
import { prepareAccounts, REPLAYED } from "./replay/accounts.ts";
import { readFeed } from "./replay/feed.ts";
import { playFeed } from "./replay/player.ts";
import { progressLine } from "./replay/progressLine.ts";
import { emptyBook, play } from "./replay/referenceBook.ts";
import { makeReport, newTally, reportText } from "./replay/tally.ts";
import { compareBooks } from "./replay/verify.ts";
import type { Verdict } from "./replay/verify.ts";

const USAGE = `npm run replay -- FILE [options]
  FILE             .csv or .csv.gz: id,timestamp,exchange.timestamp,price,volume,action,direction
  --symbol S       symbol to play it as (REPLAY/USD, which is listed for it)
  --speed max|60x  as fast as possible, or times the recorded speed (max)
  --limit N        only the first N events
  --verify         compare the book that is left with a reference model; exit code 1 if they differ
  --url URL        the exchange (the one of demo.json)
  --state DIR      where demo.json is (.dev)
  --json           the report as JSON`;

/** A restart of the exchange takes seconds; after two minutes without an answer the replay ends. */
const TIMEOUT_MS = 120_000;
const SETUP_TIMEOUT_MS = 60_000;

interface ReplayOptions {
  readonly file: string;
  readonly symbol: string;
  readonly speed: number;
  readonly limit: number;
  readonly verify: boolean;
  readonly url: string | null;
  readonly stateDir: string;
  readonly json: boolean;
}

function readOptions(args: string[]): ReplayOptions | null {
  const options = {
    symbol: { type: "string", default: REPLAYED },
    speed: { type: "string", default: "max" },
    limit: { type: "string" },
    verify: { type: "boolean", default: false },
    url: { type: "string" },
    state: { type: "string", default: process.env["STATE_DIR"] ?? ".dev" },
    json: { type: "boolean", default: false },
    help: { type: "boolean", short: "h", default: false },
  } as const;
  let parsed;
  try {
    parsed = parseArgs({ args, options, allowPositionals: true });
  } catch (error) {
    throw new StartFailure(`${errorText(error)}\n${USAGE}`);
  }
  const { values, positionals } = parsed;
  if (values.help) return null;
  const [file] = positionals;
  if (file === undefined || positionals.length > 1) throw new StartFailure(`Give one file to replay.\n${USAGE}`);
  const speed =
    values.speed === "max" ? Number.POSITIVE_INFINITY : Number(/^(\d+(?:\.\d+)?)x$/.exec(values.speed)?.[1]);
  if (!(speed > 0)) throw new StartFailure(`--speed is max or a number with x, such as 60x, not ${values.speed}.`);
  const limit = values.limit === undefined ? Number.POSITIVE_INFINITY : Number(values.limit);
  if (!(limit >= 1)) throw new StartFailure(`--limit is a number of events, not ${values.limit}.`);
  if (values.symbol !== REPLAYED && findInstrument(values.symbol)?.symbol !== values.symbol) {
    throw new StartFailure(`${values.symbol} is not listed on this exchange.`);
  }
  const { symbol, verify, json } = values;
  return { file, symbol, speed, limit, verify, url: values.url ?? null, stateDir: resolve(values.state), json };
}

async function main(options: ReplayOptions): Promise<number> {
  const events = await readFeed(options.file, options.limit);
  const demoFile = join(options.stateDir, "demo.json");
  const demo = readJsonFile(demoFile, Demo);
  if (demo === null) throw new StartFailure(`${demoFile} is missing: start the exchange first, with npm run dev.`);
  const url = options.url ?? demo.url;
  const { symbol } = options;
  const run = `replay-${Date.now().toString(36)}`;
  const api = exchangeApi(url, 2, SETUP_TIMEOUT_MS);
  const accountsFile = join(options.stateDir, "replay.json");
  const accounts = await prepareAccounts(api, { ...demo, url }, accountsFile, symbol, run, events);
  const before = await api.restingOrders(accounts.bids, symbol);
  const others = before.bids.length + before.asks.length;
  if (others > 0 && options.verify) {
    throw new StartFailure(`Other accounts have ${others} orders in ${symbol}: a comparison needs an empty book.`);
  }
  const tradesBefore = await api.lastTradeId(accounts.bids, symbol);
  const tally = newTally();
  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => stop.abort());
  const progress = progressLine(events.length, process.stderr);
  const started = performance.now();
  let broken = "";
  try {
    const { bids, asks } = accounts;
    const { speed } = options;
    const playing = { api, symbol, bids, asks, run, speed, timeoutMs: TIMEOUT_MS, stop: stop.signal };
    await playFeed({ ...playing, progress: (done) => progress.show(done, tally) }, events, tally);
  } catch (error) {
    broken = `The replay broke off: ${errorText(error)}`;
  }
  progress.end();
  const wallSeconds = (performance.now() - started) / 1000;
  const trades = broken === "" ? (await api.lastTradeId(accounts.bids, symbol)) - tradesBefore : null;
  const { file } = options;
  const report = makeReport(tally, { file, symbol, url, run, eventsRead: events.length, wallSeconds, trades });
  let verdict: Verdict | null = null;
  if (options.verify && broken === "" && !stop.signal.aborted) {
    const reference = emptyBook();
    for (const event of events) play(reference, event);
    verdict = compareBooks(reference, await api.restingOrders(accounts.bids, symbol), trades);
  }
  api.close();
  if (options.json) console.log(JSON.stringify(verdict === null ? report : { ...report, verify: verdict }, null, 2));
  else console.log([reportText(report), ...(verdict === null ? [] : [verdictText(verdict)])].join("\n"));
  if (broken !== "") console.error(broken);
  if (stop.signal.aborted) console.error("The replay was stopped before its end.");
  const unverified = options.verify && verdict?.equal !== true;
  return broken !== "" || unverified || tally.errors > 0 ? 1 : 0;
}

function verdictText(verdict: Verdict): string {
  const book = `${verdict.restingBids} bids and ${verdict.restingAsks} asks rest`;
  if (verdict.equal) return `  verified       ${book}, equal to the reference model's in price, quantity and order`;
  return [
    `  NOT EQUAL      ${book}; first differences:`,
    ...verdict.differences.map((each) => `                 ${each}`),
  ].join("\n");
}

try {
  const options = readOptions(process.argv.slice(2));
  if (options === null) console.log(USAGE);
  else process.exitCode = await main(options);
} catch (error) {
  if (error instanceof StartFailure) console.error(error.message);
  else if (error instanceof NoAnswer) console.error(`The exchange does not answer: ${error.message}.`);
  else console.error(`The replay failed: ${errorText(error)}`);
  process.exitCode = 1;
}
