import { DAY, HOUR, MINUTE } from "../newYork.ts";

/** The period of a bar. */
export interface Timeframe {
  readonly unit: "minute" | "hour" | "day" | "week" | "month";
  readonly count: number;
}

interface Unit {
  readonly unit: Timeframe["unit"];
  readonly names: readonly string[];
  accepts(count: number): boolean;
}

const MONTH_COUNTS = new Set([1, 2, 3, 4, 6, 12]);
const UNITS: readonly Unit[] = [
  { unit: "minute", names: ["min", "t"], accepts: (count) => count <= 59 },
  { unit: "hour", names: ["hour", "h"], accepts: (count) => count <= 23 },
  // Alpaca has no bars of three days, but ccxt asks for them.
  { unit: "day", names: ["day", "d"], accepts: (count) => count === 1 || count === 3 },
  { unit: "week", names: ["week", "w"], accepts: (count) => count === 1 },
  { unit: "month", names: ["month"], accepts: (count) => MONTH_COUNTS.has(count) },
];

/**
 * The timeframe of a text: `1Min` to `59Min` or `T`, `1Hour` to `23Hour` or `H`, `1Day`, `3Day` or `D`, `1Week` or `W`,
 * and 1, 2, 3, 4, 6 or 12 `Month` or `M`. Upper and lower case are equal, but a month is no small `m`. Null for any other
 * text.
 */
export function parseTimeframe(text: string): Timeframe | null {
  const [, digits = "", letters = ""] = /^([1-9]\d?)([A-Za-z]+)$/.exec(text) ?? [];
  const name = letters === "M" ? "month" : letters.toLowerCase();
  const count = Number(digits);
  const found = UNITS.find(({ names }) => names.includes(name));
  return found?.accepts(count) === true ? { unit: found.unit, count } : null;
}

/** Whether bars of this timeframe are made of daily bars, which have regular hours only. */
export function isOfDays({ unit }: Timeframe): boolean {
  return unit === "day" || unit === "week" || unit === "month";
}

/** No bar of this timeframe is longer, milliseconds. */
export function longestPeriod({ unit, count }: Timeframe): number {
  if (unit === "minute") return count * MINUTE;
  if (unit === "hour") return count * HOUR;
  const days = { day: 1, week: 7, month: 31 }[unit];
  // Daylight saving time makes a day of 25 hours.
  return count * days * DAY + HOUR;
}
