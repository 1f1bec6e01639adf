/** Regions in which a user's data may have to stay. */

/** Where a user's data must stay; `world` is anywhere. */
export const REGIONS = ["world", "eu"] as const;
export type Region = (typeof REGIONS)[number];
