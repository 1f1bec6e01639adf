/**
 * Fee schedules as data. Rates of value are in hundredths of a basis point (1/1,000,000 of the value), fees per share in
 * 1/1,000,000 dollar, amounts in 1/10,000 dollar. A negative rate is a rebate.
 */
import type { RegulatoryFee } from "./regulatory.ts";

export type Liquidity = "maker" | "taker" | "auction";

/** Rates for accounts whose 30-day volume is at least `from`. */
export interface FeeTier {
  readonly from: number;
  readonly maker: number;
  readonly taker: number;
  readonly auction: number;
}

export interface FeeSchedule {
  readonly name: string;
  /** By ascending volume; the first is from 0. */
  readonly tiers: readonly FeeTier[];
  readonly perShare: number;
  /** Least and most of the exchange's fees of an order that traded; rebates do not count. Null: no maximum. */
  readonly minimum: number;
  readonly maximum: number | null;
  /** Most of the exchange's fees of an order, of its traded value. Prevails over the minimum, as `maximum` does. */
  readonly maximumRate: number | null;
  readonly regulatory: readonly RegulatoryFee[];
}

/** No fee at all: the default. */
export const ZERO_SCHEDULE: FeeSchedule = {
  name: "zero",
  tiers: [{ from: 0, maker: 0, taker: 0, auction: 0 }],
  perShare: 0,
  minimum: 0,
  maximum: null,
  maximumRate: null,
  regulatory: [],
};

/** Highest rate of value: 10 %. */
export const FEE_RATE_MAX = 100_000;
/** Highest fee per share: $10. */
export const PER_SHARE_MAX = 10_000_000;
/** Highest minimum or maximum of an order, and highest cap of a regulatory fee: $10,000. */
export const FEE_AMOUNT_MAX = 100_000_000;
export const TIERS_MAX = 20;
export const REGULATORY_FEES_MAX = 10;

/** Why a schedule is refused, with the place: an index of `tiers` or `regulatory`, or a code. */
export type ScheduleRefusal =
  | { readonly reason: "fee_name" }
  | { readonly reason: "fee_tiers_count"; readonly most: number }
  | { readonly reason: "fee_tier_order"; readonly tier: number }
  | { readonly reason: "fee_rate"; readonly tier: number; readonly most: number }
  /** The rebate of one side is higher than the lowest fee of the other, so the house would pay for trades. */
  | { readonly reason: "fee_rebate"; readonly rebate: number; readonly fee: number }
  | { readonly reason: "fee_amount"; readonly field: "perShare" | "minimum" | "maximum" | "maximumRate" }
  | { readonly reason: "fee_minimum_above_maximum"; readonly minimum: number; readonly maximum: number }
  | { readonly reason: "fee_regulatory_count"; readonly most: number }
  | { readonly reason: "fee_regulatory_code"; readonly index: number }
  /** The effective dates do not ascend. */
  | { readonly reason: "fee_regulatory_dates"; readonly code: string; readonly index: number }
  | { readonly reason: "fee_regulatory_rate"; readonly code: string; readonly index: number };

/** Why a schedule cannot be used, or null. The types hold; numbers, order and sizes are checked here. */
export function refuseSchedule(schedule: FeeSchedule): ScheduleRefusal | null {
  if (!/^[a-z][a-z0-9_-]{0,39}$/.test(schedule.name)) return { reason: "fee_name" };
  return refuseTiers(schedule.tiers) ?? refuseAmounts(schedule) ?? refuseRegulatory(schedule.regulatory);
}

/** The tier of a 30-day volume. */
export function tierOf(schedule: FeeSchedule, volume: number): FeeTier {
  const tier = schedule.tiers.findLast(({ from }) => volume >= from);
  if (tier === undefined) throw new Error(`schedule ${schedule.name} has no tier from 0`);
  return tier;
}

function refuseTiers(tiers: readonly FeeTier[]): ScheduleRefusal | null {
  if (tiers.length === 0 || tiers.length > TIERS_MAX) return { reason: "fee_tiers_count", most: TIERS_MAX };
  let before = -1;
  for (const [tier, { from, maker, taker, auction }] of tiers.entries()) {
    if (!isAmount(from, Number.MAX_SAFE_INTEGER) || from <= before || (tier === 0 && from !== 0)) {
      return { reason: "fee_tier_order", tier };
    }
    before = from;
    if (![maker, taker, auction].every((rate) => isAmount(Math.abs(rate), FEE_RATE_MAX))) {
      return { reason: "fee_rate", tier, most: FEE_RATE_MAX };
    }
  }
  // The two sides of a trade may be of different tiers.
  const maker = Math.min(...tiers.map((tier) => tier.maker));
  const taker = Math.min(...tiers.map((tier) => tier.taker));
  const auction = Math.min(...tiers.map((tier) => tier.auction));
  if (maker + taker < 0) {
    return { reason: "fee_rebate", rebate: Math.min(maker, taker), fee: Math.max(maker, taker) };
  }
  return auction < 0 ? { reason: "fee_rebate", rebate: auction, fee: auction } : null;
}

function refuseAmounts({ perShare, minimum, maximum, maximumRate }: FeeSchedule): ScheduleRefusal | null {
  if (!isAmount(perShare, PER_SHARE_MAX)) return { reason: "fee_amount", field: "perShare" };
  if (!isAmount(minimum, FEE_AMOUNT_MAX)) return { reason: "fee_amount", field: "minimum" };
  if (!isAmount(maximum ?? 0, FEE_AMOUNT_MAX)) return { reason: "fee_amount", field: "maximum" };
  if (!isAmount(maximumRate ?? 0, FEE_RATE_MAX)) return { reason: "fee_amount", field: "maximumRate" };
  if (maximum !== null && minimum > maximum) return { reason: "fee_minimum_above_maximum", minimum, maximum };
  return null;
}

function refuseRegulatory(fees: readonly RegulatoryFee[]): ScheduleRefusal | null {
  if (fees.length > REGULATORY_FEES_MAX) return { reason: "fee_regulatory_count", most: REGULATORY_FEES_MAX };
  const codes = new Set<string>();
  for (const [index, { code, rates }] of fees.entries()) {
    if (!/^[a-z][a-z0-9_]{0,19}$/.test(code) || codes.has(code)) return { reason: "fee_regulatory_code", index };
    codes.add(code);
    let before = -Infinity;
    for (const [at, { from, rate, cap }] of rates.entries()) {
      if (!Number.isSafeInteger(from) || from <= before) return { reason: "fee_regulatory_dates", code, index: at };
      before = from;
      if (!isAmount(rate, PER_SHARE_MAX) || !isAmount(cap ?? 0, FEE_AMOUNT_MAX)) {
        return { reason: "fee_regulatory_rate", code, index: at };
      }
    }
  }
  return null;
}

function isAmount(value: number, most: number): boolean {
  return Number.isSafeInteger(value) && value >= 0 && value <= most;
}
