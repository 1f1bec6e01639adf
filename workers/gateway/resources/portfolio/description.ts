import { portfolioHistoryQuery, wirePortfolioHistory } from "../../../../protocol/wire/portfolio.ts";
import {
  explainQuery,
  performanceQuery,
  wireExplanation,
  wirePerformance,
} from "../../../../protocol/wire/performance.ts";
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
  "GET /v1/portfolio/performance": {
    id: "getPerformance",
    summary: "Performance of the account",
    description:
      "Returns (price, total, time-weighted, money-weighted, modified Dietz), maximum drawdown, volatility and Sharpe " +
      "ratio from the closes of a range; by position with what each contributed, or by day, month or year; beside a " +
      "benchmark. A figure that cannot be computed says why.",
    query: performanceQuery,
    responses: { 200: wirePerformance },
    errorStatuses: [404],
    example: { query: "period=1M&by=position&benchmark=AAPL" },
  },
  "GET /v1/portfolio/explain": {
    id: "explainFigure",
    summary: "What a figure is made of",
    description:
      "The formula of a figure with its inputs, the values and flows of the range, and what each position adds, a page of " +
      "positions at a time.",
    query: explainQuery,
    responses: { 200: wireExplanation },
    errorStatuses: [404],
    example: { query: "figure=time_weighted&period=1M" },
  },
};
