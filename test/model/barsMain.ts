/**
 * Compares the bars of tapes with those made by hand, in every timeframe: `npm run model:bars -- --trades 1000000 --seed 1`.
 * Half of the trades are of a share, half of a coin, over some months. Then it seals them, compares every bar and trade
 * again, with minute bars from the tapes and from files, and has DuckDB read the files. Stops at the first difference.
 */
import { parseArgs } from "node:util";
import type { Bar } from "../../domain/market/bars/bar.ts";
import type { TapeTrade } from "../../domain/market/bars/tapeTrade.ts";
import { DAY } from "../../domain/market/newYork.ts";
import { MINUTES_KEPT_MS } from "../../durable-objects/tape/sealed/sealing.ts";
import { assertEqual } from "./assert.ts";
import { compareBars, compareTrades, duckDbFiles } from "./duckDbFiles.ts";
import { naiveBars } from "./naiveBars.ts";
import { randomTrades } from "./randomTrades.ts";
import { everyTrade, sealingTapes } from "./sealingTapes.ts";
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
  await seal(symbol, trades);
}

/** Seals all trades, and compares them and their bars with what was given. */
async function seal(symbol: string, trades: readonly TapeTrade[]): Promise<void> {
  const tapes = sealingTapes(symbol, BEGIN);
  tapes.append(trades);
  const last = trades.at(-1)?.at ?? 0;
  const begun = performance.now();
  await tapes.until(last + 3 * DAY);
  const { size } = tapes.bucket.files;
  console.log(`${symbol}: sealed in ${size} files in ${((performance.now() - begun) / 1_000).toFixed(1)} s`);
  const compare = async (place: string): Promise<void> => {
    for (const timeframe of TIMEFRAMES) {
      const what = `MD-70: the bars of ${timeframe.count} ${timeframe.unit} of ${symbol}, ${place}`;
      assertEqual(inWords(await tapes.bars(timeframe)), inWords(naiveBars(symbol, trades, timeframe)), what);
    }
    console.log(`${symbol}: bars of all timeframes are equal, ${place}`);
  };
  await compare("sealed, with minute bars in tapes");
  const read = await everyTrade(tapes, 10_000);
  assertEqual(JSON.stringify(read), JSON.stringify(trades), `MD-70: the trades of ${symbol}`);
  const files = await duckDbFiles(tapes.bucket.files);
  await compareTrades(files, symbol, read);
  await compareBars(files, symbol, naiveBars(symbol, trades, { unit: "minute", count: 1 }));
  files.close();
  console.log(`${symbol}: DuckDB has the same trades and bars`);
  await tapes.until(last + MINUTES_KEPT_MS + 3 * DAY);
  const left = tapes.months().map((month) => tapes.tape(month).sealing.store.droppedDays().size);
  await compare(`sealed, with minute bars of ${left.reduce((sum, days) => sum + days, 0)} days in files only`);
}
