/** Queries of the auditors' endpoints. */
import * as z from "zod";
import { readInstant } from "./instant.ts";
import { uuid } from "./primitives.ts";
import { rowLimit } from "./users.ts";

/** The most events of a shard in one call: some 3 MB from the database, and 0.2 s of the shard's time. */
const EVENTS_MAX = 5_000;
const EVENTS_DEFAULT = 2_000;

/** Cursors of the previous answer: `shard.sequence` for each shard that is not at its end. */
const next = z
  .string()
  .regex(/^\d{1,5}\.\d{1,16}(?:,\d{1,5}\.\d{1,16}){0,255}$/, { error: "the `next` of an earlier answer" })
  .transform((text) =>
    text.split(",").map((place) => {
      const [shard = "", after = ""] = place.split(".");
      return { shard: Number(shard), after: Number(after) };
    }),
  );

/** Query of GET /v1/audit/verify. */
export const verifyQuery = z.object({
  next: next.nullable().default(null).meta({ description: "`next` of the previous answer" }),
  limit: z
    .string()
    .regex(/^\d{1,6}$/, { error: `1 to ${EVENTS_MAX}` })
    .transform(Number)
    .refine((limit) => limit >= 1 && limit <= EVENTS_MAX, { error: `1 to ${EVENTS_MAX}` })
    .default(EVENTS_DEFAULT)
    .meta({ type: "integer", minimum: 1, maximum: EVENTS_MAX, description: "events of each shard" }),
});

/** The text of `next` for these cursors; null when every shard is at its end. */
export function nextText(places: readonly { readonly shard: number; readonly next: number | null }[]): string | null {
  const open = places.filter((place) => place.next !== null);
  return open.length === 0 ? null : open.map(({ shard, next: after }) => `${shard}.${after}`).join(",");
}

const MICROS = 1_000;
const timeText = "a date, or a time of RFC 3339";
/** Epoch milliseconds of a point in time. */
const instant = z
  .string()
  .max(40, { error: timeText })
  .refine((text) => readInstant(text) !== null, { error: timeText })
  .transform((text) => Math.floor((readInstant(text)?.micros ?? 0) / MICROS))
  .nullable()
  .default(null);
const id = uuid
  .transform((text) => text.toLowerCase())
  .nullable()
  .default(null);

/** The longest time in which events are searched without an account or an order. */
export const SEARCH_DAYS_MAX = 31;

/** Query of GET /v1/audit/events. */
export const eventsQuery = z.object({
  account_id: id,
  order_id: id,
  actor_id: id.meta({ description: "the user who acted" }),
  action: z
    .string()
    .regex(/^[a-z_]{1,40}(?:\.[a-z_]{0,40})?$/, { error: "an action, or the beginning of some that ends with a dot" })
    .nullable()
    .default(null)
    .meta({ description: "an action as `order.filled`, or those that begin with `order.`" }),
  since: instant.meta({
    type: "string",
    description: `without an account or an order at most ${SEARCH_DAYS_MAX} days before \`until\`; default then: one day before`,
  }),
  until: instant.meta({ type: "string", description: "events before this time; default: now" }),
  next: z
    .string()
    .regex(/^\d{1,15}\.\d{1,5}\.\d{1,16}$/, { error: "the `next` of an earlier answer" })
    .transform((text) => {
      const [at = 0, shard = 0, seq = 0] = text.split(".").map(Number);
      return { at, shard, seq };
    })
    .nullable()
    .default(null)
    .meta({ description: "`next` of the previous answer" }),
  limit: rowLimit,
});
