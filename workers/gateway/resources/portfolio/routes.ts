import { explainQuery, performanceQuery } from "../../../../protocol/wire/performance.ts";
import { portfolioHistoryQuery } from "../../../../protocol/wire/portfolio.ts";
import { explainFigure } from "../../portfolio/explain.ts";
import { portfolioHistory } from "../../portfolio/history.ts";
import { portfolioPerformance } from "../../portfolio/performance.ts";
import { queryOf } from "../../query.ts";
import { defineResource } from "../../resource.ts";
import { ACCESS } from "./access.ts";

/** Equity, profit and performance of the caller's account over time. */
export const portfolioResource = defineResource("portfolio", ACCESS, {
  "/v2/account/portfolio/history": {
    GET: async (c) => c.json(await portfolioHistory(c, queryOf(c, portfolioHistoryQuery))),
  },

  "/v1/portfolio/performance": {
    GET: async (c) => c.json(await portfolioPerformance(c, queryOf(c, performanceQuery))),
  },

  "/v1/portfolio/explain": {
    GET: async (c) => c.json(await explainFigure(c, queryOf(c, explainQuery))),
  },
});
