import { barsOfPast, wireBarsPut } from "../../../../protocol/wire/backfill.ts";
import type { Descriptions } from "../../operation.ts";
import type { ACCESS } from "./access.ts";

export const description: Descriptions<typeof ACCESS> = {
  "PUT /v1/admin/history/:symbol/bars": {
    id: "putBars",
    summary: "Give a symbol bars of the past",
    description:
      "Stores bars of a time before trades, at most 10,000 and 1 MiB a request. They replace those that an earlier " +
      "request gave for the same trading days; days on which trades were made keep their own. A request with a bar " +
      "that cannot be is refused whole: prices in disorder, a time in which the market does not trade, in the middle " +
      "of a minute, or not over. `GET /v1/history/{symbol}` says which days have such bars.",
    requestBody: barsOfPast,
    responses: { 200: wireBarsPut },
    errorStatuses: [404, 413, 422],
    example: {
      path: { symbol: "AAPL" },
      body: {
        timeframe: "1Day",
        source: "imported",
        bars: [[1767589200000, 266, 269, 265.5, 268, 51200000, 410000, 267.4]],
      },
    },
  },
};
