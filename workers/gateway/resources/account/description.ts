import { wireAccount } from "../../../../protocol/wire/accounts.ts";
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
};
