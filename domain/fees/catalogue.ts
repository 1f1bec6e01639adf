/** The fee plans of the exchange, by name. An account keeps the plan itself in its journal, so a change here replays nothing. */
import type { Asset } from "../market/asset.ts";
import type { FeePlanName } from "./planNames.ts";
import { US_EQUITY_FEES } from "./regulatory.ts";
import { type FeeSchedule, ZERO_SCHEDULE } from "./schedule.ts";

/** A schedule for each class of assets. */
export interface FeePlan {
  readonly name: string;
  /** Raised with each change of a plan. An account that has an older version takes the newer one. */
  readonly version: number;
  readonly schedules: Readonly<Record<Asset["assetClass"], FeeSchedule>>;
}

/** Dollars, in 1/10,000 dollar. */
const THOUSAND = 10_000_000;
const MILLION = 1_000 * THOUSAND;

/**
 * Maker and taker rates by 30-day volume: those that Alpaca publishes for coins (alpaca.markets/support,
 * "crypto-maker-taker-gmt-faq", in force since 13 March 2023). No rate is a rebate.
 */
const TIERS: FeeSchedule["tiers"] = [
  { from: 0, maker: 1_500, taker: 2_500, auction: 1_500 },
  { from: 100 * THOUSAND, maker: 1_200, taker: 2_200, auction: 1_200 },
  { from: 500 * THOUSAND, maker: 1_000, taker: 2_000, auction: 1_000 },
  { from: MILLION, maker: 800, taker: 1_800, auction: 800 },
  { from: 10 * MILLION, maker: 500, taker: 1_500, auction: 500 },
  { from: 25 * MILLION, maker: 200, taker: 1_300, auction: 200 },
  { from: 50 * MILLION, maker: 200, taker: 1_200, auction: 200 },
  { from: 100 * MILLION, maker: 0, taker: 1_000, auction: 0 },
];

const MAKER_TAKER: FeeSchedule = { ...ZERO_SCHEDULE, name: "maker_taker", tiers: TIERS };
/** $0.005 a share, at least $1 and at most 1 % of the value: Interactive Brokers, Pro, fixed, as of October 2026. */
const PER_SHARE: FeeSchedule = {
  ...ZERO_SCHEDULE,
  name: "per_share",
  perShare: 5_000,
  minimum: 10_000,
  maximumRate: 10_000,
};

const passed = (schedule: FeeSchedule): FeeSchedule => ({ ...schedule, regulatory: US_EQUITY_FEES });

/**
 * The plans. `zero` charges nothing; `regulatory` passes on the fees of regulators for shares; `maker_taker` and
 * `per_share` charge as well, `per_share` for coins as `maker_taker`.
 */
export const FEE_PLANS: Readonly<Record<FeePlanName, FeePlan>> = {
  zero: { name: "zero", version: 1, schedules: { us_equity: ZERO_SCHEDULE, crypto: ZERO_SCHEDULE } },
  regulatory: {
    name: "regulatory",
    version: 2,
    schedules: { us_equity: passed({ ...ZERO_SCHEDULE, name: "regulatory" }), crypto: ZERO_SCHEDULE },
  },
  maker_taker: {
    name: "maker_taker",
    version: 2,
    schedules: { us_equity: passed(MAKER_TAKER), crypto: MAKER_TAKER },
  },
  per_share: { name: "per_share", version: 2, schedules: { us_equity: passed(PER_SHARE), crypto: MAKER_TAKER } },
};

/** The plan of a name; undefined when there is none. */
export function feePlanNamed(name: string): FeePlan | undefined {
  return Object.hasOwn(FEE_PLANS, name) ? FEE_PLANS[name as FeePlanName] : undefined;
}

/** True for a schedule that charges and pays nothing. */
export function chargesNothing(schedule: FeeSchedule): boolean {
  const { tiers, perShare, minimum, regulatory } = schedule;
  const free = tiers.every(({ maker, taker, auction }) => maker === 0 && taker === 0 && auction === 0);
  return free && perShare === 0 && minimum === 0 && regulatory.length === 0;
}
