import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { US_EQUITY_FEES } from "./regulatory.ts";
import { type FeeSchedule, type FeeTier, FEE_RATE_MAX, refuseSchedule, ZERO_SCHEDULE } from "./schedule.ts";
import { addVolume, NO_VOLUME, tierVolumeOn, VOLUME_DAYS, type TierVolume } from "./tierVolume.ts";

const tier = (from: number, maker = 0, taker = 0, auction = 0): FeeTier => ({ from, maker, taker, auction });
const SEC = US_EQUITY_FEES[0] ?? { code: "sec", sides: "sell" as const, basis: "value" as const, rates: [] };
const rate = (from: number, of = 1) => ({ from, rate: of, cap: null, source: "" });

describe("PF-40: a schedule is refused with the reason and the place", () => {
  test.each<[string, Partial<FeeSchedule>, object]>([
    ["a name with spaces", { name: "my fees" }, { reason: "fee_name" }],
    ["no tier", { tiers: [] }, { reason: "fee_tiers_count" }],
    ["21 tiers", { tiers: Array.from({ length: 21 }, (_, at) => tier(at)) }, { reason: "fee_tiers_count", most: 20 }],
    ["no tier from 0", { tiers: [tier(1)] }, { reason: "fee_tier_order", tier: 0 }],
    ["tiers that do not ascend", { tiers: [tier(0), tier(5), tier(5)] }, { reason: "fee_tier_order", tier: 2 }],
    ["a volume that is no integer", { tiers: [tier(0), tier(1.5)] }, { reason: "fee_tier_order", tier: 1 }],
    ["more than 10 %", { tiers: [tier(0, 0, FEE_RATE_MAX + 1)] }, { reason: "fee_rate", tier: 0, most: FEE_RATE_MAX }],
    ["half a rate", { tiers: [tier(0), tier(1, 0.5)] }, { reason: "fee_rate", tier: 1 }],
    ["a rebate above the fee", { tiers: [tier(0, -31, 30)] }, { reason: "fee_rebate", rebate: -31, fee: 30 }],
    ["a rebate above another tier's fee", { tiers: [tier(0, -30, 30), tier(1, 0, 20)] }, { reason: "fee_rebate" }],
    ["a rebate in auctions", { tiers: [tier(0, 0, 0, -1)] }, { reason: "fee_rebate", rebate: -1 }],
    ["a negative fee a share", { perShare: -1 }, { reason: "fee_amount", field: "perShare" }],
    ["a fee a share that is no number", { perShare: Number.NaN }, { reason: "fee_amount", field: "perShare" }],
    ["a negative minimum", { minimum: -1 }, { reason: "fee_amount", field: "minimum" }],
    ["an infinite maximum", { maximum: Infinity }, { reason: "fee_amount", field: "maximum" }],
    ["a maximum above 10 %", { maximumRate: FEE_RATE_MAX + 1 }, { reason: "fee_amount", field: "maximumRate" }],
    ["minimum above maximum", { minimum: 2, maximum: 1 }, { reason: "fee_minimum_above_maximum", minimum: 2 }],
    ["a code twice", { regulatory: [SEC, SEC] }, { reason: "fee_regulatory_code", index: 1 }],
    ["a code in capitals", { regulatory: [{ ...SEC, code: "SEC" }] }, { reason: "fee_regulatory_code", index: 0 }],
    ["11 fees", { regulatory: Array.from({ length: 11 }, () => SEC) }, { reason: "fee_regulatory_count", most: 10 }],
    [
      "dates that do not ascend",
      { regulatory: [{ ...SEC, rates: [rate(2), rate(2)] }] },
      { reason: "fee_regulatory_dates", code: "sec", index: 1 },
    ],
    [
      "a negative rate",
      { regulatory: [{ ...SEC, rates: [rate(2, -1)] }] },
      { reason: "fee_regulatory_rate", code: "sec", index: 0 },
    ],
  ])("%s", (_, fields, refusal) => {
    expect(refuseSchedule({ ...ZERO_SCHEDULE, ...fields })).toMatchObject(refusal);
  });

  test("what is used is taken", () => {
    expect(refuseSchedule(ZERO_SCHEDULE)).toBeNull();
    expect(refuseSchedule({ ...ZERO_SCHEDULE, regulatory: US_EQUITY_FEES })).toBeNull();
    expect(refuseSchedule({ ...ZERO_SCHEDULE, tiers: [tier(0, 30, -30)] })).toBeNull();
  });
});

describe("PF-46: 30-day volume", () => {
  test("is that of the 30 days before, and is compact", () => {
    let volume: TierVolume = NO_VOLUME;
    for (let day = 1; day <= 100; day++) {
      volume = addVolume(volume, day, 5);
      volume = addVolume(volume, day, 5);
    }
    expect(volume).toHaveLength(VOLUME_DAYS + 1);
    expect(tierVolumeOn(volume, 100)).toBe(300);
    expect(tierVolumeOn(volume, 101)).toBe(300);
    expect(tierVolumeOn(volume, 130)).toBe(10);
    expect(tierVolumeOn(volume, 131)).toBe(0);
    expect(() => addVolume(volume, 99, 1)).toThrow("earlier day");
  });

  test("stops at the largest exact integer", () => {
    const volume = addVolume(addVolume(NO_VOLUME, 1, Number.MAX_SAFE_INTEGER), 1, 5);
    expect(tierVolumeOn(addVolume(volume, 2, 7), 3)).toBe(Number.MAX_SAFE_INTEGER);
  });

  test("is the sum over all fills of the window", () => {
    const fills = fc.array(fc.tuple(fc.integer({ min: 0, max: 120 }), fc.integer({ min: 0, max: 1000 })));
    fc.assert(
      fc.property(fills, fc.integer({ min: 0, max: 60 }), (all, later) => {
        const ordered = all.toSorted(([a], [b]) => a - b);
        const volume = ordered.reduce((sum, [day, value]) => addVolume(sum, day, value), NO_VOLUME);
        const on = (ordered.at(-1)?.[0] ?? 0) + later;
        const window = ordered.filter(([day]) => day >= on - 30 && day <= on - 1);
        expect(tierVolumeOn(volume, on)).toBe(window.reduce((sum, [, value]) => sum + value, 0));
      }),
    );
  });
});
