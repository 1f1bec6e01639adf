/** What is traded, when, and market data. */
import * as z from "zod";
import { calendarQuery } from "../../../protocol/calendar.ts";
import { bookQuery, latestQuery, newestQuery } from "../../../protocol/marketQuery.ts";
import { assetListQuery } from "../../../protocol/query.ts";
import { wireAsset, wireCalendarDay, wireClock } from "../../../protocol/wire/assets.ts";
import { wireDepth, wireQuote, wireTrade } from "../../../protocol/wire/market.ts";
import type { Described, Operation } from "./operation.ts";

const stream = (id: string, summary: string): Operation => ({
  id,
  summary,
  description: "A WebSocket: its messages are in /v1/asyncapi.json.",
  gives: { 101: { description: "the socket" } },
  refuses: [426],
});

export const DATA: Described = {
  "GET /v2/assets": {
    id: "listAssets",
    summary: "What is traded",
    query: assetListQuery,
    gives: { 200: z.array(wireAsset) },
    example: { query: "asset_class=us_equity" },
  },
  "GET /v2/assets/:asset": {
    id: "getAsset",
    summary: "One asset, by symbol or id",
    gives: { 200: wireAsset },
    refuses: [404],
    example: { path: { asset: "AAPL" } },
  },
  "GET /v2/clock": { id: "getClock", summary: "The market's clock", gives: { 200: wireClock }, example: {} },
  "GET /v2/calendar": {
    id: "getCalendar",
    summary: "Trading days",
    query: calendarQuery,
    gives: { 200: z.array(wireCalendarDay) },
    example: { query: "start=2026-11-23&end=2026-11-27" },
  },
  "GET /v2/stocks/*": {
    under: {
      "/v2/stocks/quotes/latest": {
        id: "latestQuotes",
        summary: "The newest quote of symbols",
        query: latestQuery,
        refuses: [400],
        gives: { 200: z.object({ quotes: z.record(z.string(), wireQuote) }) },
        example: { query: "symbols=AAPL,MSFT" },
      },
      "/v2/stocks/trades/latest": {
        id: "latestTrades",
        summary: "The newest trade of symbols",
        query: latestQuery,
        refuses: [400],
        gives: { 200: z.object({ trades: z.record(z.string(), wireTrade) }) },
        example: { query: "symbols=AAPL,MSFT" },
      },
      "/v2/stocks/:symbol/quotes/latest": {
        id: "latestQuote",
        summary: "The newest quote of a symbol",
        query: newestQuery,
        gives: { 200: z.object({ symbol: z.string(), quote: wireQuote }) },
        refuses: [400, 404],
        example: { path: { symbol: "AAPL" } },
      },
      "/v2/stocks/:symbol/trades/latest": {
        id: "latestTrade",
        summary: "The newest trade of a symbol",
        query: newestQuery,
        gives: { 200: z.object({ symbol: z.string(), trade: wireTrade }) },
        refuses: [400, 404],
        example: { path: { symbol: "AAPL" } },
      },
    },
  },
  "GET /v1/books/*": {
    under: {
      "/v1/books/:symbol": {
        id: "getBook",
        summary: "The depth of a book",
        query: bookQuery,
        gives: { 200: wireDepth },
        refuses: [404],
        example: { path: { symbol: "AAPL" }, query: "levels=5" },
      },
    },
  },
  // Nothing is under it yet: whatever is asked for is 404.
  "GET /v1beta3/crypto/*": { under: {} },
  "GET /stream": stream("tradingStream", "The trading stream"),
  "GET /v2/iex": stream("dataStream", "The data stream"),
  "GET /v2/sip": stream("dataStreamSip", "The data stream under another name"),
  "GET /v2/delayed_sip": stream("dataStreamDelayedSip", "The data stream under another name"),
};
