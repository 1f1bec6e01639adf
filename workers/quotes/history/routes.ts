/** The past of symbols, by pages. */
import { Hono } from "hono";
import { assetOf } from "../../../domain/market/asset.ts";
import {
  barsOfOneQuery,
  barsQuery,
  cryptoBarsQuery,
  cryptoHistoryQuery,
  historyOfOneQuery,
  historyQuery,
  historyRange,
  pageToken,
  readHistoryQuery,
} from "../../../protocol/mapping/marketHistory.ts";
import {
  auctionsToWire,
  barToWire,
  pastCryptoQuoteToWire,
  pastCryptoTradeToWire,
  pastQuoteToWire,
  pastTradeToWire,
} from "../../../protocol/mapping/bars.ts";
import { readLocation } from "../../../protocol/mapping/cryptoData.ts";
import { unwrap } from "../../../protocol/http/apiFault.ts";
import { listedSymbol, listedSymbols, type QuotesContext, type QuotesHono } from "../context.ts";
import { readAuctions } from "./auctions.ts";
import type { HistoryPage } from "./pageReader.ts";
import { readBars, readQuotes, readTrades } from "./tapeReads.ts";

export const historyOfStocks = new Hono<QuotesHono>();
export const historyOfCrypto = new Hono<QuotesHono>();

historyOfStocks.get("/bars", async (c) => {
  const query = unwrap(readHistoryQuery(barsQuery, paramsOf(c)));
  const range = unwrap(historyRange(query, "new_york", Date.now()));
  const page = await readBars(c, await listedSymbols(c.env, query.symbols), query.timeframe, range);
  return c.json({ bars: bySymbol(page, barToWire), next_page_token: tokenOf(page) });
});

historyOfStocks.get("/trades", async (c) => {
  const query = unwrap(readHistoryQuery(historyQuery, paramsOf(c)));
  const range = unwrap(historyRange(query, "new_york", Date.now()));
  const page = await readTrades(c, await listedSymbols(c.env, query.symbols), range);
  return c.json({ trades: bySymbol(page, pastTradeToWire), next_page_token: tokenOf(page) });
});

historyOfStocks.get("/quotes", async (c) => {
  const query = unwrap(readHistoryQuery(historyQuery, paramsOf(c)));
  const range = unwrap(historyRange(query, "new_york", Date.now()));
  const page = await readQuotes(c, await listedSymbols(c.env, query.symbols), range);
  return c.json({ quotes: bySymbol(page, pastQuoteToWire), next_page_token: tokenOf(page) });
});

historyOfStocks.get("/auctions", async (c) => {
  const query = unwrap(readHistoryQuery(historyQuery, paramsOf(c)));
  const range = unwrap(historyRange(query, "new_york", Date.now()));
  const page = await readAuctions(c, await listedShares(c, query.symbols), range);
  return c.json({ auctions: bySymbol(page, auctionsToWire), next_page_token: tokenOf(page) });
});

historyOfStocks.get("/:symbol/auctions", async (c) => {
  const query = unwrap(readHistoryQuery(historyOfOneQuery, paramsOf(c)));
  const range = unwrap(historyRange(query, "new_york", Date.now()));
  const symbol = await listedSymbol(c.env, c.req.param("symbol"));
  const page = await readAuctions(c, await listedShares(c, [symbol]), range);
  return c.json({ symbol, auctions: ofSymbol(page, symbol, auctionsToWire), next_page_token: tokenOf(page) });
});

historyOfStocks.get("/:symbol/bars", async (c) => {
  const query = unwrap(readHistoryQuery(barsOfOneQuery, paramsOf(c)));
  const range = unwrap(historyRange(query, "new_york", Date.now()));
  const symbol = await listedSymbol(c.env, c.req.param("symbol"));
  const page = await readBars(c, [symbol], query.timeframe, range);
  return c.json({ symbol, bars: ofSymbol(page, symbol, barToWire), next_page_token: tokenOf(page) });
});

historyOfStocks.get("/:symbol/trades", async (c) => {
  const query = unwrap(readHistoryQuery(historyOfOneQuery, paramsOf(c)));
  const range = unwrap(historyRange(query, "new_york", Date.now()));
  const symbol = await listedSymbol(c.env, c.req.param("symbol"));
  const page = await readTrades(c, [symbol], range);
  return c.json({ symbol, trades: ofSymbol(page, symbol, pastTradeToWire), next_page_token: tokenOf(page) });
});

historyOfStocks.get("/:symbol/quotes", async (c) => {
  const query = unwrap(readHistoryQuery(historyOfOneQuery, paramsOf(c)));
  const range = unwrap(historyRange(query, "new_york", Date.now()));
  const symbol = await listedSymbol(c.env, c.req.param("symbol"));
  const page = await readQuotes(c, [symbol], range);
  return c.json({ symbol, quotes: ofSymbol(page, symbol, pastQuoteToWire), next_page_token: tokenOf(page) });
});

historyOfCrypto.get("/:loc/bars", async (c) => {
  unwrap(readLocation(c.req.param("loc")));
  const query = unwrap(readHistoryQuery(cryptoBarsQuery, paramsOf(c)));
  const range = unwrap(historyRange(query, "utc", Date.now()));
  const page = await readBars(c, await listedSymbols(c.env, query.symbols), query.timeframe, range);
  return c.json({ bars: bySymbol(page, barToWire), next_page_token: tokenOf(page) });
});

historyOfCrypto.get("/:loc/trades", async (c) => {
  unwrap(readLocation(c.req.param("loc")));
  const query = unwrap(readHistoryQuery(cryptoHistoryQuery, paramsOf(c)));
  const range = unwrap(historyRange(query, "utc", Date.now()));
  const page = await readTrades(c, await listedSymbols(c.env, query.symbols), range);
  return c.json({ trades: bySymbol(page, pastCryptoTradeToWire), next_page_token: tokenOf(page) });
});

historyOfCrypto.get("/:loc/quotes", async (c) => {
  unwrap(readLocation(c.req.param("loc")));
  const query = unwrap(readHistoryQuery(cryptoHistoryQuery, paramsOf(c)));
  const range = unwrap(historyRange(query, "utc", Date.now()));
  const page = await readQuotes(c, await listedSymbols(c.env, query.symbols), range);
  return c.json({ quotes: bySymbol(page, pastCryptoQuoteToWire), next_page_token: tokenOf(page) });
});

/** Coins have no auctions. */
async function listedShares(c: QuotesContext, names: readonly string[]): Promise<string[]> {
  const symbols = await listedSymbols(c.env, names);
  return symbols.filter((symbol) => assetOf(symbol).assetClass === "us_equity");
}

type Element<Item> = (symbol: string, item: Item) => object;

function paramsOf(c: QuotesContext): URLSearchParams {
  return new URL(c.req.url).searchParams;
}

function bySymbol<Item>({ items }: HistoryPage<Item>, element: Element<Item>): object {
  return Object.fromEntries(Array.from(items, ([symbol, of]) => [symbol, of.map((item) => element(symbol, item))]));
}

function ofSymbol<Item>({ items }: HistoryPage<Item>, symbol: string, element: Element<Item>): object[] {
  return (items.get(symbol) ?? []).map((item) => element(symbol, item));
}

function tokenOf({ next }: HistoryPage<unknown>): string | null {
  return next === null ? null : pageToken(next);
}
