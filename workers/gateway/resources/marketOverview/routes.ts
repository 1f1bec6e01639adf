import { ask } from "../../../../protocol/http/apiFault.ts";
import { requestForQuotes } from "../../quotesWorker.ts";
import { defineResource } from "../../resource.ts";
import { ACCESS } from "./access.ts";

/** The market at a glance: the quotes worker answers. */
export const marketOverviewResource = defineResource("marketOverview", ACCESS, {
  "/v1/market/overview": {
    GET: async (c) => {
      const answer = await ask(() => c.env.QUOTES.fetch(requestForQuotes(c)));
      return new Response(answer.body, answer);
    },
  },
});
