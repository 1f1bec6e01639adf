/** Signing in with other providers, and apps of other people on our API. */
import * as z from "zod";
import { appAnswer, letInAnswer, linkAnswer, newApp, newAppAnswer } from "../../../../protocol/wire/apps.ts";
import { cookiesAnswer, tokensAnswer } from "../../../../protocol/wire/sessions.ts";
import { mfaAnswer } from "../../../../protocol/wire/logins.ts";
import type { Descriptions, Operation } from "../../operation.ts";

const PAGE = { description: "A page", type: "text/html" } as const;
const AWAY = { description: "Sends the browser on" } as const;

const returnTo = z.object({
  return_to: z
    .string()
    .optional()
    .describe("A path of this exchange to go back to; the session comes in cookies then."),
});

const metadata: Omit<Operation, "id"> = {
  summary: "What our provider says of itself (OpenID Connect Discovery, RFC 8414)",
  responses: { 200: z.record(z.string(), z.unknown()) },
  example: {},
};

const person: Omit<Operation, "id"> = {
  summary: "Who has let the app in",
  description: "For apps with the scope `openid`; the e-mail with `email`.",
  responses: {
    200: z.object({ sub: z.string(), email: z.email().optional(), email_verified: z.literal(true).optional() }),
  },
  errorStatuses: [403],
};

const tokens = tokensAnswer.extend({ scope: z.string(), resource: z.string(), id_token: z.string().optional() });

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

export const OAUTH: Descriptions = {
  "GET /v1/auth/external": {
    id: "listProviders",
    summary: "Other providers to sign in with",
    responses: { 200: z.object({ providers: z.array(z.object({ name: z.string(), label: z.string() })) }) },
    example: {},
  },
  "GET /v1/auth/external/:provider": {
    id: "signInWithProvider",
    summary: "Begin a sign-in with another provider",
    query: returnTo.extend({
      fresh: z.literal("true").optional().describe("The person has to prove again who it is."),
    }),
    responses: { 302: AWAY },
    errorStatuses: [404, 503],
  },
  "POST /v1/auth/external/:provider": {
    id: "linkProvider",
    summary: "Link an identity at another provider to this login",
    description:
      "The browser goes on to `redirect_to`, with the cookie that came with the answer. When the provider sends it back, the session must " +
      "still last, with a proof no older than five minutes (401, 403 otherwise).",
    query: returnTo,
    responses: { 200: z.object({ redirect_to: z.url() }) },
    errorStatuses: [404, 503],
  },
  "DELETE /v1/auth/external/:provider": {
    id: "unlinkProvider",
    summary: "Unlink the identities at a provider from this login",
    responses: { 204: null },
    errorStatuses: [404],
  },
  "GET /v1/auth/external/:provider/callback": {
    id: "providerCallback",
    summary: "Where a provider sends the browser back to",
    responses: {
      200: z.union([tokensAnswer, cookiesAnswer, mfaAnswer, z.object({ linked: z.string() })]),
      303: AWAY,
    },
    errorStatuses: [400, 401, 403, 404, 409, 503],
  },
  "GET /v1/auth/links": {
    id: "listLinks",
    summary: "The providers that open this login",
    responses: { 200: z.object({ links: z.array(linkAnswer) }) },
  },
  "GET /v1/apps": {
    id: "listApps",
    summary: "The apps that I have registered",
    responses: { 200: z.object({ apps: z.array(appAnswer) }) },
  },
  "POST /v1/apps": {
    id: "registerApp",
    summary: "Register an app",
    description:
      "Others let it in at `/oauth/authorize`; its tokens are good for /v2 and the streams, within its scopes.",
    requestBody: newApp,
    responses: { 201: newAppAnswer },
    errorStatuses: [403],
    example: { body: { name: "My charts", redirect_uris: ["https://charts.example/callback"] } },
  },
  "DELETE /v1/apps/:id": {
    id: "removeApp",
    summary: "Remove an app of mine, and everybody's access by it",
    responses: { 204: null },
    errorStatuses: [404],
  },
  "GET /v1/auth/apps": {
    id: "listLetInApps",
    summary: "The apps that I have let in",
    responses: { 200: z.object({ apps: z.array(letInAnswer) }) },
  },
  "DELETE /v1/auth/apps/:id": {
    id: "endAppAccess",
    summary: "End an app's access to my login",
    responses: { 204: null },
    errorStatuses: [404],
  },
  "GET /auth/sign-in": {
    id: "signInPage",
    summary: "The page to sign in at",
    query: returnTo.extend({ failed: z.string().optional() }),
    responses: { 200: PAGE },
  },
  "POST /auth/sign-in": {
    id: "signInForm",
    summary: "What that page sends",
    requestBody: z.record(z.string(), z.string()),
    form: true,
    responses: { 200: PAGE, 303: AWAY },
    errorStatuses: [400, 401],
  },
  "GET /auth/sign-out": { id: "signOutPage", summary: "The page to sign out at", responses: { 200: PAGE } },
  "POST /auth/sign-out": {
    id: "signOutForm",
    summary: "What that page sends",
    requestBody: z.record(z.string(), z.string()),
    form: true,
    responses: { 200: PAGE },
    errorStatuses: [400, 503],
  },
  "GET /oauth/authorize": {
    id: "authorize",
    summary: "Ask a person to let an app in (RFC 6749, 4.1.1)",
    description:
      "A parameter that is there twice is refused. What is wrong with a request is told to the app when a person is signed in that has let it in " +
      "before; other persons see a page that says so.",
    query: authorizeQuery,
    responses: { 200: PAGE, 302: AWAY },
    errorStatuses: [400],
  },
  "POST /oauth/authorize": {
    id: "decide",
    summary: "What that page sends",
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
