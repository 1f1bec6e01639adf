import { ApiFault } from "../../../../protocol/http/apiFault.ts";
import { realizedToWire, taxLotsToWire } from "../../../../protocol/mapping/taxLots.ts";
import type { UnknownPage } from "../../../../protocol/rpc/lots.ts";
import { realizedQuery, taxLotsQuery } from "../../../../protocol/wire/taxLots.ts";
import { accountOf } from "../../accounts.ts";
import { answerWhole } from "../../commonHeaders.ts";
import type { AppContext } from "../../context.ts";
import { instrumentsOf } from "../../instruments.ts";
import { queryOf } from "../../query.ts";
import { defineResource } from "../../resource.ts";
import { marksBySymbol } from "../../valuation.ts";
import { ACCESS } from "./access.ts";

/** Tax lots of the caller's account, and what their sales have realised. */
export const taxLotsResource = defineResource("taxLots", ACCESS, {
  "/v1/portfolio/lots": {
    GET: async (c) => {
      const { symbol: name, page_size: limit, page_token: pageToken } = queryOf(c, taxLotsQuery);
      const asset = await assetNamed(c, name);
      const { symbol } = asset;
      const [page, marks] = await Promise.all([
        accountOf(c).lots({ symbol, limit, pageToken }),
        marksBySymbol(c.env, [symbol]),
      ]);
      const mark = marks.get(symbol);
      if (mark === undefined) throw new ApiFault({ reason: "unavailable" });
      return answerWhole(c, taxLotsToWire(asset, known(page), mark.price, c.var.receivedAt));
    },
  },

  "/v1/portfolio/realized": {
    GET: async (c) => {
      const { symbol, after, until, page_size: limit, page_token: pageToken } = queryOf(c, realizedQuery);
      const page = await accountOf(c).realized({
        symbol: symbol === null ? null : (await assetNamed(c, symbol)).symbol,
        afterMicros: after?.micros ?? null,
        // A bound within a microsecond is later than the microsecond.
        untilMicros: until === null ? null : until.micros + (until.more ? 1 : 0),
        limit,
        pageToken,
      });
      return answerWhole(c, realizedToWire(known(page)));
    },
  },
});

async function assetNamed(c: AppContext, name: string) {
  const instrument = (await instrumentsOf(c.env)).find(name);
  if (instrument === undefined) throw new ApiFault({ reason: "asset_not_found", symbol: name });
  return instrument;
}

function known<Page extends object>(page: Page | UnknownPage): Page {
  if (!("unknown" in page)) return page;
  throw new ApiFault({
    reason: "query_invalid",
    parameter: "page_token",
    expected: "the next_page_token of the page before",
  });
}
