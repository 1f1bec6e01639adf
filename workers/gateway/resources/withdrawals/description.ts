import { wireWithdrawal, wireWithdrawals } from "../../../../protocol/wire/accounts.ts";
import { withdrawalRequest, withdrawalsQuery } from "../../../../protocol/wire/withdrawals.ts";
import { type Descriptions, idempotencyKey } from "../../operation.ts";
import type { ACCESS } from "./access.ts";

export const description: Descriptions<typeof ACCESS> = {
  "GET /v1/withdrawals": {
    id: "getWithdrawals",
    summary: "Your withdrawals, newest first",
    query: withdrawalsQuery,
    responses: { 200: wireWithdrawals },
    example: {},
  },
  "POST /v1/withdrawals": {
    id: "createWithdrawal",
    summary: "Request a withdrawal",
    description:
      "The money is held at once and leaves when an administrator, another person than you, approves. The same reference " +
      "is one withdrawal. A session needs a fresh step-up, a key the scope `withdraw`.",
    headers: { "Idempotency-Key": idempotencyKey },
    requestBody: withdrawalRequest,
    responses: { 202: wireWithdrawal },
    errorStatuses: [403, 409],
    example: { body: { amount: "100", reference: "rent-june" } },
  },
};
