/** Bodies and answers of the endpoints by which administrators list and change instruments. */
import * as z from "zod";
import { decimalInput } from "./decimalInput.ts";
import { plainText } from "./plainText.ts";
import { decimal } from "./primitives.ts";

const NAME_LENGTH_MAX = 128;
const SYMBOL_LENGTH_MAX = 16;

const tick = decimalInput.meta({ description: "price step of new orders, in whole cents" });
const lot = decimalInput.meta({ description: "quantity step of new orders" });

const priceSource = z.enum(["own", "feed"]).meta({
  description: "whose quotes and trades are shown: those of its own book, or those of an upstream feed",
});

export const listRequest = z
  .strictObject({
    symbol: plainText(SYMBOL_LENGTH_MAX).min(1).meta({ description: "shares as `BRK.B`, coins as `BTC/USD`" }),
    name: plainText(NAME_LENGTH_MAX).min(1),
    exchange: z.enum(["NASDAQ", "NYSE", "ARCA", "CRYPTO"]),
    reference_price: decimalInput.meta({ description: "reference price before the first trade" }),
    min_order_value: decimalInput.default("1").meta({ description: "in dollars (AC-46)" }),
    price_limit_percent: decimalInput
      .default("50")
      .meta({ description: "largest difference of a limit price from the reference price, in percent" }),
    tick: tick.default("0.01"),
    lot: lot.optional(),
  })
  .meta({ id: "InstrumentListing" });

export const instrumentChangeRequest = z
  .strictObject({
    name: plainText(NAME_LENGTH_MAX).min(1).optional(),
    tick: tick.optional(),
    lot: lot.optional(),
    price_source: priceSource.optional(),
  })
  .meta({ id: "InstrumentChange" });

export const wireInstrument = z
  .object({
    id: z.guid(),
    symbol: z.string(),
    name: z.string(),
    class: z.enum(["us_equity", "crypto"]),
    exchange: z.enum(["NASDAQ", "NYSE", "ARCA", "CRYPTO"]),
    status: z.enum(["active", "delisted"]),
    reference_price: decimal,
    min_order_value: decimal,
    price_limit_percent: decimal,
    tick: decimal,
    lot: decimal,
    price_source: priceSource,
    version: z.int().meta({ description: "increases with each change; 0 for a seeded instrument without changes" }),
    in_force: z
      .boolean()
      .meta({ description: "whether the book has applied it; until then it is sent to the book again" }),
  })
  .meta({ id: "Instrument" });
export type WireInstrument = Readonly<z.infer<typeof wireInstrument>>;
