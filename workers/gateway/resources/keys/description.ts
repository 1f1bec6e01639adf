import { createdKeyWire, keyChange, keyWire, keysWire, newKeyRequest } from "../../../../protocol/wire/apiKeys.ts";
import type { Descriptions } from "../../operation.ts";
import type { ACCESS } from "./access.ts";

export const description: Descriptions<typeof ACCESS> = {
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
};
