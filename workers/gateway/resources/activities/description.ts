import * as z from "zod";
import {
  activitiesExportQuery,
  activitiesOfTypeQuery,
  activitiesQuery,
  wireActivity,
} from "../../../../protocol/wire/activities.ts";
import type { Descriptions } from "../../operation.ts";
import type { ACCESS } from "./access.ts";

export const description: Descriptions<typeof ACCESS> = {
  "GET /v2/account/activities": {
    id: "listActivities",
    summary: "Changes of cash and positions",
    description:
      "Each fill, deposit, withdrawal, journal and fee, once. Pages follow the sequence in which the account recorded them: " +
      "`page_token` is the id of the last activity of the page before. Filters by time are about `transaction_time` of a " +
      "fill and `created_at` of the others. An account of an earlier release begins its record with its first commit " +
      "under this one, with a `MISC` for what it has then.",
    query: activitiesQuery,
    responses: { 200: z.array(wireActivity) },
    example: { query: "activity_types=FILL,CSD&page_size=10" },
  },
  "GET /v2/account/activities/:type": {
    id: "listActivitiesOfType",
    summary: "Changes of cash and positions, of one type",
    query: activitiesOfTypeQuery,
    responses: { 200: z.array(wireActivity) },
    example: { path: { type: "FILL" }, query: "direction=asc" },
  },
  "GET /v1/account/activities/export": {
    id: "exportActivities",
    summary: "Every activity, as one file",
    description:
      "Oldest first, streamed. Each row has the exact cash of a fill, its fees and tax lots, and the cost of shares that " +
      "were journalled in: balances, lots, realised gains and fees follow from it alone. A read that was interrupted goes on " +
      "with the id of the last row as `page_token`.",
    query: activitiesExportQuery,
    responses: { 200: { description: "The file: CSV, or JSON lines", type: "text/csv" } },
    example: { query: "format=ndjson" },
  },
};
