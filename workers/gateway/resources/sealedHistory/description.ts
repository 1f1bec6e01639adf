import * as z from "zod";
import { SEALED_FILES, wireSealedMonth, wireSealedMonths } from "../../../../protocol/wire/sealedHistory.ts";
import type { Descriptions } from "../../operation.ts";
import type { ACCESS } from "./access.ts";

export const description: Descriptions<typeof ACCESS> = {
  "GET /v1/audit/history/:symbol": {
    id: "listSealedMonths",
    summary: "The months of a symbol that have history",
    responses: { 200: wireSealedMonths },
    errorStatuses: [404],
    example: { path: { symbol: "AAPL" } },
  },
  "GET /v1/audit/history/:symbol/:month": {
    id: "listSealedDays",
    summary: "The manifests of a month, and how sealing goes",
    description:
      "Trades of a trading day are sealed two to three hours after its end: files in Parquet and a manifest with their " +
      "digests, the manifest before it and the head of the book's chain of trades. `npm run history -- verify` checks them.",
    responses: { 200: wireSealedMonth },
    errorStatuses: [404],
    example: { path: { symbol: "AAPL", month: "2026-11" } },
  },
  "GET /v1/audit/history/:symbol/:month/:first/:file": {
    id: "getSealedFile",
    summary: "A sealed file",
    description:
      "`first` is the `first_trade_id` of its manifest. `unaudited` has what the audit trail has not of the trades, as " +
      "`npm run history -- rebuild` reads it.",
    path: { file: z.enum(SEALED_FILES) },
    responses: { 200: { description: "The file", type: "application/vnd.apache.parquet" } },
    errorStatuses: [404],
    example: { path: { symbol: "AAPL", month: "2026-11", first: "1", file: "trades" } },
  },
};
