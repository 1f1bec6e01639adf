import { ownTransferRequest, ownTransfersWire, ownTransferWire } from "../../../../protocol/wire/ownTransfers.ts";
import { withdrawalsQuery } from "../../../../protocol/wire/withdrawals.ts";
import { type Descriptions, idempotencyKey } from "../../operation.ts";
import type { ACCESS } from "./access.ts";

export const description: Descriptions<typeof ACCESS> = {
  "GET /v1/transfers/internal": {
    id: "getOwnTransfers",
    summary: "Transfers from the account to your other accounts, newest first",
    query: withdrawalsQuery,
    responses: { 200: ownTransfersWire },
    example: {},
  },
  "POST /v1/transfers/internal": {
    id: "createOwnTransfer",
    summary: "Move cash or shares to another of your accounts",
    description:
      "Cash (`amount`) is held at once; shares or coins (`symbol`, `qty`) leave the account at once with their tax lots, " +
      "first in first out. Within moments they are in the other account, all of it or none; lots keep their dates and " +
      "costs, and no gain is realised. What is held by open orders or has not settled is not moved, and at most 500 tax " +
      "lots at once. The same reference is one transfer. Paper accounts have no transfers. A key needs the scope " +
      "`withdraw`.",
    headers: { "Idempotency-Key": idempotencyKey },
    requestBody: ownTransferRequest,
    responses: { 202: ownTransferWire },
    errorStatuses: [403, 409],
  },
};
