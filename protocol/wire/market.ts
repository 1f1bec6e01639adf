/** The market object for administrators, and the objects of market data. */
import * as z from "zod";
import { decimal, time } from "./primitives.ts";

export const wireMarket = z
  .object({
    symbol: z.string(),
    phase: z.enum([
      "pre_open",
      "opening_auction",
      "continuous",
      "halted",
      ...(["reopening_auction", "closing_auction", "closed"] as const),
    ]),
    session: z.enum(["pre", "regular", "post", "overnight", "closed"]),
    since: time,
    until: time.nullable().meta({ description: "scheduled end of the phase" }),
    halt: z.enum(["manual", "news", "luld", "breaker_1", "breaker_2", "breaker_3", "delisted"]).nullable(),
    calendar: z.enum(["always", "us_equities"]),
    luld_tier: z.union([z.literal(1), z.literal(2)]).nullable(),
    bands: z.object({ lower: decimal, upper: decimal, reference: decimal, since: time }).nullable(),
    limit_state: z.object({ side: z.enum(["upper", "lower"]), since: time }).nullable(),
    indicative: z
      .object({
        price: decimal.nullable(),
        paired_qty: decimal,
        imbalance_qty: decimal,
        imbalance_side: z.enum(["buy", "sell"]).nullable(),
        reference_price: decimal,
      })
      .nullable()
      .meta({ description: "indicative result of the coming auction" }),
    last_trade: z.object({ price: decimal, qty: decimal, at: time }).nullable(),
    orders: z.int(),
    accounts: z.int(),
    sequence: z.int(),
  })
  .meta({ id: "Market" });
export type WireMarket = Readonly<z.infer<typeof wireMarket>>;

export const wireBreaker = z
  .object({
    level: z.int().min(0).max(3),
    halted: z.array(z.string()),
    not_due: z.array(z.string()),
    unreached: z.array(z.string()),
  })
  .meta({ id: "BreakerOutcome", description: "the symbols by outcome" });
export type WireBreaker = Readonly<z.infer<typeof wireBreaker>>;

/** Of an externally priced symbol only: its feed is not live, so the prices may be old. */
export const staleField = z
  .boolean()
  .optional()
  .meta({ description: "of an externally priced symbol only: whether its feed is stale or down" });

export const wireQuote = z
  .object({
    t: time,
    ax: z.string(),
    ap: z.number().meta({ description: "ask price; 0 without an offer" }),
    as: z.number(),
    bx: z.string(),
    bp: z.number().meta({ description: "bid price; 0 without a bid" }),
    bs: z.number(),
    c: z.array(z.string()).readonly(),
    z: z.string(),
    stale: staleField,
  })
  .meta({ id: "Quote" });
export type WireQuote = Readonly<z.infer<typeof wireQuote>>;

export const wireTrade = z
  .object({
    t: time,
    x: z.string(),
    p: z.number(),
    s: z.number(),
    c: z.array(z.string()).readonly(),
    i: z.int().meta({ description: "number of the trade, without gaps per symbol" }),
    z: z.string(),
    stale: staleField,
  })
  .meta({ id: "Trade" });
export type WireTrade = Readonly<z.infer<typeof wireTrade>>;

const level = z.tuple([decimal, decimal]).meta({ description: "price and quantity" });
const resting = z.tuple([z.int(), decimal, decimal]).meta({ description: "number of the order, price and quantity" });

export const wireDepth = z
  .object({
    symbol: z.string(),
    sequence: z.int(),
    bids: z.array(z.union([level, resting])),
    asks: z.array(z.union([level, resting])),
  })
  .meta({ id: "Book", description: "by price level, or with view=orders by order; best first" });

/** The venue's one-letter code in `x`, `bx`, `ax`, and the tape in `z`: closed sets in the clients' models. */
export const VENUE_LETTER = "V";
export const TAPE = "C";
export const QUOTE_CONDITIONS: readonly string[] = ["R"];
