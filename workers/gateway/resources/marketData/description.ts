import * as z from "zod";
import { cryptoLatestQuery, location } from "../../../../protocol/mapping/cryptoData.ts";
import { wireCryptoQuote, wireCryptoTrade, wireOrderbook } from "../../../../protocol/wire/cryptoData.ts";
import { bookQuery, latestQuery, newestQuery } from "../../../../protocol/mapping/marketData.ts";
import { wireIndicator } from "../../../../protocol/wire/indicators.ts";
import { wireDepth, wireQuote, wireTrade } from "../../../../protocol/wire/market.ts";
import type { Descriptions } from "../../operation.ts";
import type { ACCESS } from "./access.ts";

export const description: Descriptions<typeof ACCESS> = {
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
  "GET /v1/indicators": {
    id: "listIndicators",
    summary: "The indicators, their parameters and outputs",
    responses: { 200: z.object({ indicators: z.array(wireIndicator) }) },
    example: {},
  },
  "GET /v1beta3/crypto/*": {
    paths: {
      "/v1beta3/crypto/:loc/latest/quotes": {
        id: "latestCryptoQuotes",
        summary: "The newest quote of coins or shares",
        path: { loc: location },
        query: cryptoLatestQuery,
        errorStatuses: [400],
        responses: { 200: z.object({ quotes: z.record(z.string(), wireCryptoQuote) }) },
        example: { path: { loc: "us" }, query: "symbols=BTC/USD" },
      },
      "/v1beta3/crypto/:loc/latest/trades": {
        id: "latestCryptoTrades",
        summary: "The newest trade of coins or shares",
        path: { loc: location },
        query: cryptoLatestQuery,
        errorStatuses: [400],
        responses: { 200: z.object({ trades: z.record(z.string(), wireCryptoTrade) }) },
        example: { path: { loc: "us" }, query: "symbols=BTC/USD" },
      },
      "/v1beta3/crypto/:loc/latest/orderbooks": {
        id: "latestCryptoOrderbooks",
        summary: "The order books of coins or shares, by price level",
        path: { loc: location },
        query: cryptoLatestQuery,
        errorStatuses: [400],
        responses: { 200: z.object({ orderbooks: z.record(z.string(), wireOrderbook) }) },
        example: { path: { loc: "us" }, query: "symbols=BTC/USD" },
      },
    },
  },
};
