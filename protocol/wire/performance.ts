/** Performance of the account, and what its figures are made of: queries and responses. */
import * as z from "zod";
import { portfolioHistoryQuery } from "./portfolio.ts";
import { date, decimal } from "./primitives.ts";
import { wireRealized, wireTaxLots } from "./taxLots.ts";

/** The figures of performance. */
export const FIGURE_NAMES = [
  "price_return",
  "total_return",
  "time_weighted",
  "time_weighted_annual",
  "money_weighted",
  "modified_dietz",
  "maximum_drawdown",
  "volatility",
  "sharpe_ratio",
] as const;
export type FigureName = (typeof FIGURE_NAMES)[number];

/** Figures of the account and its positions that are no ratios. */
export const AMOUNT_NAMES = [
  "equity",
  "last_equity",
  "profit_loss",
  "cost_basis",
  "unrealized_pl",
  "realized_pl",
] as const;
export type AmountName = (typeof AMOUNT_NAMES)[number];

const ROWS_DEFAULT = 100;
const ROWS_MAX = 500;
const symbol = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9./-]{0,35}$/, { error: "a symbol" });
const { period, start, end } = portfolioHistoryQuery.shape;
const range = { period, start, end };

const rate = z
  .string()
  .regex(/^-?\d{1,3}(?:\.\d{1,9})?$/, { error: "an annual rate such as 0.04" })
  .transform(Number)
  .default(0)
  .meta({ type: "number", description: "annual, a fraction; for the Sharpe ratio" });

const limit = z
  .string()
  .regex(/^\d{1,6}$/, { error: `1 to ${ROWS_MAX}` })
  .transform(Number)
  .pipe(
    z
      .number()
      .min(1, { error: `1 to ${ROWS_MAX}` })
      .max(ROWS_MAX, { error: `1 to ${ROWS_MAX}` }),
  )
  .default(ROWS_DEFAULT)
  .meta({
    type: "integer",
    minimum: 1,
    maximum: ROWS_MAX,
    description: `rows of a page; ${ROWS_DEFAULT} when left out`,
  });

const place = z
  .string()
  .max(100, { error: "the next_page_token of the page before" })
  .nullable()
  .default(null)
  .meta({ type: "string", description: "`next_page_token` of the page before: of positions, or of lots of a symbol" });
const pageToken = symbol
  .nullable()
  .default(null)
  .meta({ type: "string", description: "the last symbol of the page before" });

export const performanceQuery = z.strictObject({
  ...range,
  benchmark: symbol
    .nullable()
    .default(null)
    .meta({ type: "string", description: "a symbol whose returns are shown beside" }),
  by: z
    .enum(["position", "day", "month", "year"], { error: "position, day, month or year" })
    .nullable()
    .default(null)
    .meta({ description: "the parts that are shown beside the whole" }),
  risk_free_rate: rate,
  limit,
  page_token: pageToken,
});
export type PerformanceQuery = Readonly<z.output<typeof performanceQuery>>;

export const explainQuery = z.strictObject({
  figure: z.enum([...FIGURE_NAMES, ...AMOUNT_NAMES], {
    error: `one of ${[...FIGURE_NAMES, ...AMOUNT_NAMES].join(", ")}`,
  }),
  symbol: symbol.nullable().default(null).meta({ type: "string", description: "the figure of this position" }),
  ...range,
  risk_free_rate: rate,
  limit,
  page_token: place,
});
export type ExplainQuery = Readonly<z.output<typeof explainQuery>>;

const figure = z
  .object({
    value: z.number().nullable().meta({ description: "a fraction" }),
    reason: z
      .string()
      .nullable()
      .meta({
        description:
          "why there is no value. no_value, no_period: no close in the range, or a single one. less_than_a_year: nothing " +
          "is annualised before. too_few_returns, zero_volatility: of daily returns. nothing_invested, zero_start_value, " +
          "negative_value: there is nothing to divide by. Of the money-weighted return, no_sign_change: money went one " +
          "way only, or all of it on one day; no_root, several_roots, not_isolated: no rate, or not a single one; " +
          "out_of_range: it is too large",
      }),
  })
  .meta({ id: "Figure" });
export type WireFigure = Readonly<z.infer<typeof figure>>;

const figures = z.object(
  Object.fromEntries(FIGURE_NAMES.map((name) => [name, figure])) as Record<FigureName, typeof figure>,
);

export const wirePerformance = z
  .object({
    from: date.nullable().meta({ description: "its close is the beginning; null: there is no record of the time" }),
    to: date.nullable().meta({ description: "its close is the end; of today, the present" }),
    start_value: decimal,
    end_value: decimal,
    net_deposits: decimal.meta({
      description: "what was deposited less what was withdrawn, with shares at their prices",
    }),
    fees: decimal,
    figures,
    benchmark: z.object({ symbol: z.string(), from: date.nullable(), to: date.nullable(), figures }).nullable(),
    positions: z
      .array(
        z.object({
          symbol: z.string(),
          start_value: decimal,
          end_value: decimal,
          gain: decimal.nullable(),
          contribution: figure,
          figures,
        }),
      )
      .optional()
      .meta({ description: "by symbol, a page of them" }),
    residual_gain: decimal.optional().meta({ description: "gain that no position explains" }),
    periods: z.array(z.object({ period: z.string(), time_weighted: figure })).optional(),
    next_page_token: z.string().nullable(),
  })
  .meta({ id: "Performance" });
export type WirePerformance = Readonly<z.infer<typeof wirePerformance>>;

const row = z.object({
  symbol: z.string(),
  qty: decimal,
  price: decimal.meta({ description: "of a share, at the end" }),
  value: decimal,
  start_value: decimal.optional(),
  bought: decimal.optional(),
  sold: decimal.optional(),
  fees: decimal.optional(),
  cost_basis: decimal.optional(),
  amount: decimal.meta({ description: "what the position adds to the figure" }),
});
export type WireExplainedPosition = Readonly<z.infer<typeof row>>;

export const wireExplanation = z
  .object({
    figure: z.string(),
    symbol: z.string().nullable(),
    value: z
      .union([z.number(), decimal])
      .nullable()
      .meta({ description: "a fraction, or dollars as a decimal string" }),
    reason: z.string().nullable(),
    formula: z.string(),
    from: date.nullable(),
    to: date.nullable(),
    derivation: z.record(z.string(), z.unknown()).meta({ description: "the inputs of the formula" }),
    valuations: z.array(z.object({ date, value: decimal })),
    flows: z.array(z.object({ date, kind: z.string(), amount: decimal })),
    left_out: z.int().meta({ description: "valuations and flows that are not shown: the newest are" }),
    positions: z.array(row).meta({ description: "by symbol, a page of them" }),
    lots: wireTaxLots.shape.lots.optional().meta({
      description: "of cost_basis and unrealized_pl of a symbol: a page of its lots",
    }),
    realized: wireRealized.shape.items.optional().meta({
      description: "of realized_pl of a symbol: a page of the lots that were sold",
    }),
    cash: decimal.meta({ description: "with what orders and withdrawals hold" }),
    next_page_token: z.string().nullable(),
  })
  .meta({ id: "Explanation" });
export type WireExplanation = Readonly<z.infer<typeof wireExplanation>>;
