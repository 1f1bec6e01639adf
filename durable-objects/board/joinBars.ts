import type { WireLatestBars } from "../../protocol/wire/bars.ts";

type Joined = { readonly bars: WireLatestBars; readonly whole: boolean };

/**
 * The newest bars of a symbol: those of the tape of the newest month, and what that month does not have by those before.
 * They are whole when the daily bar before the newest is known, or known not to exist. `before`: null when not known.
 */
export function joinBars(told: WireLatestBars, before: WireLatestBars | null): Joined {
  if (told.prevDailyBar !== undefined) return { bars: told, whole: true };
  if (before === null) return { bars: told, whole: false };
  const { dailyBar = before.dailyBar } = told;
  const isNewDay = before.dailyBar !== undefined && dailyBar !== undefined && before.dailyBar.t < dailyBar.t;
  const prevDailyBar = isNewDay ? before.dailyBar : before.prevDailyBar;
  return { bars: withDays(told, dailyBar, prevDailyBar), whole: true };
}

/** Bars that were read of all tapes, unless a book has told later ones since: these lack only the day before. */
export function learnedBars(read: WireLatestBars, told: WireLatestBars | null): WireLatestBars {
  if (told?.minuteBar === undefined || !isLater(told.minuteBar, read.minuteBar)) return read;
  return joinBars(told, read).bars;
}

type MinuteBar = NonNullable<WireLatestBars["minuteBar"]>;

function isLater(bar: MinuteBar, other: MinuteBar | undefined): boolean {
  return other === undefined || bar.t > other.t || (bar.t === other.t && bar.n > other.n);
}

function withDays(
  { symbol, minuteBar }: WireLatestBars,
  dailyBar: WireLatestBars["dailyBar"],
  prevDailyBar: WireLatestBars["dailyBar"],
): WireLatestBars {
  return {
    symbol,
    ...(minuteBar === undefined ? {} : { minuteBar }),
    ...(dailyBar === undefined ? {} : { dailyBar }),
    ...(prevDailyBar === undefined ? {} : { prevDailyBar }),
  };
}
