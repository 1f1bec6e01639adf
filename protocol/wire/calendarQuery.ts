/** Queries of the clock and the calendar. */
import * as z from "zod";
import { isoDay } from "./isoDay.ts";

export const calendarQuery = z.object({
  start: isoDay.nullable().default(null),
  end: isoDay.nullable().default(null),
  date_type: z.enum(["TRADING", "SETTLEMENT"], { error: "TRADING or SETTLEMENT" }).default("TRADING"),
});

export type CalendarQuery = z.output<typeof calendarQuery>;
