import * as z from "zod";
import {
  announcementsQuery,
  corporateActionsQuery,
  wireCorporateActions,
} from "../../../../protocol/wire/corporateActions.ts";
import type { Descriptions } from "../../operation.ts";
import type { ACCESS } from "./access.ts";

const NONE = "There are no corporate actions on this exchange so far.";
const all = { description: NONE, query: corporateActionsQuery, responses: { 200: wireCorporateActions }, example: {} };

export const description: Descriptions<typeof ACCESS> = {
  "GET /v2/corporate_actions/announcements": {
    id: "listAnnouncements",
    summary: "Announcements of corporate actions",
    description: NONE,
    query: announcementsQuery,
    responses: { 200: z.array(z.never()) },
    example: { query: "ca_types=dividend&since=2026-11-01&until=2026-11-30" },
  },
  "GET /v2/corporate_actions/announcements/:id": {
    id: "getAnnouncement",
    summary: "One announcement",
    description: NONE,
    responses: {},
    errorStatuses: [404],
  },
  "GET /v1/corporate-actions": { id: "listCorporateActions", summary: "Corporate actions", ...all },
  "GET /v1beta1/corporate-actions": { id: "listCorporateActionsBeta", summary: "Corporate actions", ...all },
};
