import { portfolioHistoryQuery } from "../../../../protocol/wire/portfolio.ts";
import { portfolioHistory } from "../../portfolio/history.ts";
import { queryOf } from "../../query.ts";
import { defineResource } from "../../resource.ts";
import { ACCESS } from "./access.ts";

/** Equity and profit of the caller's account over time. */
export const portfolioResource = defineResource("portfolio", ACCESS, {
  "/v2/account/portfolio/history": {
    GET: async (c) => c.json(await portfolioHistory(c, queryOf(c, portfolioHistoryQuery))),
  },
});
