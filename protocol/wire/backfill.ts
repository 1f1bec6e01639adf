/** Bars of the past that administrators give, and what is known of them. */
import * as z from "zod";
import { BAR_SOURCES } from "../../domain/market/bars/barSource.ts";

/** Bars of one request; a month of a share has some 8,200 minutes of regular hours. */
export const BARS_MAX = 10_000;
/** Bytes of one request. */
export const BODY_BYTES_MAX = 1024 * 1024;

const timeframe = z.enum(["1Min", "1Day"]);
const source = z.enum(BAR_SOURCES).meta({ description: "generated: made up; imported: those of another exchange" });

export const barsOfPast = z
  .strictObject({
    timeframe,
    source,
    bars: z
      .array(z.array(z.number()).min(6).max(8))
      .min(1)
      .max(BARS_MAX)
      .meta({
        description:
          "bars in order of time, as `[t, o, h, l, c, v, n, vw]`: the beginning in epoch milliseconds, prices in dollars, " +
          "volume in shares or coins, number of trades (1 when left out) and volume-weighted average price (the mean of " +
          "high, low and close)",
      }),
  })
  .meta({ id: "BarsOfPast" });

export const wireBarsPut = z
  .object({
    symbol: z.string(),
    put: z.int().meta({ description: "bars that were stored" }),
    kept: z.int().meta({ description: "bars of trading days on which trades were made, which keep their own" }),
  })
  .meta({ id: "BarsPut" });

export const wireHistory = z
  .object({
    symbol: z.string(),
    backfill: z
      .array(z.object({ timeframe, source, start: z.iso.date(), end: z.iso.date(), days: z.int() }))
      .readonly()
      .meta({ description: "trading days with bars that no trade of this exchange made; `end` is the last one" }),
    gaps: z
      .array(z.object({ after: z.int(), before: z.int() }))
      .readonly()
      .meta({
        description: "trades that are missing, by the numbers of those beside them: empty unless a book lost some",
      }),
  })
  .meta({ id: "History" });
export type WireHistory = Readonly<z.infer<typeof wireHistory>>;
