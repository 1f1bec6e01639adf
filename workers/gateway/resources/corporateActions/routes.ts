import { ApiFault } from "../../../../protocol/http/apiFault.ts";
import { announcementsQuery, corporateActionsQuery } from "../../../../protocol/wire/corporateActions.ts";
import type { AppContext } from "../../context.ts";
import { queryOf } from "../../query.ts";
import { defineResource } from "../../resource.ts";
import { ACCESS } from "./access.ts";

/** Corporate actions: none exist on this exchange, so every valid question has an empty answer. */
export const corporateActionsResource = defineResource("corporateActions", ACCESS, {
  "/v2/corporate_actions/announcements": {
    GET: (c) => {
      queryOf(c, announcementsQuery);
      return c.json([]);
    },
  },

  "/v2/corporate_actions/announcements/:id": {
    GET: (c) => {
      throw new ApiFault({ reason: "announcement_not_found", announcementId: c.req.param("id").slice(0, ID_LENGTH) });
    },
  },

  "/v1/corporate-actions": { GET: (c) => answerNone(c) },
  // As earlier clients call it.
  "/v1beta1/corporate-actions": { GET: (c) => answerNone(c) },
});

const ID_LENGTH = 36;

function answerNone(c: AppContext): Response {
  queryOf(c, corporateActionsQuery);
  return c.json({ corporate_actions: {}, next_page_token: null });
}
