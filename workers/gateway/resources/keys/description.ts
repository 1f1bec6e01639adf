import { createdKeyWire, keyChange, keyWire, keysWire, newKeyRequest } from "../../../../protocol/wire/apiKeys.ts";
import type { Descriptions } from "../../operation.ts";
import type { ACCESS } from "./access.ts";

export const description: Descriptions<typeof ACCESS> = {
  "GET /v1/keys": { id: "listKeys", summary: "Your API keys", responses: { 200: keysWire } },
  "POST /v1/keys": {
    id: "createKey",
    summary: "Create an API key",
    description:
      "For your own account, or for one that is shared with you, with at most the scopes that you were given. The secret is " +
      "shown once. A login has at most 20 keys.",
    requestBody: newKeyRequest,
    requestBodyOptional: true,
    responses: { 201: createdKeyWire },
    errorStatuses: [403],
    example: { body: { name: "bot", scopes: ["read", "trade"], allowed_ips: ["192.0.2.0/24"] } },
  },
  "PATCH /v1/keys/:id": {
    id: "changeKey",
    summary: "Change an API key",
    description: "Omitted fields stay unchanged. Scopes can only be removed: create another key for more.",
    requestBody: keyChange,
    responses: { 200: keyWire },
    errorStatuses: [404],
  },
  "DELETE /v1/keys/:id": {
    id: "revokeKey",
    summary: "Revoke an API key",
    description: "It is refused within five seconds, and its sockets are closed.",
    responses: { 204: null },
    errorStatuses: [404],
  },
};
