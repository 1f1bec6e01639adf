/** Activities of an account, and the query of their list. */
import * as z from "zod";
import { decimal, date, time, uuid } from "./primitives.ts";
import { instant, list, withinPage } from "./query.ts";

const PAGE_MAX = 100;

/** Every type of Alpaca's. Most of them never occur here; a client may ask for them all the same. */
export const ALPACA_TYPES = [
  ...([
    "FILL",
    "TRANS",
    "MISC",
    "ACATC",
    "ACATS",
    "CFEE",
    "CGD",
    "CIL",
    "CSD",
    "CSW",
    "DIV",
    "DIVCGL",
    "DIVCGS",
  ] as const),
  ...(["DIVFEE", "DIVFT", "DIVNRA", "DIVROC", "DIVTW", "DIVTXEX", "FEE", "FOPT", "INT", "INTNRA", "INTTW"] as const),
  ...(["JNL", "JNLC", "JNLS", "MA", "MEM", "NC", "OCT", "OPASN", "OPCA", "OPCSH", "OPEXC", "OPEXP", "OPTRD"] as const),
  ...(["PTC", "PTR", "REORG", "SC", "SPIN", "SPLIT", "SSO", "SSP", "VOF", "WH"] as const),
] as const;
export type AlpacaType = (typeof ALPACA_TYPES)[number];

const KNOWN: ReadonlySet<string> = new Set(ALPACA_TYPES);
const TYPES = `types of Alpaca's: ${ALPACA_TYPES.slice(0, 9).join(", ")}, ...`;

/** Types separated by commas, in either case. */
const types = list.transform((names, context): AlpacaType[] => {
  const read = names.map((name) => name.toUpperCase());
  if (read.every((name) => KNOWN.has(name))) return read as AlpacaType[];
  context.addIssue({ code: "custom", message: TYPES });
  return z.NEVER;
});

/** The type in the path. */
export const activityType = z.strictObject({ activity_type: types });

const day = z
  .string()
  .regex(/^\d{4}-\d\d-\d\d(?:T|$)/, { error: "a date" })
  .transform((text) => text.slice(0, 10))
  .pipe(z.iso.date({ error: "a date" }));

const pageToken = z.string().max(100, { error: "the id of an activity" });

const bounds = {
  after: instant.nullable().default(null).meta({ type: "string", description: "later than; without a zone UTC" }),
  until: instant.nullable().default(null).meta({ type: "string", description: "earlier than" }),
  page_token: pageToken
    .nullable()
    .default(null)
    .meta({ description: "the id of the last activity of the page before" }),
} as const;

/** Query of the activities of one type. */
export const activitiesOfTypeQuery = z.strictObject({
  ...bounds,
  date: day.nullable().default(null).meta({ type: "string", description: "New York date; not with after or until" }),
  direction: z.enum(["asc", "desc"], { error: "asc or desc" }).default("desc"),
  page_size: withinPage(PAGE_MAX, PAGE_MAX),
});

export const activitiesQuery = z.strictObject({
  ...activitiesOfTypeQuery.shape,
  activity_types: types
    .nullable()
    .default(null)
    .meta({ type: "string", description: "comma-separated; not with category" }),
  category: z
    .enum(["trade_activity", "non_trade_activity"], { error: "trade_activity or non_trade_activity" })
    .nullable()
    .default(null),
});

export const activitiesExportQuery = z.strictObject({
  ...bounds,
  format: z.enum(["csv", "ndjson"], { error: "csv or ndjson" }).default("csv"),
});

const id = z.string().meta({
  description:
    "when it was recorded (UTC, yyyymmddHHMMSSmmm), and a UUID; ids of an account sort in the sequence of its record",
  examples: ["20261130144500123::00000000-0001-8c2b-9d3e-5f6a7b8c9d0e"],
});

export const wireTradeActivity = z
  .object({
    id,
    activity_type: z.literal("FILL"),
    transaction_time: time,
    type: z.enum(["fill", "partial_fill"]),
    price: decimal,
    qty: decimal,
    side: z.enum(["buy", "sell"]),
    symbol: z.string(),
    leaves_qty: decimal,
    order_id: uuid,
    cum_qty: decimal,
    order_status: z.string().meta({ description: "of the order after the fill" }),
  })
  .meta({ id: "TradeActivity" });
export type WireTradeActivity = Readonly<z.infer<typeof wireTradeActivity>>;

export const wireNonTradeActivity = z
  .object({
    id,
    activity_type: z.enum(["CSD", "CSW", "JNLC", "JNLS", "FEE", "MISC"]),
    date: date.meta({ description: "New York date" }),
    created_at: time,
    net_amount: decimal.meta({ description: "cash that entered; below zero: that left" }),
    symbol: z.string().optional(),
    qty: decimal.optional(),
    per_share_amount: decimal.optional().meta({ description: "cost basis of a share that was journalled" }),
    currency: z.literal("USD"),
    description: z.string(),
    status: z.literal("executed"),
  })
  .meta({ id: "NonTradeActivity" });
export type WireNonTradeActivity = Readonly<z.infer<typeof wireNonTradeActivity>>;

export const wireActivity = z.union([wireTradeActivity, wireNonTradeActivity]).meta({ id: "Activity" });
export type WireActivity = WireTradeActivity | WireNonTradeActivity;
