import * as z from "zod";
import {
  cookiesAnswer,
  refreshRequest,
  securityAnswer,
  sessionsAnswer,
  tokensAnswer,
} from "../../../../protocol/wire/sessions.ts";
import type { Descriptions } from "../../operation.ts";
import type { ACCESS } from "./access.ts";

const jwk = z.object({
  kty: z.literal("EC"),
  crv: z.literal("P-256"),
  x: z.string(),
  y: z.string(),
  kid: z.string(),
  alg: z.literal("ES256"),
  use: z.literal("sig"),
});

export const description: Descriptions<typeof ACCESS> = {
  "POST /v1/auth/refresh": {
    id: "refreshSession",
    summary: "Refresh a session",
    description:
      "A refresh token is good once, for seven days. If the answer was lost, the same request gives it again for ten " +
      "seconds; using an older token ends the session. Without a body the token is taken from the cookie, which needs " +
      "`X-CSRF-Token`, and the answer sets cookies.",
    requestBody: refreshRequest,
    requestBodyOptional: true,
    responses: { 200: z.union([tokensAnswer, cookiesAnswer]) },
    errorStatuses: [401, 403],
  },
  "POST /v1/auth/logout": {
    id: "signOut",
    summary: "End the session of a refresh token, a cookie or an access token",
    requestBody: refreshRequest,
    requestBodyOptional: true,
    responses: { 204: null },
    errorStatuses: [401, 403],
  },
  "GET /v1/auth/sessions": {
    id: "listSessions",
    summary: "Sessions of this login",
    description:
      "A session of a person ends 30 days after it began, of one who runs the exchange after 12 hours, however often it is refreshed.",
    responses: { 200: sessionsAnswer },
  },
  "DELETE /v1/auth/sessions": {
    id: "endOtherSessions",
    summary: "End every other session of this login",
    description: "Devices and networks that signed in before are forgotten too, but for this one.",
    responses: { 204: null },
  },
  "DELETE /v1/auth/sessions/:id": {
    id: "endSession",
    summary: "End a session: its tokens and its sockets",
    responses: { 204: null },
    errorStatuses: [404],
  },
  "GET /v1/auth/events": {
    id: "listSecurityEvents",
    summary: "Security log of this login",
    description:
      "The newest 200: sign-ins, failed attempts before them, keys, second factors, shared accounts, what administrators changed, " +
      "and alerts (`refresh_reused`, `app_token_reused`, `app_code_reused`).",
    responses: { 200: securityAnswer },
  },
  "GET /.well-known/jwks.json": {
    id: "keySet",
    summary: "The public keys of access tokens (RFC 7517)",
    responses: { 200: z.object({ keys: z.array(jwk) }) },
    example: {},
  },
};
