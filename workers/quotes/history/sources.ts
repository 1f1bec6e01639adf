/** Which bars of a symbol no trade made, and which trades are missing. */
import { Hono } from "hono";
import { tapeIndexObject } from "../../../durable-objects/actor/namespaces.ts";
import { ask } from "../../../protocol/http/apiFault.ts";
import { historyToWire } from "../../../protocol/mapping/backfill.ts";
import { listedSymbol, type QuotesHono } from "../context.ts";

export const sourcesOfHistory = new Hono<QuotesHono>();

sourcesOfHistory.get("/:symbol", async (c) => {
  const symbol = await listedSymbol(c.env, c.req.param("symbol"));
  const index = tapeIndexObject(c.env, symbol);
  const [backfilled, gaps] = await ask(() => Promise.all([index.backfilled(), index.gaps()]));
  return c.json(historyToWire(symbol, backfilled, gaps));
});
