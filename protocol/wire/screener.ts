/** Answers of the screener and of news. */
import * as z from "zod";
import { time } from "./primitives.ts";

export const wireMostActives = z.object({
  most_actives: z.array(z.object({ symbol: z.string(), volume: z.number(), trade_count: z.int() })),
  last_updated: time,
});
export type WireMostActives = Readonly<z.infer<typeof wireMostActives>>;

const mover = z.object({ symbol: z.string(), percent_change: z.number(), change: z.number(), price: z.number() });

export const wireMovers = z.object({
  gainers: z.array(mover),
  losers: z.array(mover),
  market_type: z.enum(["stocks", "crypto"]),
  last_updated: time,
});
export type WireMovers = Readonly<z.infer<typeof wireMovers>>;

export const wireNews = z.object({
  news: z.array(z.never()).meta({ description: "empty: there is no source of news" }),
  next_page_token: z.null(),
});
