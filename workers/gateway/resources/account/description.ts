import { wireAccount } from "../../../../protocol/wire/accounts.ts";
import { settlementWire } from "../../../../protocol/wire/settlement.ts";
import type { Descriptions } from "../../operation.ts";
import type { ACCESS } from "./access.ts";

export const description: Descriptions<typeof ACCESS> = {
  "GET /v2/account": {
    id: "getAccount",
    summary: "The account",
    responses: { 200: wireAccount },
    errorStatuses: [404],
    example: {},
  },
  "GET /v1/account/settlement": {
    id: "getSettlement",
    summary: "Settled and unsettled cash, what may be withdrawn, and violations",
    description:
      "Shares settle on the trading day after the trade, coins at once. Selling shares before the cash that bought them " +
      "has settled is a violation; after too many, purchases need settled cash for 90 days.",
    responses: { 200: settlementWire },
    errorStatuses: [404],
    example: {},
  },
};
