/**
 * The demo market: three makers and a taker, ordinary accounts on the public API, deterministic with a seed. Started by
 * `npm run dev` as `node dev/makers.ts STATE_DIR URL`; ends on SIGTERM with its quotes cancelled.
 */
import { join } from "node:path";
import * as z from "zod";
import { requireInstrument } from "../domain/market/listing.ts";
import { exchangeApi } from "./api.ts";
import { inventoryOf, MAKER_SHARES, MakersFile, QUOTED, TAKER_SHARES } from "./demo.ts";
import { errorText } from "./failure.ts";
import { readJsonFile, writeJsonFile } from "./files.ts";
import { Gate, Stopped } from "./makers/gate.ts";
import { orderIds } from "./makers/orderIds.ts";
import { runQuoter } from "./makers/quoter.ts";
import { runTaker } from "./makers/taker.ts";
import { priceWalk } from "./makers/walk.ts";
import type { PriceWalk } from "./makers/walk.ts";

const CONNECTIONS = 8;
const SAVE_PRICES_MS = 10_000;
/** The longest time for cancelling the quotes at the end. */
const FAREWELL_MS = 3_000;

const [stateDir, url] = process.argv.slice(2);
if (stateDir === undefined || url === undefined) {
  console.error("usage: node dev/makers.ts STATE_DIR URL");
  process.exit(1);
}
const people = readJsonFile(join(stateDir, "makers.json"), MakersFile);
if (people === null) {
  console.error(`${join(stateDir, "makers.json")} is missing: npm run dev makes it.`);
  process.exit(1);
}

const seed = Number(process.env["MAKERS_SEED"] ?? "1");
const log = (line: string): void => console.log(`${new Date().toISOString()} ${line}`);
const stop = new AbortController();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => stop.abort());

const api = exchangeApi(url, CONNECTIONS);
const gate = new Gate({ probe: () => api.health(), log, now: () => performance.now() }, stop.signal);
const pricesFile = join(stateDir, "makers-prices.json");
const prices = readJsonFile(pricesFile, z.record(z.string(), z.number())) ?? {};
const walks = new Map<string, PriceWalk>(
  QUOTED.map((symbol) => [symbol, priceWalk(requireInstrument(symbol), seed, prices[symbol] ?? null)]),
);
const savePrices = (): void =>
  writeJsonFile(pricesFile, Object.fromEntries([...walks].map(([symbol, walk]) => [symbol, Math.round(walk.price())])));
const saving = setInterval(savePrices, SAVE_PRICES_MS);

const homeOf = (shares: number) => (symbol: string) => inventoryOf(symbol, shares);
const startedAt = Date.now();
const common = { api, gate, seed, walks, log };
try {
  await Promise.all([
    ...people.makers.map(({ user, symbols }, i) =>
      runQuoter(
        { ...common, key: user, nextOrderId: orderIds(`maker${i + 1}`, startedAt), homeOf: homeOf(MAKER_SHARES) },
        symbols,
      ),
    ),
    runTaker({ ...common, key: people.taker, nextOrderId: orderIds("taker", startedAt), homeOf: homeOf(TAKER_SHARES) }),
  ]);
} catch (error) {
  if (!(error instanceof Stopped)) {
    log(`stopped by an error: ${errorText(error)}`);
    process.exitCode = 1;
  }
}
stop.abort();
clearInterval(saving);
savePrices();
const farewell = exchangeApi(url, CONNECTIONS, FAREWELL_MS);
await Promise.allSettled(
  [...people.makers.map(({ user }) => user), people.taker].map((user) => farewell.cancelAllOrders(user)),
);
process.exit();
