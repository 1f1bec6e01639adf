/** The asset, clock and calendar objects. */
import * as z from "zod";
import { date, decimal, uuid } from "./primitives.ts";

export const wireAsset = z
  .object({
    id: uuid,
    class: z.enum(["us_equity", "crypto"]),
    exchange: z.string(),
    symbol: z.string(),
    name: z.string(),
    status: z.enum(["active", "inactive"]),
    tradable: z.boolean(),
    marginable: z.boolean(),
    maintenance_margin_requirement: z.number(),
    margin_requirement_long: decimal,
    margin_requirement_short: decimal,
    shortable: z.boolean(),
    easy_to_borrow: z.boolean(),
    borrow_status: z.literal("hard_to_borrow"),
    fractionable: z.boolean(),
    attributes: z.array(z.string()).readonly(),
    cusip: z.null(),
    min_order_size: decimal,
    min_trade_increment: decimal,
    price_increment: decimal,
  })
  .meta({ id: "Asset" });
export type WireAsset = Readonly<z.infer<typeof wireAsset>>;

const newYorkTime = z.iso.datetime({ offset: true });

export const wireClock = z
  .object({ timestamp: newYorkTime, is_open: z.boolean(), next_open: newYorkTime, next_close: newYorkTime })
  .meta({ id: "Clock" });
export type WireClock = Readonly<z.infer<typeof wireClock>>;

const regular = z
  .string()
  .regex(/^\d\d:\d\d$/)
  .meta({ description: "regular hours in New York" });
const session = z
  .string()
  .regex(/^\d{4}$/)
  .meta({ description: "with extended hours" });

export const wireCalendarDay = z
  .object({
    date,
    open: regular,
    close: regular,
    session_open: session,
    session_close: session,
    settlement_date: date,
  })
  .meta({ id: "CalendarDay" });
export type WireCalendarDay = Readonly<z.infer<typeof wireCalendarDay>>;
