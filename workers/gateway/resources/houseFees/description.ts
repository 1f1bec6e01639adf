import { houseFeesQuery, houseFeesWire } from "../../../../protocol/wire/houseFees.ts";
import type { Descriptions } from "../../operation.ts";
import type { ACCESS } from "./access.ts";

export const description: Descriptions<typeof ACCESS> = {
  "GET /v1/admin/fees/house": {
    id: "houseFees",
    summary: "Fees of all accounts, by trading day and kind",
    description:
      "Accounts send their fees to house accounts once a trading day, after its end at 20:00 in New York and at most four " +
      "hours later unless they are out of reach. Negative: rebates.",
    query: houseFeesQuery,
    responses: { 200: houseFeesWire },
    example: { query: "since=2026-11-01&until=2026-11-30" },
  },
};
