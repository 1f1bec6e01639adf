import { approvalWire } from "../../../../protocol/wire/approvals.ts";
import { depositRequest } from "../../../../protocol/wire/accounts.ts";
import { wireDeposit } from "../../../../protocol/wire/accounts.ts";
import { uuid } from "../../../../protocol/wire/primitives.ts";
import { type Descriptions, idempotencyKey } from "../../operation.ts";
import type { ACCESS } from "./access.ts";

const account = { id: uuid };

export const description: Descriptions<typeof ACCESS> = {
  "POST /v1/admin/accounts/:id/deposits": {
    id: "createDeposit",
    summary: "Deposit money or assets",
    description:
      "A reference is booked once. Without a symbol the deposit is in dollars. Shares may keep the date and cost of their " +
      "purchase (`acquired_at`, `cost_basis`). Where deposits need a second administrator " +
      "(FOUR_EYES) the response is 202 with the approval.",
    path: account,
    headers: { "Idempotency-Key": idempotencyKey },
    requestBody: depositRequest,
    responses: { 200: wireDeposit, 202: approvalWire },
    errorStatuses: [404, 409],
  },
};
