/** What market data means: venues and conditions; and lists over all symbols: the screener and news. */
import { Hono } from "hono";
import {
  CONDITIONS,
  EXCHANGES,
  mostActives,
  movers,
  readConditionsQuery,
  readMostActivesQuery,
  readMoversQuery,
  readNewsQuery,
} from "../../../protocol/mapping/screener.ts";
import { listedInstruments } from "../../../durable-objects/instrumentCache/cachedInstruments.ts";
import { unwrap } from "../../../protocol/http/apiFault.ts";
import type { QuotesContext, QuotesHono } from "../context.ts";
import { LatestReads } from "../latest/latestReads.ts";

export const metaOfStocks = new Hono<QuotesHono>();
export const screener = new Hono<QuotesHono>();

metaOfStocks.get("/meta/exchanges", (c) => c.json(EXCHANGES));

metaOfStocks.get("/meta/conditions/:ticktype", (c) => {
  const { ticktype } = unwrap(readConditionsQuery(c.req.param("ticktype"), paramsOf(c)));
  return c.json(CONDITIONS[ticktype]);
});

screener.get("/screener/stocks/most-actives", async (c) => {
  const query = unwrap(readMostActivesQuery(paramsOf(c)));
  const reads = new LatestReads(c);
  const bars = await reads.screen({ assetClass: "us_equity", by: query.by, except: await delisted(c) });
  return reads.answer(mostActives(bars, query, Date.now()));
});

screener.get("/screener/:market_type/movers", async (c) => {
  const query = unwrap(readMoversQuery(c.req.param("market_type"), paramsOf(c)));
  const reads = new LatestReads(c);
  const assetClass = query.market_type === "stocks" ? "us_equity" : "crypto";
  const bars = await reads.screen({ assetClass, by: "change", except: await delisted(c) });
  return reads.answer(movers(bars, query, Date.now()));
});

// There is no source of news.
screener.get("/news", (c) => {
  unwrap(readNewsQuery(paramsOf(c)));
  return c.json({ news: [], next_page_token: null });
});

async function delisted(c: QuotesContext): Promise<string[]> {
  const { all } = await listedInstruments(c.env, "quotes");
  return all.filter(({ status }) => status === "delisted").map(({ symbol }) => symbol);
}

function paramsOf(c: QuotesContext): URLSearchParams {
  return new URL(c.req.url).searchParams;
}
