import * as z from "zod";
import { calendarQuery } from "../../../../protocol/wire/calendarQuery.ts";
import {
  clocksQuery,
  marketCalendarQuery,
  wireClocks,
  wireMarketCalendar,
} from "../../../../protocol/wire/marketClock.ts";
import { wireCalendarDay, wireClock } from "../../../../protocol/wire/assets.ts";
import type { Descriptions } from "../../operation.ts";
import type { ACCESS } from "./access.ts";

export const description: Descriptions<typeof ACCESS> = {
  "GET /v2/clock": { id: "getClock", summary: "The market's clock", responses: { 200: wireClock }, example: {} },
  "GET /v2/calendar": {
    id: "getCalendar",
    summary: "Trading days",
    query: calendarQuery,
    responses: { 200: z.array(wireCalendarDay) },
    example: { query: "start=2026-11-23&end=2026-11-27" },
  },
  "GET /v3/clock": {
    id: "getClocks",
    summary: "Clocks of the markets",
    description: "All markets here trade by one calendar. Overnight trading counts as `closed`.",
    query: clocksQuery,
    responses: { 200: wireClocks },
    example: { query: "markets=NASDAQ" },
  },
  "GET /v3/calendar/:market": {
    id: "getMarketCalendar",
    summary: "Trading days of a market",
    query: marketCalendarQuery,
    responses: { 200: wireMarketCalendar },
    example: { path: { market: "NASDAQ" }, query: "start=2026-11-23&end=2026-11-27" },
  },
};
