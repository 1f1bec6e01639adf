/** Which bars of a symbol no trade made. */
import { Hono } from "hono";
import { tapeIndexObject } from "../../../durable-objects/actor/namespaces.ts";
import { ask } from "../../../protocol/http/apiFault.ts";
import { historyToWire } from "../../../protocol/mapping/backfill.ts";
import { listedSymbol, type QuotesHono } from "../context.ts";

export const sourcesOfHistory = new Hono<QuotesHono>();

sourcesOfHistory.get("/:symbol", async (c) => {
  const symbol = await listedSymbol(c.env, c.req.param("symbol"));
  return c.json(historyToWire(symbol, await ask(() => tapeIndexObject(c.env, symbol).backfilled())));
});
