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
    summary: "Move cash to another of your accounts",
    description:
      "The cash is held at once, and within moments it is in the other account, all of it or none. The same reference is " +
      "one transfer. Paper accounts have no transfers. A key needs the scope `withdraw`.",
    headers: { "Idempotency-Key": idempotencyKey },
    requestBody: ownTransferRequest,
    responses: { 202: ownTransferWire },
    errorStatuses: [403, 409],
  },
};
