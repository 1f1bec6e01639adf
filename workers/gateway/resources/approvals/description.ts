import { approvalWire, approvalsQuery, approvalsWire } from "../../../../protocol/wire/approvals.ts";
import type { Descriptions } from "../../operation.ts";
import type { ACCESS } from "./access.ts";

export const description: Descriptions<typeof ACCESS> = {
  "GET /v1/admin/approvals": {
    id: "listApprovals",
    summary: "Approvals: deposits, withdrawals and changes of users",
    query: approvalsQuery,
    responses: { 200: approvalsWire },
    example: { query: "state=pending" },
  },
  "POST /v1/admin/approvals/:id/approve": {
    id: "approve",
    summary: "Approve a request of somebody else",
    description:
      "It is done once. 202: it is decided, and will be done as soon as the account or the login answers. Needs a second " +
      "factor. Within a day of becoming an administrator you approve nothing that those who made you one, or theirs, have " +
      "asked for; and never what is about yourself.",
    responses: { 200: approvalWire, 202: approvalWire },
    errorStatuses: [403, 404, 409],
  },
  "POST /v1/admin/approvals/:id/reject": {
    id: "reject",
    summary: "Reject a request",
    responses: { 200: approvalWire, 202: approvalWire },
    errorStatuses: [404, 409],
  },
};
