/** Times in the user's own time zone, and days of the market in New York's. */

const LOCALE = globalThis.navigator?.language ?? "en-US";

/** A day of 24 hours, as charts and tapes have it everywhere: all columns of times have one width. */
const HOURS = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" } as const;
const CLOCK = new Intl.DateTimeFormat(LOCALE, { ...HOURS, second: "2-digit" });
const SHORT = new Intl.DateTimeFormat(LOCALE, HOURS);
const DAY_AND_TIME = new Intl.DateTimeFormat(LOCALE, { month: "short", day: "numeric", ...HOURS });
const DAY = new Intl.DateTimeFormat(LOCALE, { year: "numeric", month: "short", day: "numeric" });
const FULL = new Intl.DateTimeFormat(LOCALE, { dateStyle: "medium", timeStyle: "medium", hourCycle: "h23" });

type Time = string | number | Date | null | undefined;

const format = (formatter: Intl.DateTimeFormat, time: Time): string => {
  const date = new Date(time ?? Number.NaN);
  return Number.isNaN(date.getTime()) ? "–" : formatter.format(date);
};

/** Hours, minutes and seconds. */
export const clock = (time: Time): string => format(CLOCK, time);
/** Hours and minutes. */
export const shortClock = (time: Time): string => format(SHORT, time);
export const day = (time: Time): string => format(DAY, time);
/** Day of the year, hours and minutes. */
export const dayAndTime = (time: Time): string => format(DAY_AND_TIME, time);
/** Day and time. */
export const fullTime = (time: Time): string => format(FULL, time);
/** The time alone when it is of today, otherwise the day. */
export const recent = (time: Time): string =>
  new Date(time ?? 0).toDateString() === new Date().toDateString() ? clock(time) : day(time);
