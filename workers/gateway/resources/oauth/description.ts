import * as z from "zod";
import { tokensAnswer } from "../../../../protocol/wire/sessions.ts";
import type { Descriptions, Operation } from "../../operation.ts";
import type { ACCESS } from "./access.ts";

const AWAY = { description: "Redirects the browser" } as const;

const PAGE = { description: "A page", type: "text/html" } as const;

const authorizeQuery = z.object({
  response_type: z.literal("code"),
  client_id: z.string(),
  redirect_uri: z.string().describe("One of the app's, letter for letter."),
  scope: z.string().describe("Of openid, email, read, trade; others are not granted, and the answer says which were."),
  code_challenge: z.string().describe("RFC 7636; asked of every app."),
  code_challenge_method: z.literal("S256"),
  state: z.string().optional(),
  nonce: z.string().optional(),
  prompt: z.string().optional(),
  max_age: z.string().optional(),
});

const tokens = tokensAnswer.extend({ scope: z.string(), resource: z.string(), id_token: z.string().optional() });

const tokenForm = z.object({
  grant_type: z.enum(["authorization_code", "refresh_token"]),
  code: z.string().optional(),
  redirect_uri: z.string().optional(),
  code_verifier: z.string().optional(),
  refresh_token: z.string().optional(),
  scope: z.string().optional(),
  client_id: z.string().optional(),
  client_secret: z.string().optional(),
});

const person: Omit<Operation, "id"> = {
  summary: "Claims about the person who authorized the app",
  description: "For apps with the scope `openid`; the e-mail with `email`.",
  responses: {
    200: z.object({ sub: z.string(), email: z.email().optional(), email_verified: z.literal(true).optional() }),
  },
  errorStatuses: [403],
};

const metadata: Omit<Operation, "id"> = {
  summary: "Provider metadata (OpenID Connect Discovery, RFC 8414)",
  responses: { 200: z.record(z.string(), z.unknown()) },
  example: {},
};

export const description: Descriptions<typeof ACCESS> = {
  "GET /oauth/authorize": {
    id: "authorize",
    summary: "Ask a person to authorize an app (RFC 6749, 4.1.1)",
    description:
      "A repeated parameter is refused. Errors are sent to the app only when the signed-in person has authorized it before; " +
      "otherwise the person sees an error page.",
    query: authorizeQuery,
    responses: { 200: PAGE, 302: AWAY },
    errorStatuses: [400],
  },
  "POST /oauth/authorize": {
    id: "decide",
    summary: "The form of that page",
    query: authorizeQuery,
    requestBody: z.object({ csrf_token: z.string(), decision: z.enum(["approve", "deny"]) }),
    form: true,
    responses: { 303: AWAY },
    errorStatuses: [400],
  },
  "POST /oauth/token": {
    id: "token",
    summary: "Tokens for a code or a refresh token (RFC 6749, 4.1.3 and 6)",
    description:
      "Each refresh token is good once; the one used last gives the same answer for ten seconds more. Any other that is not the newest ends the app's " +
      "access. A code that is tried with a wrong verifier or address is good no more.",
    requestBody: tokenForm,
    form: true,
    responses: { 200: tokens },
    errorStatuses: [400, 401],
    publicCredential: "client",
  },
  "POST /oauth/revoke": {
    id: "revoke",
    summary: "End an app's access by one of its tokens (RFC 7009)",
    requestBody: z.object({
      token: z.string(),
      client_id: z.string().optional(),
      client_secret: z.string().optional(),
    }),
    form: true,
    responses: { 200: null },
    errorStatuses: [400, 401],
    publicCredential: "client",
  },
  "GET /oauth/userinfo": { id: "userinfo", ...person },
  "POST /oauth/userinfo": { id: "userinfoByPost", ...person },
  "GET /.well-known/openid-configuration": { id: "openidConfiguration", ...metadata },
  "GET /.well-known/oauth-authorization-server": { id: "authorizationServerMetadata", ...metadata },
};
