/** Clocks and calendars of markets (`/v3`), as Alpaca's v4 client calls them. */
import * as z from "zod";
import { isoDay } from "./isoDay.ts";
import { date } from "./primitives.ts";

const words = z
  .string()
  .transform((text) => text.split(",").map((word) => word.trim().toUpperCase()))
  .meta({ type: "string", description: "comma-separated: NASDAQ, NYSE, ARCA, or their MICs; all when left out" });

const aTime = { error: "an RFC 3339 time" };

export const clocksQuery = z.strictObject({
  markets: words.optional(),
  time: z.iso
    .datetime({ offset: true, ...aTime })
    .transform((text) => Date.parse(text))
    .optional()
    .meta({ type: "string", format: "date-time", description: "the present time when left out" }),
});

const day = isoDay.meta({ type: "string", format: "date" });

export const marketCalendarQuery = z.strictObject({
  start: day.optional().meta({ type: "string", format: "date", description: "today when left out" }),
  end: day.optional().meta({ type: "string", format: "date", description: "30 days after start when left out" }),
  timezone: z
    .enum(["UTC"], { error: "UTC" })
    .optional()
    .meta({ description: "of the times in the answer; that of the market when left out" }),
});

const wireMarket = z
  .object({ acronym: z.string(), mic: z.string(), name: z.string(), timezone: z.string() })
  .meta({ id: "ListingMarket" });
export type WireMarket = Readonly<z.infer<typeof wireMarket>>;

const instant = z.iso.datetime({ offset: true });

export const wireClocks = z.object({
  clocks: z.array(
    z.object({
      market: wireMarket,
      timestamp: instant,
      is_market_day: z.boolean(),
      phase: z.enum(["closed", "pre", "core", "post"]),
      phase_until: instant,
      next_market_open: instant,
      next_market_close: instant,
    }),
  ),
});
export type WireClocks = Readonly<z.infer<typeof wireClocks>>;

export const wireMarketCalendar = z.object({
  market: wireMarket,
  calendar: z.array(
    z.object({
      date,
      pre_start: instant.optional(),
      pre_end: instant.optional(),
      core_start: instant,
      core_end: instant,
      post_start: instant.optional(),
      post_end: instant.optional(),
      settlement_date: date,
    }),
  ),
});
export type WireMarketCalendar = Readonly<z.infer<typeof wireMarketCalendar>>;
