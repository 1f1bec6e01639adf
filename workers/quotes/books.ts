/** Depth of a book, by price level or order by order. */
import { Hono } from "hono";
import { orderBookObject } from "../../durable-objects/actor/namespaces.ts";
import { levelsToWire, readBookQuery, restingToWire } from "../../protocol/mapping/marketData.ts";
import { ask, unwrap } from "../../protocol/http/apiFault.ts";
import { listedSymbol, type QuotesHono } from "./context.ts";

export const books = new Hono<QuotesHono>();

books.get("/:symbol", async (c) => {
  const { levels, view } = unwrap(readBookQuery(new URL(c.req.url).searchParams));
  const symbol = await listedSymbol(c.env, c.req.param("symbol"));
  const book = orderBookObject(c.env, symbol);
  if (view === "orders") {
    const { sequence, bids, asks } = await ask(() => book.resting());
    return c.json({ symbol, sequence, bids: restingToWire(symbol, bids), asks: restingToWire(symbol, asks) });
  }
  const { top, bids, asks } = await ask(() => book.depth(levels));
  const { sequence } = top;
  return c.json({ symbol, sequence, bids: levelsToWire(symbol, bids), asks: levelsToWire(symbol, asks) });
});
