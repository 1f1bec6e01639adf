/** The market at a glance: public, and the same for everybody. */
import { Hono } from "hono";
import { ask } from "../../../protocol/http/apiFault.ts";
import type { QuotesHono } from "../context.ts";
import { readOverview } from "./reads.ts";

/** As old as what is read may be. */
const CACHE = "public, max-age=1";

export const overview = new Hono<QuotesHono>();

overview.get("/overview", async (c) => {
  const scope = {
    counts: { asked: 0, edge: 0, object: 0, book: 0 },
    asksEdge: true,
    waitUntil: (promise: Promise<unknown>) => c.executionCtx.waitUntil(promise),
  };
  return c.json(await ask(() => readOverview(c.env, scope)), 200, { "Cache-Control": CACHE });
});
