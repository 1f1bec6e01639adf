import * as z from "zod";
import { assetListQuery } from "../../../../protocol/wire/query.ts";
import { wireAsset } from "../../../../protocol/wire/assets.ts";
import type { Descriptions } from "../../operation.ts";
import type { ACCESS } from "./access.ts";

export const description: Descriptions<typeof ACCESS> = {
  "GET /v2/assets": {
    id: "listAssets",
    summary: "List assets",
    query: assetListQuery,
    responses: { 200: z.array(wireAsset) },
    example: { query: "asset_class=us_equity" },
  },
  "GET /v2/assets/:asset": {
    id: "getAsset",
    summary: "One asset, by symbol or id",
    responses: { 200: wireAsset },
    errorStatuses: [404],
    example: { path: { asset: "AAPL" } },
  },
};
