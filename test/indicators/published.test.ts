import { expect, test } from "vitest";
import { barsOf, closesOf, outputOf } from "./bars.ts";
import { ATR, AVERAGES, BOLLINGER, CCI, RSI, WILDER_ADX, WILLIAMS } from "./tables.ts";

/** Rows in which values differ from those of a table. The table has none for the bars before its first one. */
function differences(values: readonly (number | null)[], table: readonly number[], tolerance: number): unknown[] {
  const before = values.length - table.length;
  return values.flatMap((value, row) => {
    const published = table[row - before] ?? null;
    if (value === null || published === null) return value === published ? [] : [{ row, value, published }];
    return Math.abs(value - published) <= tolerance ? [] : [{ row, value, published }];
  });
}

const columns = (table: { high: readonly number[]; low: readonly number[]; close: readonly number[] }) =>
  barsOf(table.high.map((high, row) => ({ high, low: table.low[row] ?? 0, close: table.close[row] ?? 0 })));

test("MD-80: simple and exponential averages are those of StockCharts' table", () => {
  const bars = closesOf(AVERAGES.closes);
  expect(differences(outputOf("sma", { period: 10 }, bars), AVERAGES.sma, 0.005)).toEqual([]);
  expect(differences(outputOf("ema", { period: 10 }, bars), AVERAGES.ema, 1e-8)).toEqual([]);
});

test("MD-80: the RSI is that of StockCharts' table", () => {
  expect(differences(outputOf("rsi", { period: 14 }, closesOf(RSI.closes)), RSI.values, 1e-3)).toEqual([]);
});

test("MD-80: the average true range is that of StockCharts' table", () => {
  expect(differences(outputOf("atr", { period: 14 }, columns(ATR)), ATR.values, 1e-5)).toEqual([]);
});

test("MD-80: Bollinger bands are those of StockCharts' table", () => {
  const bars = closesOf(BOLLINGER.closes);
  expect(differences(outputOf("bollinger", {}, bars, "upper"), BOLLINGER.upper, 1e-5)).toEqual([]);
  expect(differences(outputOf("bollinger", {}, bars, "lower"), BOLLINGER.lower, 1e-5)).toEqual([]);
});

test("MD-80: the CCI is that of StockCharts' table", () => {
  const bars = barsOf(CCI.bars.map(([high, low, close]) => ({ high, low, close })));
  expect(differences(outputOf("cci", { period: 20 }, bars), CCI.values, 1e-4)).toEqual([]);
});

test("MD-80: %K of the fast stochastic is StockCharts' Williams %R and 100", () => {
  const before = new Array<number>(WILLIAMS.high.length - WILLIAMS.closes.length).fill(126);
  const bars = columns({ high: WILLIAMS.high, low: WILLIAMS.low, close: [...before, ...WILLIAMS.closes] });
  const fast = outputOf("stochastic", { k: 14, smoothing: 1, d: 1 }, bars, "k");
  expect(
    differences(
      fast,
      WILLIAMS.values.map((value) => 100 + value),
      0.011,
    ),
  ).toEqual([]);
});

test("MD-80: the ADX is that of Wilder's table, within his rounding to whole numbers", () => {
  const values = outputOf("adx", { period: 14 }, columns(WILDER_ADX));
  expect(values.findIndex((value) => value !== null)).toBe(27);
  expect(differences([null, ...values.slice(28)], WILDER_ADX.values, 1)).toEqual([]);
});

test("MD-80: small examples, computed by hand", () => {
  expect(outputOf("wma", { period: 3 }, closesOf([1, 2, 3, 4]))).toEqual([null, null, 14 / 6, 20 / 6]);
  // EMA 2: 1.5, 3.1667, 6.3889, 12.7963; EMA 3: 2, 2.3333, 5.1667, 10.5833.
  const macd = (output: string) =>
    outputOf("macd", { fast: 2, slow: 3, signal: 2 }, closesOf([1, 2, 4, 8, 16]), output);
  expect(differences(macd("macd"), [0.8333, 1.2222, 2.213], 1e-4)).toEqual([]);
  expect(differences(macd("signal"), [1.0278, 1.8179], 1e-4)).toEqual([]);
  expect(differences(macd("histogram"), [0.1944, 0.3951], 1e-4)).toEqual([]);
  const adx = barsOf([
    { high: 10, low: 9, close: 9.5 },
    { high: 11, low: 9.5, close: 10.5 },
    { high: 12, low: 10, close: 11.5 },
    { high: 11.5, low: 9, close: 9.5 },
    { high: 10, low: 8, close: 8.5 },
  ]);
  expect(differences(outputOf("adx", { period: 2 }, adx, "adx"), [50, 50], 1e-9)).toEqual([]);
  expect(differences(outputOf("adx", { period: 2 }, adx, "plus_di"), [57.142857, 23.529412, 12.121212], 1e-6)).toEqual(
    [],
  );
  expect(differences(outputOf("adx", { period: 2 }, adx, "minus_di"), [0, 23.529412, 36.363636], 1e-6)).toEqual([]);
  const volumes = barsOf(
    [5, 3, 4, 2, 6].map((volume, row) => ({ ...flat([10, 11, 10.5, 10.5, 12][row] ?? 0), volume })),
  );
  expect(outputOf("obv", {}, volumes)).toEqual([null, 3, -1, -1, 5]);
});

const flat = (price: number) => ({ high: price, low: price, close: price });

test("MD-80: a VWAP begins with its session, and has no value before the first volume", () => {
  const bars = barsOf(new Array(392).fill(flat(10))).map((bar, index) => ({
    ...bar,
    vwap: index < 390 ? 10 : 20 + index - 390,
    volume: index === 0 ? 0 : index === 391 ? 3 : 1,
  }));
  const values = outputOf("vwap", {}, bars);
  expect(values.slice(0, 2)).toEqual([null, 10]);
  expect(values.slice(389)).toEqual([10, 20, (20 + 3 * 21) / 4]);
});

test("MD-80: a market that does not move has neutral values", () => {
  const bars = barsOf(new Array(60).fill({ ...flat(0.1), volume: 2 }));
  const last = (name: string, output?: string) => outputOf(name, {}, bars, output).at(-1);
  expect(last("cci")).toBe(0);
  expect(last("mfi")).toBe(50);
  expect(last("adx")).toBe(0);
  expect(last("atr")).toBe(0);
  expect(last("obv")).toBe(0);
  expect(last("rsi")).toBe(100);
  expect(last("stochastic", "k")).toBe(0);
  expect(last("bollinger", "upper")).toBeCloseTo(0.1, 12);
});

test("MD-80: SuperTrend turns where the close passes its line, and never moves against its trend", () => {
  const rise = Array.from({ length: 20 }, (_, index) => 100 + index);
  const fall = Array.from({ length: 20 }, (_, index) => 110 - 2 * index);
  const bars = barsOf([...rise, ...fall].map((close) => ({ high: close + 1, low: close - 1, close })));
  const [lines, directions] = ["value", "direction"].map((output) =>
    outputOf("supertrend", { period: 5, multiplier: 2 }, bars, output),
  );
  const turns = directions?.flatMap((each, row) => (row > 4 && each !== directions[row - 1] ? [row] : []));
  expect(directions?.at(19)).toBe(1);
  expect(directions?.at(-1)).toBe(-1);
  for (let row = 6; row < bars.length; row++) {
    if (turns?.includes(row) === true) continue;
    const move = (lines?.[row] ?? 0) - (lines?.[row - 1] ?? 0);
    expect(move * (directions?.[row] ?? 0)).toBeGreaterThanOrEqual(0);
  }
});
