import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { defaultsOf, indicatorNamed, INDICATORS } from "../../../../../domain/indicators/catalogue.ts";
import { valuesOfBars } from "../../../../../domain/indicators/indicator.ts";
import { IndicatorRuns } from "./indicatorRuns.ts";
import { CHOICES, coloursOf, faultsOf, newIndicator, titleOf } from "./indicators.ts";
import { DEFAULTS, readSettings } from "./settings.ts";
import { chartTimeframe, spanOf, TIMEFRAME_GROUPS } from "./timeframes.ts";
import { hoursAt, shadesOf } from "./sessions.ts";

describe("UI-32: the settings of a chart", () => {
  test("are read again as they were kept", () => {
    const indicators = [newIndicator("macd", []), newIndicator("bollinger", [])];
    const kept = {
      ...DEFAULTS,
      timeframe: "7Min",
      type: "heikinAshi",
      scale: "log",
      volume: false,
      indicators,
      compare: ["MSFT"],
    };
    expect(readSettings(JSON.parse(JSON.stringify(kept)))).toEqual(kept);
  });

  test("are as by default where they are not understood", () => {
    expect(readSettings({})).toEqual(DEFAULTS);
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...Object.keys(DEFAULTS)), fc.anything()), (stored) => {
        const read = readSettings(stored);
        expect(chartTimeframe(read.timeframe)).not.toBeNull();
        expect(readSettings(read as unknown as Record<string, unknown>)).toEqual(read);
      }),
    );
    const wrong = { id: "sma1", name: "sma", parameters: { period: 99_999 }, colours: ["red"] };
    expect(readSettings({ indicators: [wrong, { ...wrong, name: "none" }] }).indicators).toEqual([
      { id: "sma1", name: "sma", parameters: { period: 20 }, colours: ["--series-1"] },
    ]);
  });
});

describe("UI-33: indicators of the chart", () => {
  test("are all of the catalogue, each with a title and colours", () => {
    expect(CHOICES).toHaveLength(INDICATORS.length);
    expect(CHOICES.length).toBeGreaterThanOrEqual(15);
    for (const { name } of CHOICES) expect(coloursOf(name), name).toBeGreaterThanOrEqual(0);
    expect(titleOf({ name: "macd", parameters: { fast: 12, slow: 26, signal: 9 } })).toBe("MACD 12 26 9");
  });

  test("have bounds, and parameters that must go together", () => {
    expect([...faultsOf("sma", { period: 0.5 }).keys()]).toEqual(["period"]);
    expect([...faultsOf("macd", { fast: 30, slow: 26, signal: 9 }).keys()]).toEqual([""]);
    expect(faultsOf("macd", { fast: 12, slow: 26, signal: 9 }).size).toBe(0);
  });

  test("have the same values whether bars came one by one, changed, or all at once", () => {
    const price = fc.integer({ min: 50, max: 150 });
    fc.assert(
      fc.property(
        fc.array(price, { minLength: 2, maxLength: 60 }),
        fc.nat(),
        fc.constantFrom(...CHOICES),
        (closes, a, { name }) => {
          const bars = closes.map((close, nth) => ({
            at: nth * 60_000,
            open: close,
            high: close + 1,
            low: close - 1,
            close,
            volume: 10 + nth,
            vwap: close,
          }));
          const definition = indicatorNamed(name);
          if (definition === undefined) throw new Error(name);
          const parameters = defaultsOf(definition);
          const cut = 1 + (a % (bars.length - 1));
          const runs = new IndicatorRuns(() => () => 0);
          const older = bars
            .slice(0, cut)
            .map((bar, nth) => (nth === cut - 1 ? { ...bar, close: bar.close + 0.5 } : bar));
          runs.take({ version: 1, wanted: [{ id: "x", name, parameters }], from: 0, bars: older, isShare: true });
          const { values } = runs.take({ version: 2, from: cut - 1, bars: bars.slice(cut - 1), isShare: true });
          const whole = valuesOfBars(definition, parameters, bars, () => 0);
          expect(values["x"]?.rows).toEqual(whole.slice(values["x"]?.from));
        },
      ),
    );
  });
});

test("UI-30: every timeframe of the menu is one of the exchange, or of trades and seconds", () => {
  for (const id of Object.values(TIMEFRAME_GROUPS).flat()) expect(chartTimeframe(id)?.id, id).toBe(id);
  expect(["60Sec", "0Tick", "5000Tick", "2Day", "1m"].map(chartTimeframe)).toEqual([null, null, null, null, null]);
  expect(["5Sec", "15Min", "1Week", "1Tick"].map((id) => spanOf(chartTimeframe(id) as never))).toEqual([
    5_000,
    900_000,
    604_800_000,
    null,
  ]);
});

test("UI-35: bars outside of regular hours are shaded, by the calendar of the market", () => {
  const at = (clock: string, date = "2026-11-20"): number => Date.parse(`${date}T${clock}:00-05:00`);
  expect(["03:00", "08:00", "09:30", "15:59", "16:00", "21:00"].map((clock) => hoursAt(at(clock)))).toEqual([
    "overnight",
    "pre",
    "regular",
    "regular",
    "post",
    "overnight",
  ]);
  // Thanksgiving, and the half day after it.
  expect([hoursAt(at("12:00", "2026-11-26")), hoursAt(at("13:30", "2026-11-27"))]).toEqual(["overnight", "post"]);
  const bars = ["08:00", "09:00", "10:00", "16:30", "17:00"].map((clock) => ({ at: at(clock) }));
  expect(shadesOf(bars)).toEqual([
    { from: 0, to: 1, hours: "pre" },
    { from: 3, to: 4, hours: "post" },
  ]);
});
