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
        spark: z
          .array(z.number())
          .max(60)
          .describe(
            "Prices of the newest session, oldest first, of ten minutes with trades each, thinned to 60. Sessions before are added until there are 20; coins have 24 hours.",
          ),
        spark_from: time.nullable().describe("When the first of these begins; null: there is none."),
      }),
    ),
  })
  .meta({ id: "MarketOverview" });
export type MarketOverview = z.infer<typeof marketOverview>;
