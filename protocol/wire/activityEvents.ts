/** Activities as events: what a subscriber of them asks for, and what an event has. */
import * as z from "zod";
import { date, decimal, time, uuid } from "./primitives.ts";
import { instant } from "./query.ts";

const id = z.string().max(100, { error: "the id of an event" }).nullable().default(null);

/** Without `since` and `since_id` events begin with the next activity. */
export const activityEventsQuery = z.strictObject({
  since: instant
    .nullable()
    .default(null)
    .meta({ type: "string", description: "from this time on; without a zone UTC" }),
  until: instant.nullable().default(null).meta({ type: "string", description: "earlier than; only with `since`" }),
  since_id: id.meta({ description: "later than the event with this id; not with `since`" }),
  until_id: id.meta({ description: "through the event with this id; only with `since_id`" }),
});

/** The header by which a browser continues a stream. */
export const lastEventId = z
  .string()
  .max(100)
  .optional()
  .meta({ description: "takes precedence over `since` and `since_id`" });

/** The details of an execution. */
const execution = z.object({
  asset_id: uuid,
  symbol: z.string(),
  side: z.enum(["buy", "sell"]),
  order_id: uuid,
  order_status: z.string(),
  cum_qty: decimal,
  leaves_qty: decimal,
  execution_type: z.literal("fill"),
});

/** The details of any other activity. */
const booking = z.object({
  system_date: date,
  symbol: z.string().optional(),
  per_share_amount: decimal.optional(),
  description: z.string(),
});

export const wireActivityEvent = z
  .object({
    event_id: z
      .string()
      .meta({ description: "the id of the activity; ids of an account sort as text in their sequence" }),
    at: time.meta({ description: "when the account recorded it" }),
    activity_type: z.string(),
    ref_id: z.string(),
    status: z.literal("executed"),
    currency: z.literal("USD"),
    executed_at: time,
    settle_date: date,
    net_amount: decimal.meta({ description: "cash that entered; below zero: that left" }),
    price: decimal.optional(),
    qty: decimal.optional(),
    details: z.union([execution, booking]),
  })
  .meta({ id: "ActivityEvent" });
export type WireActivityEvent = Readonly<z.infer<typeof wireActivityEvent>>;
