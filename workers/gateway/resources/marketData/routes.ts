import { indicatorNamed } from "../../../../domain/indicators/catalogue.ts";
import { indicatorCost, readIndicatorQuery } from "../../../../protocol/mapping/indicators.ts";
import { countUser } from "../../limits/edge.ts";
import { ask } from "../../../../protocol/http/apiFault.ts";
import type { AppContext } from "../../context.ts";
import { requestForQuotes } from "../../quotesWorker.ts";
import { defineResource } from "../../resource.ts";
import { ACCESS } from "./access.ts";

/** Market data: the quotes worker answers. */
export const marketDataResource = defineResource("marketData", ACCESS, {
  "/v2/stocks/*": { GET: fromQuotes },
  "/v1beta1/screener/*": { GET: fromQuotes },
  "/v1beta1/news": { GET: fromQuotes },
  "/v1/books/*": { GET: fromQuotes },
  "/v1/history/:symbol": { GET: fromQuotes },
  "/v1/indicators": { GET: fromQuotes },
  "/v1/indicators/:name": {
    GET: async (c) => {
      await countIndicator(c);
      return fromQuotes(c);
    },
  },
  "/v1beta3/crypto/*": { GET: fromQuotes },
});

/** Counts what a request for an indicator costs beside the one that is counted of every request. */
async function countIndicator(c: AppContext): Promise<void> {
  const definition = indicatorNamed(c.req.param("name") ?? "");
  if (definition === undefined) return;
  const query = readIndicatorQuery(definition, new URL(c.req.url).searchParams, c.get("receivedAt"));
  // The quotes worker refuses it.
  if (!query.ok) return;
  const { userId, plan = "standard", guest = false } = c.get("caller").principal;
  const cost = indicatorCost(definition, query.value);
  for (let counted = 1; counted < cost; counted++) await countUser(c, userId, guest ? "standard" : plan, false);
}

async function fromQuotes(c: AppContext): Promise<Response> {
  const answer = await ask(() => c.env.QUOTES.fetch(requestForQuotes(c)));
  return new Response(answer.body, answer);
}
