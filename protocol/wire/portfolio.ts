/** The portfolio's history: query and response. Amounts are JSON numbers there, because the API has them so. */
import * as z from "zod";
import { type Period, type Timeframe, TIMEFRAMES } from "../../domain/portfolio/history/timeframes.ts";
import { readInstant } from "./instant.ts";
import { date } from "./primitives.ts";

const PERIOD = /^(\d{1,4})([DWMA])$/;
const UNITS = { D: "D", W: "W", M: "M", A: "A" } as const;
const PERIOD_TEXT = "a number and D, W, M or A, such as 1M; or intraday";
const BOUND_TEXT = "a date or an RFC 3339 time";
const DATE = /^\d{4}-\d\d-\d\d(?:T00:00(?::00(?:\.0{1,9})?)?Z)?$/;

const period = z
  .string()
  .transform((text, context): Period => {
    const [, count, unit] = PERIOD.exec(text === "intraday" ? "1D" : text) ?? [];
    if (Number(count) > 0) return { count: Number(count), unit: UNITS[unit as keyof typeof UNITS] };
    context.addIssue({ code: "custom", message: PERIOD_TEXT });
    return z.NEVER;
  })
  .nullable()
  .default(null)
  .meta({ type: "string", description: `${PERIOD_TEXT}; 1M without bounds. D counts trading days` });

/** A bound in epoch milliseconds. Midnight UTC is a date, because some clients send dates so. */
export interface Bound {
  readonly ms: number;
  readonly isDate: boolean;
}

const bound = z
  .string()
  .transform((text, context): Bound => {
    const instant = readInstant(text);
    if (instant === null) {
      context.addIssue({ code: "custom", message: BOUND_TEXT });
      return z.NEVER;
    }
    return { ms: Math.ceil(instant.micros / 1_000), isDate: DATE.test(text) };
  })
  .nullable()
  .default(null)
  .meta({ type: "string" });

const word = z.string().regex(/^(?:true|false)$/i, { error: "true or false" });

export const portfolioHistoryQuery = z.strictObject({
  period,
  timeframe: z
    .enum(Object.keys(TIMEFRAMES) as Timeframe[], { error: `one of ${Object.keys(TIMEFRAMES).join(", ")}` })
    .nullable()
    .default(null)
    .meta({
      description: "1Min: up to 7 days; 5Min, 15Min, 1H: less than 30. Left out: 1Min, 15Min or 1D by the time covered",
    }),
  start: bound.meta({ description: "at most two of start, end and period" }),
  end: bound.meta({ description: "now when left out" }),
  date_start: bound.meta({ deprecated: true, description: "the same as start" }),
  date_end: bound.meta({ deprecated: true, description: "the same as end" }),
  intraday_reporting: z
    .enum(["market_hours", "extended_hours", "continuous"], { error: "market_hours, extended_hours or continuous" })
    .nullable()
    .default(null)
    .meta({ description: "the hours that have points: 9:30 to 16:00, 4:00 to 20:00, or all" }),
  pnl_reset: z
    .enum(["per_day", "no_reset"], { error: "per_day or no_reset" })
    .default("per_day")
    .meta({ description: "whether the profit of a part of a day counts from the close before, or from the base" }),
  extended_hours: word
    .transform((text) => text.toLowerCase() === "true")
    .default(false)
    .meta({ type: "boolean", deprecated: true, description: "the same as intraday_reporting=extended_hours" }),
  cashflow_types: z
    .string()
    .regex(/^[A-Z]{2,8}(?:,[A-Z]{2,8})*$/, { error: "ALL, NONE, or types of activities separated by commas" })
    .default("NONE"),
});
export type PortfolioHistoryQuery = Readonly<z.output<typeof portfolioHistoryQuery>>;

export const wirePortfolioHistory = z
  .object({
    timestamp: z.array(z.int()).meta({ description: "beginning of each point, in seconds since 1970" }),
    equity: z.array(z.number()).meta({ description: "at the end of each point, in dollars" }),
    profit_loss: z.array(z.number()).meta({ description: "since the base, without what was deposited and withdrawn" }),
    profit_loss_pct: z
      .array(z.number().nullable())
      .meta({ description: "a fraction; null when the base is not above 0" }),
    base_value: z.number(),
    base_value_asof: date.optional().meta({
      description:
        "the day whose closing equity is the base; left out: the first point, or the deposits of the first day",
    }),
    timeframe: z.enum(Object.keys(TIMEFRAMES) as Timeframe[]),
    cashflow: z
      .record(z.string(), z.array(z.number()))
      .optional()
      .meta({ description: "by type of activity, added up from the first point" }),
  })
  .meta({ id: "PortfolioHistory" });
export type WirePortfolioHistory = Readonly<z.infer<typeof wirePortfolioHistory>>;
