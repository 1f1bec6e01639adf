/** Regions in which a user's data may have to stay. */

/** Where a user's data must stay; `world` is wherever the venue is. */
export const REGIONS = ["world", "eu"] as const;
export type Region = (typeof REGIONS)[number];
