import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  bandsAt,
  updateLimitState,
  luldDue,
  type LuldState,
  type LuldTier,
  luldTrade,
  newLuld,
  pauseDue,
  reopenedLuld,
} from "./luld.ts";

const OPEN = Date.parse("2026-11-18T09:30-05:00");
const CLOSE = Date.parse("2026-11-18T16:00-05:00");
const SECOND = 1_000;
const MINUTE = 60 * SECOND;

const opened = (tier: LuldTier, reference: number): LuldState => newLuld(tier, reference, OPEN, CLOSE);

function band(state: LuldState, now: number): [lower: number, upper: number] {
  const { lower, upper } = bandsAt(state, now);
  return [lower, upper];
}

describe("MK-11: the bands", () => {
  const widths: [name: string, LuldTier, reference: number, usual: [number, number], atTheClose: [number, number]][] = [
    ["5 % in tier 1", 1, 1_000_000, [950_000, 1_050_000], [900_000, 1_100_000]],
    ["10 % in tier 2, not doubled above $3", 2, 1_000_000, [900_000, 1_100_000], [900_000, 1_100_000]],
    ["5 % from the first cent above $3", 1, 30_100, [28_600, 31_600], [27_100, 33_100]],
    ["20 % up to $3 in tier 1", 1, 30_000, [24_000, 36_000], [18_000, 42_000]],
    ["20 % up to $3 in tier 2", 2, 30_000, [24_000, 36_000], [18_000, 42_000]],
    ["20 % from $0.75", 2, 7_500, [6_000, 9_000], [4_500, 10_500]],
    ["$0.15 below $0.75", 2, 7_400, [5_900, 8_900], [4_400, 10_400]],
    ["75 % below $0.20", 1, 1_600, [400, 2_800], [0, 4_000]],
    ["rounded to the penny, half a penny up", 1, 1_001_000, [951_000, 1_051_100], [900_900, 1_101_100]],
  ];
  test.each(widths)("are %s", (_, tier, reference, usual, atTheClose) => {
    const state = opened(tier, reference);
    expect(band(state, OPEN)).toEqual(usual);
    expect(band(state, CLOSE - 25 * MINUTE - 1)).toEqual(usual);
    expect(band(state, CLOSE - 25 * MINUTE)).toEqual(atTheClose);
    expect(newLuld(tier, reference, CLOSE - MINUTE, CLOSE).bands).toMatchObject({ upper: atTheClose[1] });
  });

  test("widen before the close of a half day, and never around the clock", () => {
    const early = Date.parse("2026-11-27T13:00-05:00");
    const state = newLuld(1, 1_000_000, early - 60 * MINUTE, early);
    expect(luldDue(state)).toBe(early - 25 * MINUTE);
    expect(band(state, early - 25 * MINUTE)).toEqual([900_000, 1_100_000]);
    expect(luldDue(state)).toBeNull();
    const always = newLuld(1, 1_000_000, OPEN, null);
    expect(band(always, CLOSE)).toEqual([950_000, 1_050_000]);
    expect(luldDue(always)).toBeNull();
  });

  test("keep the percentage of the day's first reference when the price moves to another price class", () => {
    const state = opened(2, 29_500);
    luldTrade(state, 34_000, OPEN + MINUTE);
    expect(band(state, OPEN + MINUTE)).toEqual([27_200, 40_800]);
    expect(reopenedLuld(state, 40_000, OPEN + 2 * MINUTE).bands).toMatchObject({ lower: 32_000, upper: 48_000 });
  });
});

describe("MK-12: the reference price", () => {
  test("is replaced by the mean of the trades when it differs by 1 %, after 30 seconds at the earliest", () => {
    const state = opened(1, 1_000_000);
    const first = bandsAt(state, OPEN);
    luldTrade(state, 1_019_999, OPEN + SECOND);
    luldTrade(state, 1_000_000, OPEN + 2 * SECOND);
    expect(bandsAt(state, OPEN + 40 * SECOND)).toBe(first);
    luldTrade(state, 1_010_001, OPEN + 41 * SECOND);
    const moved = bandsAt(state, OPEN + 41 * SECOND);
    expect(moved).toEqual({ reference: 1_010_000, lower: 959_500, upper: 1_060_500, since: OPEN + 41 * SECOND });
    // The next one is in effect for 30 seconds as well, however far the mean moves.
    luldTrade(state, 1_060_000, OPEN + 42 * SECOND);
    expect(bandsAt(state, OPEN + 71 * SECOND - 1)).toBe(moved);
    expect(bandsAt(state, OPEN + 71 * SECOND)).toMatchObject({ reference: 1_022_500 });
  });

  test("stays when nothing has traded for five minutes", () => {
    const state = opened(1, 1_000_000);
    luldTrade(state, 1_020_000, OPEN + SECOND);
    expect(bandsAt(state, OPEN + 20 * MINUTE)).toMatchObject({ reference: 1_000_000 });
    luldTrade(state, 990_000, OPEN + 20 * MINUTE);
    expect(bandsAt(state, OPEN + 20 * MINUTE)).toMatchObject({ reference: 990_000 });
  });

  test("of a reopening ignores earlier trades", () => {
    const state = opened(1, 1_000_000);
    luldTrade(state, 1_050_000, OPEN + SECOND);
    const again = reopenedLuld(state, 1_100_000, OPEN + MINUTE);
    expect(bandsAt(again, OPEN + 5 * MINUTE)).toMatchObject({ reference: 1_100_000, since: OPEN + MINUTE });
  });

  test("equals that of a model that stores every trade", () => {
    const step = fc.record({
      wait: fc.oneof(fc.integer({ max: 3_000, min: 0 }), fc.integer({ max: 400_000, min: 0 })),
      price: fc.option(fc.integer({ min: 900_000, max: 1_100_000 })),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
        const state = newLuld(2, 1_000_000, OPEN, null);
        const trades: { at: number; price: number }[] = [];
        let now = OPEN;
        let reference = 1_000_000;
        let since = OPEN;
        for (const { wait, price } of steps) {
          now += wait;
          if (price !== null) {
            trades.push({ at: now, price });
            luldTrade(state, price, now);
          }
          const oldest = Math.floor(now / 5_000) - 59;
          const recent = trades.filter(({ at }) => Math.floor(at / 5_000) >= oldest);
          const mean = recent.reduce((sum, trade) => sum + trade.price, 0) / recent.length;
          if (now - since >= 30_000 && Math.abs(mean - reference) >= reference / 100) {
            reference = Math.round(mean);
            since = now;
          }
          expect(bandsAt(state, now)).toMatchObject({ reference, since });
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe("MK-13: the limit state", () => {
  const limited = (): LuldState => {
    const state = opened(1, 1_000_000);
    updateLimitState(state, 1_050_000, null, OPEN + MINUTE);
    return state;
  };

  test("begins when the best bid reaches the upper band or the best ask the lower, and ends when it leaves", () => {
    const state = opened(1, 1_000_000);
    expect(updateLimitState(state, 1_049_900, 1_050_000, OPEN)).toBe(false);
    expect(state.limitState).toBeNull();
    expect(updateLimitState(state, 1_050_000, null, OPEN + 1)).toBe(true);
    expect(updateLimitState(state, 1_050_000, 1_050_100, OPEN + 2)).toBe(false);
    expect(state.limitState).toEqual({ side: "upper", since: OPEN + 1 });
    expect(updateLimitState(state, 940_000, 950_000, OPEN + 3)).toBe(true);
    expect(state.limitState).toEqual({ side: "lower", since: OPEN + 3 });
    expect(updateLimitState(state, null, 950_100, OPEN + 4)).toBe(true);
    expect(state.limitState).toBeNull();
  });

  test("does not change the bands; they are updated when it ends", () => {
    const state = limited();
    for (let at = 0; at < 10; at++) luldTrade(state, 1_040_000, OPEN + MINUTE + at);
    const now = OPEN + MINUTE + 10 * SECOND;
    expect(bandsAt(state, now)).toMatchObject({ reference: 1_000_000 });
    updateLimitState(state, 1_049_900, null, now);
    expect(bandsAt(state, now)).toMatchObject({ reference: 1_040_000 });
  });

  test("of 15 seconds causes a pause of five minutes", () => {
    const state = limited();
    const begun = OPEN + MINUTE;
    expect(pauseDue(state, begun + 15 * SECOND - 1)).toBeNull();
    expect(luldDue(state)).toBe(begun + 15 * SECOND);
    expect(pauseDue(state, begun + 15 * SECOND)).toBe(begun + 15 * SECOND + 5 * MINUTE);
    updateLimitState(state, 1_000_000, null, begun + 16 * SECOND);
    expect(pauseDue(state, begun + 60 * MINUTE)).toBeNull();
  });

  test("in the last ten minutes causes a pause until the closing auction", () => {
    const state = newLuld(1, 1_000_000, OPEN, CLOSE);
    updateLimitState(state, null, 900_000, CLOSE - 10 * MINUTE - 15 * SECOND - 1);
    expect(pauseDue(state, CLOSE - 10 * MINUTE - 1)).toBe(CLOSE - 5 * MINUTE - 1);
    expect(pauseDue(state, CLOSE - 10 * MINUTE)).toBe(CLOSE);
  });
});

test("MK-12: a saved and loaded state continues exactly", () => {
  const state = opened(1, 1_000_000);
  luldTrade(state, 1_015_000, OPEN + SECOND);
  const loaded = JSON.parse(JSON.stringify(state)) as LuldState;
  for (const one of [state, loaded]) luldTrade(one, 1_020_000, OPEN + MINUTE);
  expect(bandsAt(loaded, OPEN + MINUTE)).toEqual(bandsAt(state, OPEN + MINUTE));
  expect(loaded).toEqual(state);
});
