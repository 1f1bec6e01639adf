import { grantWire, grantsWire, newGrantRequest } from "../../../../protocol/wire/grants.ts";
import { uuid } from "../../../../protocol/wire/primitives.ts";
import type { Descriptions } from "../../operation.ts";
import type { ACCESS } from "./access.ts";

const account = { id: uuid };

export const description: Descriptions<typeof ACCESS> = {
  "GET /v1/accounts/:id/grants": {
    id: "listGrants",
    summary: "Grants of one of your accounts",
    path: account,
    responses: { 200: grantsWire },
    errorStatuses: [403],
  },
  "POST /v1/accounts/:id/grants": {
    id: "createGrant",
    summary: "Share one of your accounts for reading",
    description:
      "The answer is the same whether the e-mail has a login or not. Only one that has it then gets the grant.",
    path: account,
    requestBody: newGrantRequest,
    responses: { 202: grantWire },
    errorStatuses: [403],
  },
  "DELETE /v1/accounts/:id/grants/:grant": {
    id: "endGrant",
    summary: "End a grant, given by you or to you",
    path: account,
    responses: { 204: null },
    errorStatuses: [404],
  },
};
