/** Money out of an account. */
import { wireWithdrawal, wireWithdrawals } from "../../../protocol/wire/accounts.ts";
import { withdrawalRequest, withdrawalsQuery } from "../../../protocol/withdrawalRequest.ts";
import type { Described } from "./operation.ts";
import { idempotencyKey } from "./trading.ts";

export const WITHDRAWALS: Described = {
  "GET /v1/withdrawals": {
    id: "getWithdrawals",
    summary: "Your withdrawals, the newest first",
    query: withdrawalsQuery,
    gives: { 200: wireWithdrawals },
    example: {},
  },
  "POST /v1/withdrawals": {
    id: "createWithdrawal",
    summary: "Ask for money to be paid out",
    description:
      "The money is held at once and leaves when an administrator, another person than you, approves. The same reference " +
      "is one withdrawal. A session needs a fresh step-up, a key the scope `withdraw`.",
    headers: { "Idempotency-Key": idempotencyKey },
    takes: withdrawalRequest,
    gives: { 202: wireWithdrawal },
    refuses: [403, 409],
    example: { body: { amount: "100", reference: "rent-june" } },
  },
};
