import { ApiFault, unwrap } from "../../../../protocol/http/apiFault.ts";
import { readQuery } from "../../../../protocol/http/readRequest.ts";
import {
  activitiesFilter,
  activityFilter,
  activityToWire,
  exportFilter,
} from "../../../../protocol/mapping/activities.ts";
import { ACTIVITIES_PAGE_MAX, type ActivitiesPage, type ActivityFilter } from "../../../../protocol/rpc/activities.ts";
import {
  activitiesExportQuery,
  activitiesOfTypeQuery,
  activitiesQuery,
  activityType,
} from "../../../../protocol/wire/activities.ts";
import { activityEventsQuery } from "../../../../protocol/wire/activityEvents.ts";
import { accountOf, patiently } from "../../accounts.ts";
import { answerWhole } from "../../commonHeaders.ts";
import type { AppContext } from "../../context.ts";
import { answerActivityEvents } from "../../events/answerActivityEvents.ts";
import { activityLines } from "../../export/activityLines.ts";
import { streamOf } from "../../export/archive.ts";
import { queryOf } from "../../query.ts";
import { defineResource } from "../../resource.ts";
import { ACCESS } from "./access.ts";

const MEDIA = { csv: "text/csv; charset=utf-8", ndjson: "application/x-ndjson" } as const;

/** What happened in the caller's account. */
export const activitiesResource = defineResource("activities", ACCESS, {
  "/v2/account/activities": {
    GET: (c) => answerPage(c, unwrap(activitiesFilter(queryOf(c, activitiesQuery)))),
  },

  "/v2/account/activities/:type": {
    GET: (c) => {
      const asked = new URLSearchParams({ activity_type: c.req.param("type") });
      const { activity_type: types } = unwrap(readQuery(activityType, asked));
      return answerPage(c, unwrap(activityFilter(queryOf(c, activitiesOfTypeQuery), types)));
    },
  },

  "/v1/account/activities/export": {
    GET: async (c) => {
      const query = queryOf(c, activitiesExportQuery);
      const filter = exportFilter(query, ACTIVITIES_PAGE_MAX);
      // Read before the response begins: an account that does not answer is an error, not half a file.
      const first = await pageOf(c, filter);
      const next = (from: Pick<ActivityFilter, "pageToken">) => patiently(() => pageOf(c, { ...filter, ...from }));
      const name = `activities-${new Date(c.var.receivedAt).toISOString().slice(0, 10)}.${query.format}`;
      return c.body(streamOf(activityLines(first, next, query)), 200, {
        "Content-Type": MEDIA[query.format],
        "Content-Disposition": `attachment; filename="${name}"`,
      });
    },
  },

  "/v2beta1/events/activities": {
    GET: (c) => answerActivityEvents(c, queryOf(c, activityEventsQuery)),
  },
});

async function answerPage(c: AppContext, filter: ActivityFilter): Promise<Response> {
  const { activities } = await pageOf(c, filter);
  return answerWhole(c, activities.map(activityToWire));
}

async function pageOf(c: AppContext, filter: ActivityFilter): Promise<ActivitiesPage> {
  // Each page of an export costs a token.
  const page = await accountOf(c, true).activities(filter);
  if (!("unknown" in page)) return page;
  const expected = "the id of an activity of this account";
  throw new ApiFault({ reason: "query_invalid", parameter: "page_token", expected });
}
