/** Tax lots of a position, and what sales have realised. */
import * as z from "zod";
import { decimal, time, uuid } from "./primitives.ts";
import { instant, withinPage } from "./query.ts";

const PAGE_MAX = 1_000;
const PAGE_DEFAULT = 100;

const page = {
  page_size: withinPage(PAGE_MAX, PAGE_DEFAULT),
  page_token: z
    .string()
    .max(100, { error: "the next_page_token of the page before" })
    .nullable()
    .default(null)
    .meta({ description: "`next_page_token` of the page before" }),
} as const;

const symbol = z.string({ error: "a symbol" }).min(1, { error: "a symbol" }).max(64, { error: "a symbol" });

export const taxLotsQuery = z.strictObject({ symbol: symbol.meta({ description: "symbol or asset id" }), ...page });

export const realizedQuery = z.strictObject({
  symbol: symbol.nullable().default(null).meta({ description: "symbol or asset id; all when left out" }),
  after: instant.nullable().default(null).meta({ type: "string", description: "sold later than; without a zone UTC" }),
  until: instant.nullable().default(null).meta({ type: "string", description: "sold earlier than" }),
  ...page,
});

const nextPageToken = z.string().nullable().meta({ description: "null at the end" });
const term = z.enum(["short", "long"]).meta({ description: "long: held for more than a year" });
const number = z.int().min(1);

export const wireTaxLots = z
  .object({
    symbol: z.string(),
    qty: decimal.meta({ description: "of the whole position" }),
    cost_basis: decimal.meta({ description: "dollars, of the whole position" }),
    current_price: decimal,
    lots: z.array(
      z.object({
        lot_id: number.meta({ description: "number of the lot among those that the symbol ever had in the account" }),
        acquired_at: time,
        source: z.enum(["acquired", "transferred", "migrated"]).meta({
          description:
            "bought, deposited, or made of a position with an average cost, whose purchases an earlier release did not record",
        }),
        qty: decimal,
        qty_available: decimal.meta({ description: "what no open order has reserved by its `tax_lots`" }),
        cost_basis: decimal.meta({ description: "dollars, with fees" }),
        market_value: decimal,
        unrealized_pl: decimal,
        term: term.meta({ description: "if it were sold now" }),
      }),
    ),
    next_page_token: nextPageToken,
  })
  .meta({ id: "TaxLots" });
export type WireTaxLots = Readonly<z.infer<typeof wireTaxLots>>;

const wireDisposal = z
  .object({
    type: z.literal("disposal"),
    symbol: z.string(),
    disposal_id: number.meta({ description: "number of the sale among those of the symbol in the account" }),
    lot_id: number,
    order_id: uuid,
    acquired_at: time,
    transaction_time: time,
    qty: decimal,
    cost_basis: decimal,
    proceeds: decimal.meta({ description: "dollars, less fees" }),
    gain: decimal.meta({ description: "proceeds less cost_basis; a loss is below zero" }),
    term,
  })
  .meta({ id: "Disposal" });

const wireWashSale = z
  .object({
    type: z.literal("wash_sale"),
    symbol: z.string(),
    disposal_id: number.meta({ description: "the sale at a loss" }),
    lot_id: number.meta({ description: "the lot that it sold" }),
    replaced_by: number.meta({ description: "the lot that replaces it" }),
    transaction_time: time.meta({ description: "of the later of the two: the sale or the purchase" }),
    qty: decimal,
    disallowed_loss: decimal,
  })
  .meta({ id: "WashSale" });

export const wireRealized = z
  .object({ items: z.array(z.union([wireDisposal, wireWashSale])), next_page_token: nextPageToken })
  .meta({ id: "Realized" });
export type WireRealized = Readonly<z.infer<typeof wireRealized>>;
