/**
 * Compares the bars of tapes with those made by hand, in every timeframe: `npm run model:bars -- --trades 1000000 --seed 1`.
 * Half of the trades are of a share, half of a coin, over some months. Stops at the first difference.
 */
import { parseArgs } from "node:util";
import type { Bar } from "../../domain/market/bars/bar.ts";
import { assertEqual } from "./assert.ts";
import { naiveBars } from "./naiveBars.ts";
import { randomTrades } from "./randomTrades.ts";
import { EVER, history, TIMEFRAMES } from "./tapeHistory.ts";

const { values } = parseArgs({ options: { trades: { type: "string" }, seed: { type: "string" } } });
const count = Math.floor(Number(values.trades ?? 1_000_000) / 2);
const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31));
/** Begins before the clocks change, and lasts some three months. */
const BEGIN = Date.UTC(2026, 9, 20);
const LASTS_MS = 100 * 86_400_000;

const inWords = (bars: readonly Bar[]): string =>
  JSON.stringify(bars, (_, value: unknown) => (typeof value === "bigint" ? String(value) : value));

console.log(`seed ${seed}`);
for (const symbol of ["AAPL", "BTC/USD"]) {
  const trades = randomTrades(seed, count, BEGIN, (2 * LASTS_MS) / count);
  const { write, bars } = history(symbol);
  const started = performance.now();
  await write(trades, 2_000);
  const wroteMs = performance.now() - started;
  for (const timeframe of TIMEFRAMES) {
    const name = `${timeframe.count} ${timeframe.unit}`;
    const expected = naiveBars(symbol, trades, timeframe);
    const begun = performance.now();
    const made = await bars(timeframe, EVER);
    const readMs = performance.now() - begun;
    assertEqual(inWords(made), inWords(expected), `MD-51: the bars of ${name} of ${symbol}`);
    console.log(`${symbol} ${name}: ${made.length} bars are equal, read in ${readMs.toFixed(0)} ms`);
  }
  console.log(`${symbol}: ${count} trades written in ${(wroteMs / 1_000).toFixed(1)} s`);
}
