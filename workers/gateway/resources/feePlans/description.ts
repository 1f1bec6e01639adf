import { feePlanRequest, feePlanWire } from "../../../../protocol/wire/feePlans.ts";
import { approvalWire } from "../../../../protocol/wire/approvals.ts";
import { uuid } from "../../../../protocol/wire/primitives.ts";
import type { Descriptions } from "../../operation.ts";
import type { ACCESS } from "./access.ts";

const path = { id: uuid };

export const description: Descriptions<typeof ACCESS> = {
  "GET /v1/admin/accounts/:id/fee-plan": {
    id: "getFeePlan",
    summary: "The fee plan of an account, and the volume that decides its tier",
    path,
    responses: { 200: feePlanWire },
    errorStatuses: [404],
  },
  "PUT /v1/admin/accounts/:id/fee-plan": {
    id: "setFeePlan",
    summary: "Set the fee plan of an account",
    description:
      "It charges the orders that are accepted afterwards; open orders keep theirs. 202: it waits for a second " +
      "administrator (unless FOUR_EYES is off).",
    path,
    requestBody: feePlanRequest,
    responses: { 200: feePlanWire, 202: approvalWire },
    errorStatuses: [403, 404],
  },
};
