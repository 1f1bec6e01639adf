/** Where bars come from that no trade of this exchange made. */
export const BAR_SOURCES = ["generated", "imported"] as const;
export type BarSource = (typeof BAR_SOURCES)[number];
