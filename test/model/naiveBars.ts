/**
 * Bars as one would make them by hand: all trades sorted, then grouped by the period that each is in. The clock of New York
 * comes from the time zone data of the platform.
 */
import type { Bar } from "../../domain/market/bars/bar.ts";
import type { TapeTrade } from "../../domain/market/bars/tapeTrade.ts";
import type { Timeframe } from "../../domain/market/bars/timeframe.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** The bars of a symbol's trades, oldest first. */
export function naiveBars(symbol: string, trades: readonly TapeTrade[], timeframe: Timeframe): Bar[] {
  const isDaily = !["minute", "hour"].includes(timeframe.unit);
  const clock = symbol.includes("/") ? UTC : NEW_YORK;
  const groups = new Map<number, TapeTrade[]>();
  for (const trade of trades) {
    if (isDaily && !trade.regular) continue;
    const start = startOf(clock, timeframe, trade.at);
    const group = groups.get(start);
    if (group === undefined) groups.set(start, [trade]);
    else group.push(trade);
  }
  return [...groups].sort(([one], [other]) => one - other).map(([at, group]) => naiveBar(at, group));
}

function naiveBar(at: number, group: readonly TapeTrade[]): Bar {
  const sorted = [...group].sort((one, other) => one.at - other.at || one.tradeId - other.tradeId);
  const [first, last] = [sorted[0], sorted.at(-1)];
  if (first === undefined || last === undefined) throw new Error("no trade, no bar");
  let [high, low, volume, turnover] = [0, Number.POSITIVE_INFINITY, 0n, 0n];
  for (const { price, qty } of sorted) {
    high = Math.max(high, price);
    low = Math.min(low, price);
    volume += BigInt(qty);
    turnover += BigInt(price) * BigInt(qty);
  }
  const ends = { open: first.price, high, low, close: last.price };
  return { at, ...ends, volume, turnover, count: sorted.length, firstAt: first.at, lastAt: last.at };
}

interface Clock {
  /** The wall clock at a time, as if it were UTC. */
  wall(at: number): number;
  /** When the wall clock shows this. */
  instant(wall: number): number;
  /** When a trading day begins, in wall clock before its midnight. */
  readonly before: number;
}

const UTC: Clock = { wall: (at) => at, instant: (wall) => wall, before: 0 };

const offsets = new Map<number, number>();
const format = new Intl.DateTimeFormat("en-US", { timeZone: "America/New_York", timeZoneName: "longOffset" });

/** The offset of New York, which changes with the beginning of an hour. */
function offsetAt(at: number): number {
  const hour = Math.floor(at / HOUR);
  let offset = offsets.get(hour);
  if (offset === undefined) {
    const name = format.formatToParts(hour * HOUR).find(({ type }) => type === "timeZoneName")?.value ?? "";
    offsets.set(hour, (offset = Number(/GMT([+-]\d+)/.exec(name)?.[1] ?? 0) * HOUR));
  }
  return offset;
}

const NEW_YORK: Clock = {
  wall: (at) => at + offsetAt(at),
  instant: (wall) => {
    const found = [4, 5].map((hours) => wall + hours * HOUR).find((at) => at + offsetAt(at) === wall);
    if (found === undefined) throw new Error("no clock in New York shows this");
    return found;
  },
  before: 4 * HOUR,
};

function startOf(clock: Clock, { unit, count }: Timeframe, at: number): number {
  const wall = clock.wall(at);
  const day = Math.floor((wall + clock.before) / DAY);
  if (unit === "minute" || unit === "hour") {
    const midnight = clock.instant(Math.floor(wall / DAY) * DAY);
    const size = count * (unit === "hour" ? HOUR : MINUTE);
    const start = midnight + Math.floor((at - midnight) / size) * size;
    return Math.max(start, clock.instant(day * DAY - clock.before));
  }
  return clock.instant(firstDay(unit, count, day) * DAY);
}

function firstDay(unit: "day" | "week" | "month", count: number, day: number): number {
  if (unit === "day") return Math.floor(day / count) * count;
  const date = new Date(day * DAY);
  if (unit === "week") return day - ((date.getUTCDay() + 6) % 7);
  const month = Math.floor(date.getUTCMonth() / count) * count;
  return Date.UTC(date.getUTCFullYear(), month, 1) / DAY;
}
