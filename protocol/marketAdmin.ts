/** Requests and answers of those who run the markets. */
import * as z from "zod";
import { formatDecimal, PRICE_DECIMALS } from "../domain/decimal.ts";
import { REOPENING_AUCTION } from "../domain/market/duePhases.ts";
import { requireInstrument } from "../domain/market/listing.ts";
import type { Indicative, MarketStatus } from "../domain/market/phase.ts";
import type { MarketView } from "./rpc.ts";
import type { WireMarket } from "./wire/market.ts";

const SECOND = 1_000;
/** An hour: longer than any reopening auction of the plan's. */
const CALL_SECONDS_MAX = 3_600;

/** Halts for other reasons come from the price bands and the breaker. */
export const haltRequest = z
  .strictObject({
    reason: z.enum(["manual", "news"]).default("manual"),
    until: z.iso
      .datetime({ offset: true })
      .transform((text) => Date.parse(text))
      .nullish(),
  })
  .meta({ id: "Halt" });

export const resumeRequest = z
  .strictObject({
    call_seconds: z
      .int()
      .min(1)
      .max(CALL_SECONDS_MAX)
      .default(REOPENING_AUCTION / SECOND),
  })
  .meta({ id: "Resume" });

export const marketChange = z
  .strictObject({ luld_tier: z.union([z.literal(1), z.literal(2), z.null()]) })
  .meta({ id: "MarketChange" });

/** A level, or the index that trips it: its value, and that at the close of the day before, in the same unit. */
export const breakerRequest = z
  .union([
    z.strictObject({ level: z.union([z.literal(1), z.literal(2), z.literal(3)]) }),
    z.strictObject({ index: z.strictObject({ base: z.number().positive(), value: z.number().nonnegative() }) }),
  ])
  .meta({ id: "Breaker" });

const price = (value: number): string => formatDecimal(value, PRICE_DECIMALS);
const time = (ms: number): string => new Date(ms).toISOString();

/** A market as its administrators see it: prices and quantities as decimal strings. */
export function marketToWire(view: MarketView): WireMarket {
  const { symbol, status, luldTier, indicative, last, orders, accounts, sequence } = view;
  const quantity = (lots: number): string => formatDecimal(lots, requireInstrument(symbol).qtyDecimals);
  return {
    symbol,
    phase: status.phase,
    session: status.session,
    since: time(status.since),
    until: status.until === null ? null : time(status.until),
    halt: status.halt,
    calendar: status.calendar,
    luld_tier: luldTier,
    ...bandsToWire(status),
    indicative: indicative === null ? null : indicativeToWire(indicative, quantity),
    last_trade: last === null ? null : { price: price(last.price), qty: quantity(last.qty), at: time(last.at) },
    orders,
    accounts,
    sequence,
  };
}

function bandsToWire({ bands, limitState }: MarketStatus): Pick<WireMarket, "bands" | "limit_state"> {
  const { lower, upper, reference, since } = bands ?? { lower: 0, upper: 0, reference: 0, since: 0 };
  const shown = { lower: price(lower), upper: price(upper), reference: price(reference), since: time(since) };
  return {
    bands: bands === null ? null : shown,
    limit_state: limitState === null ? null : { side: limitState.side, since: time(limitState.since) },
  };
}

function indicativeToWire(indicative: Indicative, quantity: (lots: number) => string): WireMarket["indicative"] {
  return {
    price: indicative.price === null ? null : price(indicative.price),
    paired_qty: quantity(indicative.paired),
    imbalance_qty: quantity(indicative.imbalance),
    imbalance_side: indicative.imbalanceSide,
    reference_price: price(indicative.reference),
  };
}
