/** The market at a glance, which needs no session. */
import * as z from "zod";
import { time } from "./primitives.ts";

export const marketOverview = z
  .object({
    at: time,
    symbols: z.array(
      z.object({
        symbol: z.string(),
        name: z.string(),
        asset_class: z.enum(["us_equity", "crypto"]),
        price: z.number().nullable().describe("The newest trade; null: there was none."),
        previous_close: z.number().nullable(),
        change: z.number().nullable().describe("Since the close of the trading day before."),
        change_percent: z.number().nullable(),
        bid: z.number().nullable(),
        ask: z.number().nullable(),
        volume: z.number().describe("Of the trading day."),
        high: z.number().nullable(),
        low: z.number().nullable(),
        spark: z.array(z.number()).describe("Prices of the newest 48 half hours with trades, oldest first."),
      }),
    ),
  })
  .meta({ id: "MarketOverview" });
export type MarketOverview = z.infer<typeof marketOverview>;
