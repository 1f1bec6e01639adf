/** API keys, the accounts that a login may use, and whom it shares its own with. */
import { accountEntriesWire, grantsWire, grantWire, newGrantRequest } from "../../../../protocol/wire/grants.ts";
import { createdKeyWire, keyChange, keysWire, keyWire, newKeyRequest } from "../../../../protocol/wire/apiKeys.ts";
import { uuid } from "../../../../protocol/wire/primitives.ts";
import type { Descriptions } from "../../operation.ts";

const account = { id: uuid };

export const KEYS: Descriptions = {
  "GET /v1/keys": { id: "listKeys", summary: "Your API keys", responses: { 200: keysWire } },
  "POST /v1/keys": {
    id: "createKey",
    summary: "Make an API key",
    description:
      "Of your own account, or of one that is shared with you: then with no more than you were given. The secret is shown " +
      "this once. A login has at most 20 keys.",
    requestBody: newKeyRequest,
    requestBodyOptional: true,
    responses: { 201: createdKeyWire },
    errorStatuses: [403],
    example: { body: { name: "bot", scopes: ["read", "trade"], allowed_ips: ["192.0.2.0/24"] } },
  },
  "PATCH /v1/keys/:id": {
    id: "changeKey",
    summary: "Change an API key",
    description: "What is left out stays. Scopes only become fewer: for more of them make another key.",
    requestBody: keyChange,
    responses: { 200: keyWire },
    errorStatuses: [404],
  },
  "DELETE /v1/keys/:id": {
    id: "revokeKey",
    summary: "Revoke an API key",
    description: "It opens nothing any more within five seconds, and the sockets that it has opened are closed.",
    responses: { 204: null },
    errorStatuses: [404],
  },
  "GET /v1/accounts": {
    id: "listAccounts",
    summary: "The accounts that you may use",
    description: "Your own, and those that others share with you: name one of these in `X-Account-ID` to read it.",
    responses: { 200: accountEntriesWire },
  },
  "GET /v1/accounts/:id/grants": {
    id: "listGrants",
    summary: "Whom you share your account with",
    path: account,
    responses: { 200: grantsWire },
    errorStatuses: [403],
  },
  "POST /v1/accounts/:id/grants": {
    id: "createGrant",
    summary: "Share your account, to read",
    description:
      "The answer is the same whether the e-mail has a login or not. Only one that has it then gets the grant.",
    path: account,
    requestBody: newGrantRequest,
    responses: { 202: grantWire },
    errorStatuses: [403],
  },
  "DELETE /v1/accounts/:id/grants/:grant": {
    id: "endGrant",
    summary: "Share your account no more, or give back one that is shared with you",
    path: account,
    responses: { 204: null },
    errorStatuses: [404],
  },
};
