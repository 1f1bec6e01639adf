import { statementFile, taxFile, wireStatements } from "../../../../protocol/wire/statements.ts";
import type { Descriptions } from "../../operation.ts";
import type { ACCESS } from "./access.ts";

const file = { description: "The file: CSV or PDF", type: "application/pdf" } as const;

export const description: Descriptions<typeof ACCESS> = {
  "GET /v1/account/statements": {
    id: "listStatements",
    summary: "The months of which there are statements",
    description: "From the month in which the record of the account begins to the present one, newest first.",
    responses: { 200: wireStatements },
    errorStatuses: [404],
    example: {},
  },
  "GET /v1/account/statements/:file": {
    id: "getStatement",
    summary: "A monthly statement",
    description:
      "Cash and positions at both ends of the month with their closing prices, every activity, fees and realised gains. A " +
      "month ends with its last trading day, at 20:00 in New York.",
    path: { file: statementFile },
    responses: { 200: file },
    errorStatuses: [404],
    example: { path: { file: "2026-11.pdf" } },
  },
  "GET /v1/account/tax/:file": {
    id: "getTaxReport",
    summary: "Realised gains of a tax year",
    description:
      "Each tax lot that was sold: acquired, sold, proceeds, cost, gain, term, and whether it was a wash sale.",
    path: { file: taxFile },
    responses: { 200: file },
    errorStatuses: [404],
    example: { path: { file: "2026.csv" } },
  },
};
