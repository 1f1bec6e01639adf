/** Query strings of the trading endpoints, in all forms that known clients send. */
import * as z from "zod";
import { type Instant, readInstant } from "./instant.ts";

const ORDERS_DEFAULT = 50;
const ORDERS_MAX = 500;

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export function isUuid(text: string): boolean {
  return UUID.test(text);
}

/** Words separated by commas. */
export const list = z.string().transform((text) => text.split(",").filter((word) => word !== ""));

const TIME = "a date or an RFC 3339 time";

/** A date or an RFC 3339 time. */
export const instant = z.string().transform((text, context): Instant => {
  const read = readInstant(text);
  if (read !== null) return read;
  context.addIssue({ code: "custom", message: TIME });
  return z.NEVER;
});

/** `true` and `True`; false when it is left out. */
export const trueOrFalse = z
  .string()
  .toLowerCase()
  .pipe(z.enum(["true", "false"], { error: "true or false" }))
  .transform((word) => word === "true")
  .default(false);

/** The length of a page: 1 to `most`, and what it is when it is left out. */
export function withinPage(most: number, whenLeftOut: number) {
  const error = `1 to ${most}`;
  return z
    .string()
    .regex(/^\d{1,6}$/, { error })
    .transform(Number)
    .pipe(z.number().min(1, { error }).max(most, { error }))
    .default(whenLeftOut)
    .meta({ type: "integer", minimum: 1, maximum: most, description: `${whenLeftOut} when left out` });
}

const orderId = z.string().regex(UUID, { error: "an order id" });

/** Query of a list of orders. Unknown parameters are refused: ignoring a misspelt one would list other orders. */
export const orderListQuery = z.strictObject({
  status: z.enum(["open", "closed", "all"], { error: "open, closed or all" }).default("open"),
  limit: withinPage(ORDERS_MAX, ORDERS_DEFAULT),
  after: instant.nullable().default(null).meta({ type: "string", description: "submitted later than" }),
  until: instant.nullable().default(null).meta({ type: "string", description: "submitted earlier than" }),
  direction: z.enum(["asc", "desc"], { error: "asc or desc" }).default("desc"),
  symbols: list.nullable().default(null).meta({ description: "comma-separated" }),
  side: z.enum(["buy", "sell"], { error: "buy or sell" }).nullable().default(null),
  asset_class: list.nullable().default(null).meta({ description: "comma-separated: us_equity, crypto" }),
  before_order_id: orderId.nullable().default(null),
  after_order_id: orderId.nullable().default(null),
  nested: trueOrFalse.meta({ type: "boolean", description: "legs are nested in their parent" }),
});

/** The query of a route without parameters. Unknown ones are refused: a route that cancels must not ignore a filter. */
export const noQuery = z.strictObject({});

/** The query of one order. */
export const orderQuery = orderListQuery.pick({ nested: true });

/** The query of an order by its client order id. */
export const clientOrderIdQuery = z.strictObject({
  client_order_id: z.string({ error: "a client order id" }).optional(),
  nested: orderListQuery.shape.nested,
});

export const assetListQuery = z.object({
  status: list.nullable().default(null),
  asset_class: list.default(["us_equity"]),
  exchange: list.nullable().default(null),
  attributes: list
    .nullable()
    .default(null)
    .meta({ description: "comma-separated; assets that have one of them: fractional_eh_enabled, overnight_tradable" }),
});
