/** Market data of coins, as Alpaca's API for crypto has it. */
import * as z from "zod";
import { staleField } from "./market.ts";
import { time } from "./primitives.ts";

export const wireCryptoQuote = z
  .object({
    t: time,
    ap: z.number().meta({ description: "ask price; 0 without an offer" }),
    as: z.number(),
    bp: z.number().meta({ description: "bid price; 0 without a bid" }),
    bs: z.number(),
    stale: staleField,
  })
  .meta({ id: "CryptoQuote" });
export type WireCryptoQuote = Readonly<z.infer<typeof wireCryptoQuote>>;

export const wireCryptoTrade = z
  .object({
    t: time,
    p: z.number(),
    s: z.number(),
    i: z.int().meta({ description: "number of the trade, without gaps per symbol" }),
    tks: z.enum(["B", "S", "-"]).meta({ description: "side of the incoming order: B buys, S sells, - in an auction" }),
    stale: staleField,
  })
  .meta({ id: "CryptoTrade" });
export type WireCryptoTrade = Readonly<z.infer<typeof wireCryptoTrade>>;

const wireLevel = z.object({ p: z.number(), s: z.number() });

export const wireOrderbook = z
  .object({ t: time, b: z.array(wireLevel), a: z.array(wireLevel) })
  .meta({ id: "Orderbook", description: "bids and asks by price level, best first" });
export type WireOrderbook = Readonly<z.infer<typeof wireOrderbook>>;
