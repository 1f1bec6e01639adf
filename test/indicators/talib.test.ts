/** Every indicator against TA-Lib 0.4 (its C code as WebAssembly), on the same random bars. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import * as talib from "talib-web";
import { beforeAll, expect, test } from "vitest";
import type { IndicatorBar } from "../../domain/indicators/calculation.ts";
import { NAMES, outputOf, randomBars } from "./bars.ts";

const bars = randomBars(1_200, 7);
const column = (name: Exclude<keyof IndicatorBar, "at">): number[] => bars.map((bar) => bar[name]);
const [high, low, close, volume] = [column("high"), column("low"), column("close"), column("volume")];

beforeAll(async () => {
  // Its loader fetches; Node's fetch reads no files.
  const wasm = readFileSync(createRequire(import.meta.url).resolve("talib-web/lib/talib.wasm"));
  await talib.init(`data:application/wasm;base64,${wasm.toString("base64")}`);
});

/**
 * Bars whose values differ, from the bar `from` on. Theirs begin with the bar `lookback`. Averages with memory begin
 * otherwise in TA-Lib (no true range of the first bar, one movement less in the first sum), and agree once the beginning
 * is forgotten.
 */
function differences(
  ours: readonly (number | null)[],
  theirs: readonly number[],
  lookback: number,
  from = lookback,
): unknown[] {
  return bars.flatMap((_, index) => {
    if (index < from) return [];
    const [mine, other] = [ours[index] ?? NaN, theirs[index - lookback] ?? NaN];
    return Math.abs(mine - other) <= 1e-6 * Math.max(1, Math.abs(other)) ? [] : [{ index, mine, other }];
  });
}

const SETTLED = 600;
const prices = { high, low, close };

test("MD-80: moving averages", () => {
  const theirs = { inReal: close, timePeriod: 20 };
  expect(differences(outputOf("sma", { period: 20 }, bars), talib.SMA(theirs).output, 19)).toEqual([]);
  expect(differences(outputOf("ema", { period: 20 }, bars), talib.EMA(theirs).output, 19)).toEqual([]);
  expect(differences(outputOf("wma", { period: 20 }, bars), talib.WMA(theirs).output, 19)).toEqual([]);
});

test("MD-80: RSI, MFI and CCI", () => {
  const rsi = talib.RSI({ inReal: close, timePeriod: 14 }).output;
  expect(differences(outputOf("rsi", { period: 14 }, bars), rsi, 14)).toEqual([]);
  const mfi = talib.MFI({ high, low, close, volume, timePeriod: 14 }).output;
  expect(differences(outputOf("mfi", { period: 14 }, bars), mfi, 14)).toEqual([]);
  const cci = talib.CCI({ high, low, close, timePeriod: 20 }).output;
  expect(differences(outputOf("cci", { period: 20 }, bars), cci, 19)).toEqual([]);
});

test("MD-80: MACD", () => {
  const theirs = talib.MACD({ inReal: close, fastPeriod: 12, slowPeriod: 26, signalPeriod: 9 });
  expect(differences(outputOf("macd", {}, bars, "macd"), theirs.MACD, 33, SETTLED)).toEqual([]);
  expect(differences(outputOf("macd", {}, bars, "signal"), theirs.MACDSignal, 33, SETTLED)).toEqual([]);
  expect(differences(outputOf("macd", {}, bars, "histogram"), theirs.MACDHist, 33, SETTLED)).toEqual([]);
});

const average = (values: number[], timePeriod: number): number[] =>
  talib.SMA({ inReal: values, timePeriod }).output.slice(0, 1 - timePeriod);
const highest = talib.MAX;
const lowest = talib.MIN;

// STOCH, BBANDS and STDDEV of this build are broken, so their definitions are composed of functions that work.
test("MD-80: stochastic", () => {
  const top = highest({ inReal: high, timePeriod: 14 }).output;
  const bottom = lowest({ inReal: low, timePeriod: 14 }).output;
  const fast = close.slice(13).map((price, index) => {
    const [most, least] = [top[index] ?? NaN, bottom[index] ?? NaN];
    return (100 * (price - least)) / (most - least);
  });
  expect(differences(outputOf("stochastic", {}, bars, "k"), average(fast, 3), 15, 17)).toEqual([]);
  expect(differences(outputOf("stochastic", {}, bars, "d"), average(average(fast, 3), 3), 17)).toEqual([]);
});

test("MD-80: Bollinger bands and Donchian channels", () => {
  const theirs = { inReal: close, timePeriod: 20 };
  const middle = talib.SMA(theirs).output;
  const deviation = talib.VAR({ inReal: close, timePeriod: 20 }).output.map(Math.sqrt);
  const band = (sign: number) => middle.map((value, index) => value + 2 * sign * (deviation[index] ?? NaN));
  expect(differences(outputOf("bollinger", {}, bars, "upper"), band(1), 19)).toEqual([]);
  expect(differences(outputOf("bollinger", {}, bars, "middle"), middle, 19)).toEqual([]);
  expect(differences(outputOf("bollinger", {}, bars, "lower"), band(-1), 19)).toEqual([]);
  const channel = talib.MIDPRICE({ high, low, timePeriod: 20 }).output;
  const [upper, lower] = [highest({ inReal: high, timePeriod: 20 }), lowest({ inReal: low, timePeriod: 20 })];
  expect(differences(outputOf("donchian", {}, bars, "upper"), upper.output, 19)).toEqual([]);
  expect(differences(outputOf("donchian", {}, bars, "middle"), channel, 19)).toEqual([]);
  expect(differences(outputOf("donchian", {}, bars, "lower"), lower.output, 19)).toEqual([]);
});

test("MD-80: average true range, and Keltner channels from it", () => {
  const ranges = talib.ATR({ high, low, close, timePeriod: 10 }).output;
  expect(differences(outputOf("atr", { period: 10 }, bars), ranges, 10, SETTLED)).toEqual([]);
  const middle = talib.EMA({ inReal: close, timePeriod: 20 }).output;
  const channel = (sign: number) => middle.map((value, index) => value + 2 * sign * (ranges[index + 9] ?? NaN));
  expect(differences(outputOf("keltner", {}, bars, "upper"), channel(1), 19, SETTLED)).toEqual([]);
  expect(differences(outputOf("keltner", {}, bars, "middle"), middle, 19)).toEqual([]);
  expect(differences(outputOf("keltner", {}, bars, "lower"), channel(-1), 19, SETTLED)).toEqual([]);
});

test("MD-80: directional movement", () => {
  const [plus, minus] = [talib.PLUS_DI({ ...prices, timePeriod: 14 }), talib.MINUS_DI({ ...prices, timePeriod: 14 })];
  const adx = talib.ADX({ ...prices, timePeriod: 14 });
  expect(differences(outputOf("adx", {}, bars, "adx"), adx.output, 27, SETTLED)).toEqual([]);
  expect(differences(outputOf("adx", {}, bars, "plus_di"), plus.output, 14, SETTLED)).toEqual([]);
  expect(differences(outputOf("adx", {}, bars, "minus_di"), minus.output, 14, SETTLED)).toEqual([]);
});

test("MD-80: Ichimoku's lines are middles of the range", () => {
  const middle = (timePeriod: number) => talib.MIDPRICE({ high, low, timePeriod }).output;
  const [conversion, base] = [middle(9), middle(26)];
  const spanA = base.map((value, index) => (value + (conversion[index + 17] ?? NaN)) / 2);
  expect(differences(outputOf("ichimoku", {}, bars, "conversion"), conversion, 8, 51)).toEqual([]);
  expect(differences(outputOf("ichimoku", {}, bars, "base"), base, 25, 51)).toEqual([]);
  expect(differences(outputOf("ichimoku", {}, bars, "span_a"), spanA, 25, 51)).toEqual([]);
  expect(differences(outputOf("ichimoku", {}, bars, "span_b"), middle(52), 51)).toEqual([]);
});

test("MD-80: on-balance volume; TA-Lib begins with the volume of the first bar", () => {
  const theirs = talib.OBV({ inReal: close, volume }).output.map((value) => value - (volume[0] ?? 0));
  expect(differences(outputOf("obv", {}, bars), theirs, 0, 1)).toEqual([]);
});

// TA-Lib has neither; they are compared with a second writing of their definitions.
test("MD-80: VWAP", () => {
  const theirs = bars.map((_, index) => {
    const day = bars.slice(index - (index % 390), index + 1);
    const volumes = day.reduce((sum, bar) => sum + bar.volume, 0);
    return day.reduce((sum, bar) => sum + bar.vwap * bar.volume, 0) / volumes;
  });
  expect(differences(outputOf("vwap", {}, bars), theirs, 0)).toEqual([]);
});

test("MD-80: SuperTrend", () => {
  const ranges = outputOf("atr", { period: 10 }, bars);
  const lines: number[] = [];
  let [upper, lower, up] = [Infinity, -Infinity, false];
  bars.forEach((bar, index) => {
    const range = ranges[index] ?? null;
    if (range === null) return;
    const before = bars[index - 1]?.close ?? NaN;
    const middle = (bar.high + bar.low) / 2;
    upper = before > upper ? middle + 3 * range : Math.min(upper, middle + 3 * range);
    lower = before < lower ? middle - 3 * range : Math.max(lower, middle - 3 * range);
    if (up ? bar.close < lower : bar.close > upper) up = !up;
    lines.push(up ? lower : upper);
  });
  expect(differences(outputOf("supertrend", {}, bars), lines, 9)).toEqual([]);
});

test("MD-80: every indicator is compared with a second one", () => {
  const ofTaLib = ["sma", "ema", "wma", "rsi", "mfi", "cci", "macd", "stochastic", "bollinger", "donchian", "atr"];
  const compared = [...ofTaLib, "keltner", "adx", "ichimoku", "obv", "vwap", "supertrend"];
  expect(NAMES.toSorted()).toEqual(compared.toSorted());
});
