import * as z from "zod";
import { wireHistory } from "../../../../protocol/wire/backfill.ts";
import { wireMostActives, wireMovers, wireNews } from "../../../../protocol/wire/screener.ts";
import { cryptoLatestQuery, location } from "../../../../protocol/mapping/cryptoData.ts";
import { wireCryptoQuote, wireCryptoTrade, wireOrderbook } from "../../../../protocol/wire/cryptoData.ts";
import { bookQuery, latestQuery, newestQuery } from "../../../../protocol/mapping/marketData.ts";
import { wireIndicator, wireIndicatorValues } from "../../../../protocol/wire/indicators.ts";
import { INDICATORS } from "../../../../domain/indicators/catalogue.ts";
import { indicatorQuery } from "../../../../protocol/mapping/indicators.ts";
import { wireDepth, wireQuote, wireTrade } from "../../../../protocol/wire/market.ts";
import {
  nextPageToken,
  wireBar,
  wireCryptoSnapshot,
  wireDailyAuctions,
  wireSnapshot,
} from "../../../../protocol/wire/bars.ts";
import {
  barsOfOneQuery,
  barsQuery,
  cryptoBarsQuery,
  cryptoHistoryQuery,
  historyOfOneQuery,
  historyQuery,
} from "../../../../protocol/mapping/marketHistory.ts";
import {
  conditionsQuery,
  marketType,
  mostActivesQuery,
  moversQuery,
  newsQuery,
  ticktype,
} from "../../../../protocol/mapping/screener.ts";
import { QUOTES_OF_PAST } from "./pastQuotes.ts";
import type { Descriptions } from "../../operation.ts";
import type { ACCESS } from "./access.ts";

/** Pages of several symbols, and of one. */
const pagesOf = (kind: string, element: z.ZodType) =>
  z.object({ [kind]: z.record(z.string(), z.array(element)), next_page_token: nextPageToken });
const pageOfOne = (kind: string, element: z.ZodType) =>
  z.object({ symbol: z.string(), [kind]: z.array(element), next_page_token: nextPageToken });

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
      "/v2/stocks/bars/latest": {
        id: "latestBars",
        summary: "The newest minute bar of symbols",
        query: latestQuery,
        errorStatuses: [400],
        responses: { 200: z.object({ bars: z.record(z.string(), wireBar) }) },
        example: { query: "symbols=AAPL,MSFT" },
      },
      "/v2/stocks/:symbol/bars/latest": {
        id: "latestBar",
        summary: "The newest minute bar of a symbol",
        query: newestQuery,
        example: { path: { symbol: "AAPL" } },
        errorStatuses: [400, 404],
        responses: { 200: z.object({ symbol: z.string(), bar: wireBar }) },
      },
      "/v2/stocks/snapshots": {
        id: "snapshots",
        summary: "The newest trade, quote and bars of symbols",
        query: latestQuery,
        errorStatuses: [400],
        responses: { 200: z.record(z.string(), wireSnapshot) },
        example: { query: "symbols=AAPL,MSFT" },
      },
      "/v2/stocks/:symbol/snapshot": {
        id: "snapshot",
        summary: "The newest trade, quote and bars of a symbol",
        query: newestQuery,
        errorStatuses: [400, 404],
        responses: { 200: wireSnapshot.extend({ symbol: z.string() }) },
        example: { path: { symbol: "AAPL" } },
      },
      "/v2/stocks/bars": {
        id: "bars",
        summary: "Bars of symbols",
        description:
          "Sorted by symbol, then time. `limit` is the total over all symbols. Daily bars have the trades of regular hours, and the time of midnight in New York.",
        query: barsQuery,
        errorStatuses: [400],
        responses: { 200: pagesOf("bars", wireBar) },
        example: { query: "symbols=AAPL,MSFT&timeframe=1Day&start=2026-01-02" },
      },
      "/v2/stocks/trades": {
        id: "trades",
        summary: "Past trades of symbols",
        query: historyQuery,
        errorStatuses: [400],
        responses: { 200: pagesOf("trades", wireTrade) },
        example: { query: "symbols=AAPL,MSFT&limit=5" },
      },
      "/v2/stocks/quotes": {
        id: "quotes",
        summary: "Past quotes of symbols",
        description: QUOTES_OF_PAST,
        query: historyQuery,
        errorStatuses: [400],
        responses: { 200: pagesOf("quotes", wireQuote) },
        example: { query: "symbols=AAPL,MSFT" },
      },
      "/v2/stocks/:symbol/bars": {
        id: "barsOfSymbol",
        summary: "Bars of a symbol",
        query: barsOfOneQuery,
        errorStatuses: [400, 404],
        responses: { 200: pageOfOne("bars", wireBar) },
        example: { path: { symbol: "AAPL" }, query: "timeframe=5Min" },
      },
      "/v2/stocks/:symbol/trades": {
        id: "tradesOfSymbol",
        summary: "Past trades of a symbol",
        query: historyOfOneQuery,
        errorStatuses: [400, 404],
        responses: { 200: pageOfOne("trades", wireTrade) },
        example: { path: { symbol: "AAPL" }, query: "limit=5&sort=desc" },
      },
      "/v2/stocks/:symbol/quotes": {
        id: "quotesOfSymbol",
        summary: "Past quotes of a symbol",
        description: QUOTES_OF_PAST,
        query: historyOfOneQuery,
        errorStatuses: [400, 404],
        responses: { 200: pageOfOne("quotes", wireQuote) },
        example: { path: { symbol: "AAPL" } },
      },
      "/v2/stocks/auctions": {
        id: "auctions",
        summary: "Opening and closing auctions of shares",
        query: historyQuery,
        errorStatuses: [400],
        responses: { 200: pagesOf("auctions", wireDailyAuctions) },
        example: { query: "symbols=AAPL,MSFT&start=2026-11-02" },
      },
      "/v2/stocks/:symbol/auctions": {
        id: "auctionsOfSymbol",
        summary: "Opening and closing auctions of a share",
        query: historyOfOneQuery,
        errorStatuses: [400, 404],
        responses: { 200: pageOfOne("auctions", wireDailyAuctions) },
        example: { path: { symbol: "AAPL" }, query: "start=2026-11-02" },
      },
      "/v2/stocks/meta/exchanges": {
        id: "exchanges",
        summary: "The venues by their letter",
        errorStatuses: [400],
        responses: { 200: z.record(z.string(), z.string()) },
        example: {},
      },
      "/v2/stocks/meta/conditions/:ticktype": {
        id: "conditions",
        summary: "The conditions of trades or quotes by their code",
        path: { ticktype },
        query: conditionsQuery,
        errorStatuses: [400],
        responses: { 200: z.record(z.string(), z.string()) },
        example: { path: { ticktype: "trade" }, query: "tape=C" },
      },
    },
  },
  "GET /v1beta1/screener/*": {
    paths: {
      "/v1beta1/screener/stocks/most-actives": {
        id: "mostActives",
        summary: "The most active shares of the trading day",
        query: mostActivesQuery,
        errorStatuses: [400],
        responses: { 200: wireMostActives },
        example: { query: "by=volume&top=5" },
      },
      "/v1beta1/screener/:market_type/movers": {
        id: "movers",
        summary: "The symbols that gained and lost most since the day before",
        path: { market_type: marketType },
        query: moversQuery,
        errorStatuses: [400],
        responses: { 200: wireMovers },
        example: { path: { market_type: "stocks" }, query: "top=5" },
      },
    },
  },
  "GET /v1beta1/news": {
    id: "news",
    summary: "News: none, there is no source",
    query: newsQuery,
    errorStatuses: [400],
    responses: { 200: wireNews },
    example: { query: "symbols=AAPL" },
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
      "/v1/books/:symbol/stream": {
        id: "bookStream",
        summary: "The depth of a book as a stream",
        description: "A WebSocket: its messages are those of the data stream in /v1/asyncapi.json.",
        responses: { 101: { description: "the socket" } },
        errorStatuses: [426],
      },
    },
  },
  "GET /v1/history/:symbol": {
    id: "getHistory",
    summary: "Which bars of a symbol no trade made",
    description:
      "Administrators may give a symbol bars of the time before it traded here. Other routes show them as all bars.",
    responses: { 200: wireHistory },
    errorStatuses: [404],
    example: { path: { symbol: "AAPL" } },
  },
  "GET /v1/indicators": {
    id: "listIndicators",
    summary: "The indicators, their parameters and outputs",
    responses: { 200: z.object({ indicators: z.array(wireIndicator) }) },
    example: {},
  },
  "GET /v1/indicators/:name": {
    id: "getIndicator",
    summary: "The values of an indicator over the bars of a symbol",
    description:
      "Reads as many bars before the first value as the indicator needs, and says so in `warm_up` and `complete`. The " +
      "newest bar may still be open: its values change until it ends. Parameters that the indicator does not have are " +
      "refused. docs/indicators.md has the formulas.",
    path: { name: z.enum(INDICATORS.map(({ name }) => name)) },
    query: indicatorQuery,
    responses: { 200: wireIndicatorValues },
    errorStatuses: [404, 422],
    example: { path: { name: "macd" }, query: "symbol=AAPL&timeframe=1Min&limit=5" },
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
      "/v1beta3/crypto/:loc/latest/bars": {
        id: "latestCryptoBars",
        summary: "The newest minute bar of coins or shares",
        path: { loc: location },
        query: cryptoLatestQuery,
        errorStatuses: [400],
        responses: { 200: z.object({ bars: z.record(z.string(), wireBar) }) },
        example: { path: { loc: "us" }, query: "symbols=BTC/USD" },
      },
      "/v1beta3/crypto/:loc/snapshots": {
        id: "cryptoSnapshots",
        summary: "The newest trade, quote and bars of coins or shares",
        path: { loc: location },
        query: cryptoLatestQuery,
        errorStatuses: [400],
        responses: { 200: z.object({ snapshots: z.record(z.string(), wireCryptoSnapshot) }) },
        example: { path: { loc: "us" }, query: "symbols=BTC/USD" },
      },
      "/v1beta3/crypto/:loc/bars": {
        id: "cryptoBars",
        summary: "Bars of coins or shares",
        path: { loc: location },
        query: cryptoBarsQuery,
        errorStatuses: [400],
        responses: { 200: pagesOf("bars", wireBar) },
        example: { path: { loc: "us" }, query: "symbols=BTC/USD&timeframe=1Hour" },
      },
      "/v1beta3/crypto/:loc/trades": {
        id: "cryptoTrades",
        summary: "Past trades of coins or shares",
        path: { loc: location },
        query: cryptoHistoryQuery,
        errorStatuses: [400],
        responses: { 200: pagesOf("trades", wireCryptoTrade) },
        example: { path: { loc: "us" }, query: "symbols=BTC/USD&limit=5" },
      },
      "/v1beta3/crypto/:loc/quotes": {
        id: "cryptoQuotes",
        summary: "Past quotes of coins or shares",
        description: QUOTES_OF_PAST,
        path: { loc: location },
        query: cryptoHistoryQuery,
        errorStatuses: [400],
        responses: { 200: pagesOf("quotes", wireCryptoQuote) },
        example: { path: { loc: "us" }, query: "symbols=BTC/USD" },
      },
    },
  },
};
