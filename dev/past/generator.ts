/**
 * A past for a symbol of the demo: a year of days and a month of minutes, that end at the price with which its market
 * begins. Returns are log-normal with volatility that clusters, as in a GARCH(1,1) process.
 */
import { isHalfDay, isTradingDay } from "../../domain/market/calendar.ts";
import { DAY, HOUR, MINUTE, newYorkInstant } from "../../domain/market/newYork.ts";
import { type Instrument, tickSize } from "../../domain/market/instrument.ts";
import { tradingDayOf } from "../../domain/market/session.ts";
import { type Random, seededRandom } from "../makers/random.ts";

/** Days of which there is a bar, and days of which there are minutes: a year and a month by the calendar. */
const YEAR = 365;
const MONTH = 31;

/** Part of the variance of a day of shares that is in the gap before its opening. */
const GAP_SHARE = 0.25;
/** Weights of the process: of yesterday's return, and of yesterday's variance. */
const [SHOCK, MEMORY] = [0.08, 0.9];
/** Dollars traded a day. */
const TURNOVER = 60_000_000;
/** Shares of a trade. */
const TRADE_SIZE = 120;

/** Prices in 1/10,000 dollar, volume in shares or coins, the average in dollars, time in epoch milliseconds. */
export interface PastBar {
  readonly at: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
  readonly count: number;
  readonly average: number;
}

export interface Past {
  readonly days: readonly PastBar[];
  /** Those of the regular hours of the newest days. The bar of such a day is made of them. */
  readonly minutes: readonly PastBar[];
}

/** Minutes of a step on days of which only the bar of the day is kept. */
const COARSE = 15;

/** A step of the price: logarithms relative to the end of the past. */
interface Step {
  readonly at: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
}

/** The past of an instrument before the trading day of a time; the same for the same seed. */
export function pastOf(instrument: Instrument, seed: number, now: number): Past {
  const isShare = instrument.assetClass === "us_equity";
  const today = isShare ? tradingDayOf(now) : Math.floor(now / DAY);
  const all = Array.from({ length: YEAR }, (_, nth) => today - YEAR + nth).filter(
    (day) => !isShare || isTradingDay(day),
  );
  const random = seededRandom(seed, `past:${instrument.symbol}`);
  // From 18 to 45 % a year, coins twice as much.
  const usual = ((0.18 + 0.27 * random.next()) * (isShare ? 1 : 2)) ** 2 / (isShare ? 252 : 365);
  let [variance, level, before] = [usual, 0, 0];
  const paths = all.map((day) => {
    variance = usual * (1 - SHOCK - MEMORY) + SHOCK * before ** 2 + MEMORY * variance;
    const gap = isShare ? Math.sqrt(variance * GAP_SHARE) * random.normal() : 0;
    const step = day >= today - MONTH ? 1 : COARSE;
    const steps = pathOf({ day, isShare, step }, variance * (isShare ? 1 - GAP_SHARE : 1), level + gap, random);
    const end = steps.at(-1)?.close ?? level;
    before = end - level;
    level = end;
    return { day, steps };
  });
  const scaled = paths.map(({ day, steps }) => {
    return { day, minutes: steps.map((step) => barOf(instrument, step, level, usual, random)) };
  });
  return {
    days: scaled.map(({ day, minutes }) => joined(isShare ? newYorkInstant(day, 0) : day * DAY, minutes)),
    minutes: scaled.filter(({ day }) => day >= today - MONTH).flatMap(({ minutes }) => minutes),
  };
}

interface Day {
  readonly day: number;
  readonly isShare: boolean;
  /** Minutes of a step. */
  readonly step: number;
}

/** The steps of a day, from a level on. */
function pathOf({ day, isShare, step }: Day, variance: number, from: number, random: Random): Step[] {
  const begin = isShare ? newYorkInstant(day, 9.5 * HOUR) : day * DAY;
  const count = ((isShare ? (isHalfDay(day) ? 3.5 : 6.5) : 24) * HOUR) / (step * MINUTE);
  const activity = Array.from({ length: count }, (_, nth) => (isShare ? smile(nth / (count - 1)) : wave(nth / count)));
  const total = activity.reduce((sum, each) => sum + each, 0);
  // Days on which prices move much have much volume.
  const dayVolume = Math.exp(0.25 * random.normal()) * (isHalfDay(day) && isShare ? 0.5 : 1);
  let level = from;
  return activity.map((each, nth) => {
    const part = each / total;
    const sigma = Math.sqrt(variance * part);
    const open = level;
    level += sigma * random.normal();
    const [above, below] = [0.4 * sigma * Math.abs(random.normal()), 0.4 * sigma * Math.abs(random.normal())];
    const [high, low] = [Math.max(open, level) + above, Math.min(open, level) - below];
    const volume = dayVolume * part * Math.exp(0.5 * random.normal() - 0.125);
    return { at: begin + nth * step * MINUTE, open, high, low, close: level, volume: volume * Math.sqrt(variance) };
  });
}

/** Activity in the course of regular hours: most at the opening and the close. */
const smile = (part: number): number => 0.6 + 2.2 * (1 - part) ** 8 + 0.5 * (2 * part - 1) ** 2 + 1.2 * part ** 12;
/** Activity in the course of a day of coins. */
const wave = (part: number): number => 1 + 0.4 * Math.sin(2 * Math.PI * (part - 0.35));

function barOf(instrument: Instrument, step: Step, end: number, usual: number, random: Random): PastBar {
  const price = (level: number): number => {
    const exact = instrument.referencePrice * Math.exp(level - end);
    const tick = tickSize(instrument, exact);
    return Math.max(tick, Math.round(exact / tick) * tick);
  };
  const [open, high, low, close] = [price(step.open), price(step.high), price(step.low), price(step.close)];
  const dollars = (TURNOVER * step.volume) / Math.sqrt(usual);
  const volume = Math.max(1, Math.round((dollars * 10_000) / close));
  const count = Math.max(1, Math.min(volume, Math.round((volume / TRADE_SIZE) * (0.7 + 0.6 * random.next()))));
  return { at: step.at, open, high, low, close, volume, count, average: microsOf((open + high + low + close) / 4) };
}

/** The bar of a day, from those of its minutes. */
function joined(at: number, minutes: readonly PastBar[]): PastBar {
  const [first, last] = [minutes[0], minutes.at(-1)];
  if (first === undefined || last === undefined) throw new Error("a day has minutes");
  let [high, low, volume, count, turnover] = [0, Number.POSITIVE_INFINITY, 0, 0, 0];
  for (const bar of minutes) {
    high = Math.max(high, bar.high);
    low = Math.min(low, bar.low);
    volume += bar.volume;
    count += bar.count;
    turnover += bar.volume * bar.average;
  }
  const average = Math.round((turnover / volume) * 1_000_000) / 1_000_000;
  return { at, open: first.open, high, low, close: last.close, volume, count, average };
}

/** A price in 1/10,000 dollar as dollars with six decimals. */
const microsOf = (price: number): number => Math.round(price * 100) / 1_000_000;
