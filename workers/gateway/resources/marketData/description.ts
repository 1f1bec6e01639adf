/** What is traded, when, and market data. */
import * as z from "zod";
import { calendarQuery } from "../../../../protocol/wire/calendarQuery.ts";
import { bookQuery, latestQuery, newestQuery } from "../../../../protocol/mapping/marketData.ts";
import { assetListQuery } from "../../../../protocol/wire/query.ts";
import { wireAsset, wireCalendarDay, wireClock } from "../../../../protocol/wire/assets.ts";
import { wireDepth, wireQuote, wireTrade } from "../../../../protocol/wire/market.ts";
import type { Descriptions, Operation } from "../../operation.ts";

const stream = (id: string, summary: string): Operation => ({
  id,
  summary,
  description: "A WebSocket: its messages are in /v1/asyncapi.json.",
  responses: { 101: { description: "the socket" } },
  errorStatuses: [426],
});

export const DATA: Descriptions = {
  "GET /v2/assets": {
    id: "listAssets",
    summary: "What is traded",
    query: assetListQuery,
    responses: { 200: z.array(wireAsset) },
    example: { query: "asset_class=us_equity" },
  },
  "GET /v2/assets/:asset": {
    id: "getAsset",
    summary: "One asset, by symbol or id",
    responses: { 200: wireAsset },
    errorStatuses: [404],
    example: { path: { asset: "AAPL" } },
  },
  "GET /v2/clock": { id: "getClock", summary: "The market's clock", responses: { 200: wireClock }, example: {} },
  "GET /v2/calendar": {
    id: "getCalendar",
    summary: "Trading days",
    query: calendarQuery,
    responses: { 200: z.array(wireCalendarDay) },
    example: { query: "start=2026-11-23&end=2026-11-27" },
  },
  "GET /v2/stocks/*": {
    paths: {
      "/v2/stocks/quotes/latest": {
        id: "latestQuotes",
        summary: "The newest quote of symbols",
        query: latestQuery,
        errorStatuses: [400],
        responses: { 200: z.object({ quotes: z.record(z.string(), wireQuote) }) },
        example: { query: "symbols=AAPL,MSFT" },
      },
      "/v2/stocks/trades/latest": {
        id: "latestTrades",
        summary: "The newest trade of symbols",
        query: latestQuery,
        errorStatuses: [400],
        responses: { 200: z.object({ trades: z.record(z.string(), wireTrade) }) },
        example: { query: "symbols=AAPL,MSFT" },
      },
      "/v2/stocks/:symbol/quotes/latest": {
        id: "latestQuote",
        summary: "The newest quote of a symbol",
        query: newestQuery,
        responses: { 200: z.object({ symbol: z.string(), quote: wireQuote }) },
        errorStatuses: [400, 404],
        example: { path: { symbol: "AAPL" } },
      },
      "/v2/stocks/:symbol/trades/latest": {
        id: "latestTrade",
        summary: "The newest trade of a symbol",
        query: newestQuery,
        responses: { 200: z.object({ symbol: z.string(), trade: wireTrade }) },
        errorStatuses: [400, 404],
        example: { path: { symbol: "AAPL" } },
      },
    },
  },
  "GET /v1/books/*": {
    paths: {
      "/v1/books/:symbol": {
        id: "getBook",
        summary: "The depth of a book",
        query: bookQuery,
        responses: { 200: wireDepth },
        errorStatuses: [404],
        example: { path: { symbol: "AAPL" }, query: "levels=5" },
      },
    },
  },
  // Nothing is under it yet: whatever is asked for is 404.
  "GET /v1beta3/crypto/*": { paths: {} },
  "GET /stream": stream("tradingStream", "The trading stream"),
  "GET /v2/iex": stream("dataStream", "The data stream"),
  "GET /v2/sip": stream("dataStreamSip", "The data stream under another name"),
  "GET /v2/delayed_sip": stream("dataStreamDelayedSip", "The data stream under another name"),
};
