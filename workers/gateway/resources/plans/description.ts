import * as z from "zod";
import { PLANS } from "../../../../domain/rateLimit.ts";
import { limitsChange, wirePlanLimits, wirePlans } from "../../../../protocol/wire/accountSettings.ts";
import { approvalWire } from "../../../../protocol/wire/approvals.ts";
import type { Descriptions } from "../../operation.ts";
import type { ACCESS } from "./access.ts";

export const description: Descriptions<typeof ACCESS> = {
  "GET /v1/admin/plans": {
    id: "getPlans",
    summary: "The plans of users and the limits of their orders and positions",
    responses: { 200: wirePlans },
  },
  "PUT /v1/admin/plans/:plan/limits": {
    id: "setPlanLimits",
    summary: "Replace the limits of a plan",
    description:
      "Each account takes them over before its next order, within seconds; open orders stay. A limit that an administrator " +
      "has set for an account takes the place of the plan's. 202: it waits for a second administrator (unless FOUR_EYES is " +
      "off).",
    path: { plan: z.enum(PLANS) },
    requestBody: limitsChange,
    responses: { 200: wirePlanLimits, 202: approvalWire },
    errorStatuses: [403, 404],
  },
};
