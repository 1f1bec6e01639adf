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
  "/v1/indicators/:name": { GET: fromQuotes },
  "/v1beta3/crypto/*": { GET: fromQuotes },
});

async function fromQuotes(c: AppContext): Promise<Response> {
  const answer = await ask(() => c.env.QUOTES.fetch(requestForQuotes(c)));
  return new Response(answer.body, answer);
}
