/** Instruments as administrators list, change and see them. */
import * as z from "zod";
import { decimalInput } from "./decimalInput.ts";
import { plainText } from "./plainText.ts";
import { decimal } from "./primitives.ts";

const NAME_LENGTH_MAX = 128;
const SYMBOL_LENGTH_MAX = 16;

const tick = decimalInput.meta({ description: "price step of new orders, in whole cents" });
const lot = decimalInput.meta({ description: "quantity step of new orders" });

export const listRequest = z
  .strictObject({
    symbol: plainText(SYMBOL_LENGTH_MAX).min(1).meta({ description: "shares as `BRK.B`, coins as `BTC/USD`" }),
    name: plainText(NAME_LENGTH_MAX).min(1),
    exchange: z.enum(["NASDAQ", "NYSE", "ARCA", "CRYPTO"]),
    reference_price: decimalInput.meta({ description: "what counts as the price before the first trade" }),
    min_order_value: decimalInput.default("1").meta({ description: "in dollars (AC-46)" }),
    price_limit_percent: decimalInput.default("50").meta({ description: "how far from the market a limit may be" }),
    tick: tick.default("0.01"),
    lot: lot.optional(),
  })
  .meta({ id: "InstrumentListing" });

export const instrumentChangeRequest = z
  .strictObject({ name: plainText(NAME_LENGTH_MAX).min(1).optional(), tick: tick.optional(), lot: lot.optional() })
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
    version: z.int().meta({ description: "grows with each change; 0 of an instrument that is as it was seeded" }),
    in_force: z.boolean().meta({ description: "whether its book has it; until then it is repeated to the book" }),
  })
  .meta({ id: "Instrument" });
export type WireInstrument = Readonly<z.infer<typeof wireInstrument>>;
