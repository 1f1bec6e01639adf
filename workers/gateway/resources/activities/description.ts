import * as z from "zod";
import {
  activitiesExportQuery,
  activitiesOfTypeQuery,
  activitiesQuery,
  wireActivity,
} from "../../../../protocol/wire/activities.ts";
import { activityEventsQuery, lastEventId } from "../../../../protocol/wire/activityEvents.ts";
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
  "GET /v2beta1/events/activities": {
    id: "streamActivities",
    summary: "Activities as they happen, as server-sent events",
    description:
      "Each event has the id of its activity: after an interruption continue with it as `since_id`, or as the header " +
      "`Last-Event-ID`, which browsers send by themselves. With `since` or `since_id` the stream begins with what happened " +
      "after that, otherwise with the next activity. It ends at `until` or `until_id`, when its credentials end, and after " +
      "an hour at the latest; then connect again. A line `: heartbeat` comes every 15 seconds. A slow reader misses " +
      "nothing. An open stream counts as a socket of the account, and each read of new activities, at most one a second, " +
      "takes a token of the rate limit. With `Accept: application/json` the events are the elements of one array, which is " +
      "complete when the stream ends; the generated method of Alpaca's SDK for Node.js gets that, too.",
    query: activityEventsQuery,
    headers: { "Last-Event-ID": lastEventId },
    responses: {
      200: { description: "ActivityEvent objects, each the `data` of an event", type: "text/event-stream" },
    },
    example: { query: "since=2026-01-01&until=2026-02-01" },
  },
};
