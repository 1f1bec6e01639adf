/** Bars, snapshots and pages of the past, in the shapes of Alpaca's market data. */
import * as z from "zod";
import { wireCryptoQuote, wireCryptoTrade } from "./cryptoData.ts";
import { wireQuote, wireTrade } from "./market.ts";
import { time } from "./primitives.ts";

export const wireBar = z
  .object({
    t: time.meta({ description: "beginning of the bar" }),
    o: z.number(),
    h: z.number(),
    l: z.number(),
    c: z.number(),
    v: z.number().meta({ description: "volume" }),
    n: z.int().meta({ description: "number of trades" }),
    vw: z.number().meta({ description: "volume-weighted average price" }),
  })
  .meta({ id: "Bar" });
export type WireBar = Readonly<z.infer<typeof wireBar>>;

const bars = { minuteBar: wireBar.optional(), dailyBar: wireBar.optional(), prevDailyBar: wireBar.optional() };

/** Each part is left out when there is none. */
export const wireSnapshot = z
  .object({ latestTrade: wireTrade.optional(), latestQuote: wireQuote.optional(), ...bars })
  .meta({ id: "Snapshot" });

export const wireCryptoSnapshot = z
  .object({ latestTrade: wireCryptoTrade.optional(), latestQuote: wireCryptoQuote.optional(), ...bars })
  .meta({ id: "CryptoSnapshot" });

export const nextPageToken = z
  .string()
  .nullable()
  .meta({ description: "`page_token` of the next page; null at the end" });

const auction = z.object({
  t: time,
  x: z.string(),
  p: z.number(),
  s: z.number(),
  c: z.string().meta({ description: "O: opening, 6: closing" }),
});
export type WireAuction = Readonly<z.infer<typeof auction>>;

export const wireDailyAuctions = z
  .object({ d: z.iso.date(), o: z.array(auction), c: z.array(auction) })
  .meta({ id: "DailyAuctions" });
export type WireDailyAuctions = Readonly<z.infer<typeof wireDailyAuctions>>;

/** The newest bars of a symbol; what there is none of is left out. */
export interface WireLatestBars {
  readonly symbol: string;
  readonly minuteBar?: WireBar;
  readonly dailyBar?: WireBar;
  readonly prevDailyBar?: WireBar;
}
