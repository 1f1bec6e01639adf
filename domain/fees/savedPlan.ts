/** The saved form of a fee plan, for journals and snapshots: numbers without names. Sources of rates are left out. */
import type { FeePlan } from "./catalogue.ts";
import type { RegulatoryFee } from "./regulatory.ts";
import type { FeeSchedule } from "./schedule.ts";

type SavedRegulatory = readonly [
  code: string,
  sides: RegulatoryFee["sides"],
  basis: RegulatoryFee["basis"],
  ...rates: (readonly [from: number, rate: number, cap: number | null])[],
];

type SavedSchedule = readonly [
  name: string,
  tiers: readonly (readonly [from: number, maker: number, taker: number, auction: number])[],
  perShare: number,
  minimum: number,
  maximum: number | null,
  maximumRate: number | null,
  ...regulatory: SavedRegulatory[],
];

export type SavedFeePlan = readonly [name: string, version: number, shares: SavedSchedule, coins: SavedSchedule];

export function saveFeePlan({ name, version, schedules }: FeePlan): SavedFeePlan {
  return [name, version, saveSchedule(schedules.us_equity), saveSchedule(schedules.crypto)];
}

export function loadFeePlan([name, version, shares, coins]: SavedFeePlan): FeePlan {
  return { name, version, schedules: { us_equity: loadSchedule(shares), crypto: loadSchedule(coins) } };
}

function saveSchedule(schedule: FeeSchedule): SavedSchedule {
  const { name, tiers, perShare, minimum, maximum, maximumRate, regulatory } = schedule;
  return [
    name,
    tiers.map(({ from, maker, taker, auction }) => [from, maker, taker, auction] as const),
    perShare,
    minimum,
    maximum,
    maximumRate,
    ...regulatory.map(saveRegulatory),
  ];
}

function saveRegulatory({ code, sides, basis, rates }: RegulatoryFee): SavedRegulatory {
  return [code, sides, basis, ...rates.map(({ from, rate, cap }) => [from, rate, cap] as const)];
}

function loadSchedule(saved: SavedSchedule): FeeSchedule {
  const [name, tiers, perShare, minimum, maximum, maximumRate, ...regulatory] = saved;
  return {
    name,
    tiers: tiers.map(([from, maker, taker, auction]) => ({ from, maker, taker, auction })),
    perShare,
    minimum,
    maximum,
    maximumRate,
    regulatory: regulatory.map(([code, sides, basis, ...rates]) => ({
      code,
      sides,
      basis,
      rates: rates.map(([from, rate, cap]) => ({ from, rate, cap })),
    })),
  };
}
