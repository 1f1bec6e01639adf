/** What a bar of the chart spans: some trades, some seconds, or a timeframe of the exchange's bars. */
import { BarCalendar } from "../../../../../domain/market/bars/barCalendar.ts";
import { isOfDays, parseTimeframe, type Timeframe } from "../../../../../domain/market/bars/timeframe.ts";
import { DAY, HOUR, MINUTE } from "../../../../../domain/market/newYork.ts";

/** Bars of `ticks` and `seconds` are built from trades; all others are read from the exchange. */
export interface ChartTimeframe {
  /** What settings keep: `10Tick`, `5Sec`, or what the API calls it. */
  readonly id: string;
  readonly kind: "ticks" | "seconds" | "bars";
  readonly count: number;
  /** Of the exchange's bars only. */
  readonly frame: Timeframe | null;
}

const SECOND = 1_000;
const TICKS_MAX = 1_000;
const SECONDS_MAX = 59;
const MS = { minute: MINUTE, hour: HOUR, day: DAY, week: 7 * DAY, month: 30 * DAY } as const;

/** The timeframe of an id; null for any other text. */
export function chartTimeframe(id: string): ChartTimeframe | null {
  const [, digits = "", unit = ""] = /^([1-9]\d{0,3})(Tick|Sec)$/.exec(id) ?? [];
  const count = Number(digits);
  if (unit === "Tick" && count <= TICKS_MAX) return { id, kind: "ticks", count, frame: null };
  if (unit === "Sec" && count <= SECONDS_MAX) return { id, kind: "seconds", count, frame: null };
  const frame = parseTimeframe(id);
  return frame === null ? null : { id, kind: "bars", count: frame.count, frame };
}

/** The timeframes of the menu, by group. */
export const TIMEFRAME_GROUPS = {
  trades: ["1Tick", "10Tick", "100Tick"],
  seconds: ["1Sec", "5Sec", "15Sec", "30Sec"],
  minutes: ["1Min", "2Min", "3Min", "5Min", "10Min", "15Min", "30Min", "45Min"],
  hours: ["1Hour", "2Hour", "3Hour", "4Hour", "6Hour", "8Hour", "12Hour"],
  days: ["1Day", "3Day", "1Week", "1Month", "2Month", "3Month", "4Month", "6Month", "12Month"],
} as const;

/** Those that have a button of their own. */
export const FAVOURITES = ["1Min", "5Min", "15Min", "1Hour", "4Hour", "1Day", "1Week"] as const;

/** True for days, weeks and months, whose bars have a date and no time of day. */
export const isDaily = ({ frame }: ChartTimeframe): boolean => frame !== null && isOfDays(frame);

/** How long a bar lasts, about: months differ. Null for bars of trades. */
export function spanOf({ kind, count, frame }: ChartTimeframe): number | null {
  if (kind === "ticks") return null;
  return frame === null ? count * SECOND : count * MS[frame.unit];
}

/** Shares and coins have different trading days. A coin is quoted in dollars: `BTC/USD`. */
export const calendarOf = (symbol: string): BarCalendar =>
  new BarCalendar({ assetClass: symbol.includes("/") ? "crypto" : "us_equity" });

/** What bars are made of: the part of a trade that matters. */
export interface ChartTrade {
  /** Numbered from 1 on without a gap, by symbol. */
  readonly id: number;
  readonly at: number;
  readonly price: number;
  readonly size: number;
  /** Not made in regular hours: it is in no bar of days. */
  readonly extended: boolean;
}

/**
 * The key of the bar that a trade is in, which ascends: its beginning, or for bars of trades the number of the bar. Null
 * for a trade that no bar of this timeframe has.
 */
export function barKey(timeframe: ChartTimeframe, calendar: BarCalendar): (trade: ChartTrade) => number | null {
  const { kind, count, frame } = timeframe;
  if (kind === "ticks") return ({ id }) => Math.floor((id - 1) / count);
  if (frame === null) return ({ at }) => at - (at % (count * SECOND));
  if (isOfDays(frame)) return ({ at, extended }) => (extended ? null : calendar.barAt(frame, at));
  return ({ at }) => calendar.barAt(frame, at);
}
