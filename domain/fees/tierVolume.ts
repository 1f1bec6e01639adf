/** The volume of an account that decides its fee tier: daily sums of the last 30 days before the trading day. */

export const VOLUME_DAYS = 30;

/** Pairs of trading day and value in 1/10,000 dollar, by ascending day. At most 31: this is also the saved form. */
export type TierVolume = readonly (readonly [day: number, value: number])[];

export const NO_VOLUME: TierVolume = [];

/**
 * Adds the value of a fill of a trading day, which is never before the newest day, and drops the days that no tier needs
 * any more. A sum stops at 2^53 - 1.
 */
export function addVolume(volume: TierVolume, day: number, value: number): TierVolume {
  const newest = volume.at(-1);
  if (newest !== undefined && newest[0] > day) throw new Error("volume of an earlier day");
  if (newest !== undefined && newest[0] === day) return volume.with(-1, [day, sum(newest[1], value)]);
  const kept = volume.filter(([of]) => of >= day - VOLUME_DAYS);
  return [...kept, [day, sum(0, value)]];
}

/** The volume for the tier of a trading day: of the 30 days before it, so that a tier holds for a whole day. */
export function tierVolumeOn(volume: TierVolume, day: number): number {
  return volume.reduce((total, [of, value]) => (of < day && of >= day - VOLUME_DAYS ? sum(total, value) : total), 0);
}

function sum(a: number, b: number): number {
  return Math.min(a + b, Number.MAX_SAFE_INTEGER);
}
