/** The length of a point in minutes; null: a trading day. */
export const TIMEFRAMES = { "1Min": 1, "5Min": 5, "15Min": 15, "1H": 60, "1D": null } as const;
export type Timeframe = keyof typeof TIMEFRAMES;

/** The hours of a day that have points: 9:30 to 16:00, 4:00 to 20:00 (half days earlier), or all from 20:00 to 20:00. */
export type Reporting = "market_hours" | "extended_hours" | "continuous";

/** D: trading days; W, M, A: weeks, months and years. */
export interface Period {
  readonly count: number;
  readonly unit: "D" | "W" | "M" | "A";
}
