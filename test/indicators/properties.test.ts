import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { IndicatorBar } from "../../domain/indicators/calculation.ts";
import { Indicator, valuesOfBars } from "../../domain/indicators/indicator.ts";
import { barsOf, NAMES, named, randomBars, sessionOf, shortParameters } from "./bars.ts";

/** Bars whose prices are close together, so that equal prices, flat bars and bars without volume occur. */
const bar = fc
  .tuple(fc.integer({ min: 90, max: 110 }), fc.nat(4), fc.nat(4), fc.nat(4), fc.nat(3))
  .map(([low, range, open, close, volume]) => ({
    low,
    high: low + range,
    open: low + Math.min(open, range),
    close: low + Math.min(close, range),
    volume,
  }));
const series = fc.array(bar, { minLength: 1, maxLength: 60 }).map(barsOf);

test.each(NAMES)(
  "MD-81: %s has the same values bar by bar, in one run, and after any number of replacements",
  (name) => {
    const definition = named(name);
    const parameters = shortParameters(definition);
    const runs = (bars: IndicatorBar[], changes: readonly (readonly [number, Partial<IndicatorBar>])[]) => {
      const indicator = new Indicator(definition, parameters, sessionOf);
      const values = bars.map((last, index) => {
        const earlier = changes.filter(([row]) => row === index).map(([, each]) => ({ ...last, ...each }));
        const [first, ...newer] = [...earlier, last];
        let now = indicator.update(first ?? last);
        for (const form of newer) now = indicator.replace(form);
        return now;
      });
      expect(values).toEqual(valuesOfBars(definition, parameters, bars, sessionOf));
    };
    const changes = fc.array(fc.tuple(fc.nat(59), bar));
    expect(fc.check(fc.property(series, changes, runs), { numRuns: 150 }).counterexample).toBeNull();
  },
);

test.each(NAMES)("MD-81: %s takes its first bar as a replacement, too", (name) => {
  const definition = named(name);
  const indicator = new Indicator(definition, shortParameters(definition), sessionOf);
  const bars = randomBars(30, 3);
  const values = bars.map((each, index) => (index === 0 ? indicator.replace(each) : indicator.update(each)));
  expect(values).toEqual(valuesOfBars(definition, shortParameters(definition), bars, sessionOf));
});

/** How an output changes when all prices are multiplied by a number. */
const OF_PRICES = new Set(["sma", "ema", "wma", "macd", "atr", "bollinger", "donchian", "keltner", "ichimoku", "vwap"]);

test.each(NAMES)("MD-81: %s scales with the prices, or does not depend on their scale", (name) => {
  const definition = named(name);
  const bars = randomBars(400, 11);
  const scaled = bars.map((each): IndicatorBar => {
    const { open, high, low, close, vwap } = each;
    return { ...each, open: 8 * open, high: 8 * high, low: 8 * low, close: 8 * close, vwap: 8 * vwap };
  });
  const run = (of: readonly IndicatorBar[]) => valuesOfBars(definition, shortParameters(definition), of, sessionOf);
  const factor = (output: number): number => (OF_PRICES.has(name) || (name === "supertrend" && output === 0) ? 8 : 1);
  const plain = run(bars);
  run(scaled).forEach((values, row) =>
    values.forEach((value, output) => {
      const before = plain[row]?.[output] ?? null;
      if (before === null || value === null) expect(value).toBe(before);
      else expect(value).toBeCloseTo(before * factor(output), 6);
    }),
  );
});

test.each(["obv", "vwap", "mfi"])("MD-81: %s follows the scale of volumes", (name) => {
  const definition = named(name);
  const bars = randomBars(300, 13);
  const run = (factor: number) =>
    valuesOfBars(
      definition,
      shortParameters(definition),
      bars.map((each) => ({ ...each, volume: each.volume * factor })),
      sessionOf,
    );
  const plain = run(1);
  run(4).forEach((values, row) => {
    const before = plain[row]?.[0] ?? null;
    expect(values[0] ?? null).toEqual(before === null ? null : expect.closeTo(before * (name === "obv" ? 4 : 1), 6));
  });
});
