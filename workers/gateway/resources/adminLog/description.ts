import { actsQuery, actsWire } from "../../../../protocol/wire/approvals.ts";
import type { Descriptions } from "../../operation.ts";
import type { ACCESS } from "./access.ts";

export const description: Descriptions<typeof ACCESS> = {
  "GET /v1/admin/acts": {
    id: "listActs",
    summary: "The admin log, newest first",
    description: "Each action is recorded before it is done, and kept for seven years.",
    query: actsQuery,
    responses: { 200: actsWire },
    example: { query: "limit=10" },
  },
};
