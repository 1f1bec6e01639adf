/** Depth of a book, by price level or order by order. */
import { Hono } from "hono";
import { findInstrument } from "../../domain/market/listing.ts";
import { orderBookObject } from "../../durable-objects/actor/namespaces.ts";
import { canonicalSymbol } from "../../protocol/assets.ts";
import { levelsToWire, readBookQuery, restingToWire } from "../../protocol/marketQuery.ts";
import { ApiFault, ask, wellFormed } from "../../protocol/fault.ts";
import type { QuotesHono } from "./context.ts";

export const books = new Hono<QuotesHono>();

books.get("/:symbol", async (c) => {
  const { levels, view } = wellFormed(readBookQuery(new URL(c.req.url).searchParams));
  const symbol = canonicalSymbol(c.req.param("symbol"));
  if (findInstrument(symbol) === undefined) throw new ApiFault({ reason: "symbol_not_found", symbol });
  const book = orderBookObject(c.env, symbol);
  if (view === "orders") {
    const { sequence, bids, asks } = await ask(() => book.resting());
    return c.json({ symbol, sequence, bids: restingToWire(symbol, bids), asks: restingToWire(symbol, asks) });
  }
  const { top, bids, asks } = await ask(() => book.depth(levels));
  const { sequence } = top;
  return c.json({ symbol, sequence, bids: levelsToWire(symbol, bids), asks: levelsToWire(symbol, asks) });
});
