/** The hours of the market that the bars of a share are in. */
import { closeOf, openOf } from "../../../../../domain/market/auctionTimes.ts";
import { isTradingDay } from "../../../../../domain/market/calendar.ts";
import { newYorkDay } from "../../../../../domain/market/newYork.ts";
import type { ChartBar } from "./bars.ts";

export type Hours = "pre" | "regular" | "post" | "overnight";

const HOUR = 3_600_000;
const PRE = 5.5 * HOUR;
const POST = 4 * HOUR;

/** The hours that a time is in: overnight is whatever is neither of a trading day nor around it. */
export function hoursAt(at: number): Hours {
  const day = newYorkDay(at);
  if (!isTradingDay(day)) return "overnight";
  const [open, close] = [openOf(day), closeOf(day)];
  if (at >= open && at < close) return "regular";
  if (at < open) return at >= open - PRE ? "pre" : "overnight";
  return at < close + POST ? "post" : "overnight";
}

/** Bars that follow one another and are outside of regular hours. */
export interface Shade {
  readonly from: number;
  readonly to: number;
  readonly hours: Hours;
}

/** The runs of bars outside of regular hours, by the places of their first and last bar. */
export function shadesOf(bars: readonly Pick<ChartBar, "at">[]): Shade[] {
  const shades: { from: number; to: number; hours: Hours }[] = [];
  for (const [nth, { at }] of bars.entries()) {
    const hours = hoursAt(at);
    const last = shades.at(-1);
    if (hours === "regular") continue;
    if (last?.hours === hours && last.to === nth - 1) last.to = nth;
    else shades.push({ from: nth, to: nth, hours });
  }
  return shades;
}
