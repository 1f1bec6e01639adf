import { portfolioHistoryQuery, wirePortfolioHistory } from "../../../../protocol/wire/portfolio.ts";
import type { Descriptions } from "../../operation.ts";
import type { ACCESS } from "./access.ts";

export const description: Descriptions<typeof ACCESS> = {
  "GET /v2/account/portfolio/history": {
    id: "getPortfolioHistory",
    summary: "Equity and profit over time",
    description:
      "Equity at the end of each point of time, from holdings and prices of then, and the profit since the base, without " +
      "what was deposited and withdrawn. Days of which the exchange has no record have no points.",
    query: portfolioHistoryQuery,
    responses: { 200: wirePortfolioHistory },
    errorStatuses: [404],
    example: { query: "period=1M&timeframe=1D" },
  },
};
