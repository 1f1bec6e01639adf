/** The time axis: the user's own time zone, and dates of the market for bars of days. */
import {
  defaultHorzScaleBehavior,
  type IHorzScaleBehavior,
  type Mutable,
  TickMarkType,
  type Time,
  type TimeScalePoint,
} from "lightweight-charts";
import type { BarCalendar } from "../../../../../domain/market/bars/barCalendar.ts";
import { DAY } from "../../../../../domain/market/newYork.ts";
import type { ChartBar } from "../model/bars.ts";

const LOCALE = globalThis.navigator?.language ?? "en-US";
const SECOND = 1_000;
const MINUTE = 60 * SECOND;

/** How times of the axis are read: as local times, or as dates. */
export interface AxisTimes {
  readonly isDaily: boolean;
  readonly calendar: BarCalendar;
  readonly hasSeconds: boolean;
}

/** The time of a bar on the axis, in seconds: of a day its date at midnight of UTC. */
export function axisTime({ at }: Pick<ChartBar, "at">, { isDaily, calendar }: AxisTimes): Time {
  return (isDaily ? (calendar.dayOf(at) * DAY) / SECOND : at / SECOND) as Time;
}

type Weighted = new () => IHorzScaleBehavior<Time>;

/** The library marks days where they begin in UTC; this one where they begin for the user. */
export function timeAxis(times: () => AxisTimes): IHorzScaleBehavior<Time> {
  const Base: Weighted = defaultHorzScaleBehavior();
  return new (class extends Base {
    override fillWeightsForPoints(points: readonly Mutable<TimeScalePoint>[], start: number): void {
      if (times().isDaily) return super.fillWeightsForPoints(points, start);
      const first = Math.max(0, start - 1);
      const local = points.slice(first).map((point) => ({ ...point, time: this.#local(point) }));
      super.fillWeightsForPoints(local, start - first);
      for (const [nth, { timeWeight }] of local.entries()) {
        const point = points[first + nth];
        if (point !== undefined && first + nth >= start) point.timeWeight = timeWeight;
      }
    }

    /** A time whose parts in UTC are those of the user's clock. */
    #local({ time }: TimeScalePoint): TimeScalePoint["time"] {
      const seconds = Number(this.key(time));
      const offset = new Date(seconds * SECOND).getTimezoneOffset() * MINUTE;
      return this.convertHorzItemToInternal((seconds - offset / SECOND) as Time);
    }
  })();
}

const formats = new Map<string, Intl.DateTimeFormat>();

function format(time: Time, isDaily: boolean, key: string, options: Intl.DateTimeFormatOptions): string {
  const name = `${key}${isDaily}`;
  let known = formats.get(name);
  if (known === undefined) {
    known = new Intl.DateTimeFormat(LOCALE, isDaily ? { ...options, timeZone: "UTC" } : options);
    formats.set(name, known);
  }
  return known.format(Number(time) * SECOND);
}

const MARKS: Readonly<Record<TickMarkType, Intl.DateTimeFormatOptions>> = {
  [TickMarkType.Year]: { year: "numeric" },
  [TickMarkType.Month]: { month: "short" },
  [TickMarkType.DayOfMonth]: { day: "numeric" },
  [TickMarkType.Time]: { hour: "2-digit", minute: "2-digit", hourCycle: "h23" },
  [TickMarkType.TimeWithSeconds]: { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" },
};

/** The text of a mark of the axis. */
export const markText = (time: Time, type: TickMarkType, { isDaily }: AxisTimes): string =>
  format(time, isDaily, String(type), MARKS[type]);

const DATE: Intl.DateTimeFormatOptions = { weekday: "short", day: "numeric", month: "short", year: "numeric" };

/** The time of a bar as it is read out: date, and time of day where there is one. */
export function barTime(time: Time, { isDaily, hasSeconds }: AxisTimes): string {
  if (isDaily) return format(time, true, "date", DATE);
  const clock: Intl.DateTimeFormatOptions = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
  const seconds: Intl.DateTimeFormatOptions = hasSeconds ? { ...clock, second: "2-digit" } : clock;
  return format(time, false, `full${hasSeconds}`, { weekday: "short", day: "numeric", month: "short", ...seconds });
}
