import * as z from "zod";
import { linkAnswer } from "../../../../protocol/wire/apps.ts";
import { mfaAnswer } from "../../../../protocol/wire/logins.ts";
import { cookiesAnswer, tokensAnswer } from "../../../../protocol/wire/sessions.ts";
import type { Descriptions } from "../../operation.ts";
import type { ACCESS } from "./access.ts";

const AWAY = { description: "Redirects the browser" } as const;

const returnTo = z.object({
  return_to: z
    .string()
    .optional()
    .describe("A path of this exchange to go back to; the session comes in cookies then."),
});

export const description: Descriptions<typeof ACCESS> = {
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
    summary: "Callback of a provider",
    responses: {
      200: z.union([tokensAnswer, cookiesAnswer, mfaAnswer, z.object({ linked: z.string() })]),
      303: AWAY,
    },
    errorStatuses: [400, 401, 403, 404, 409, 503],
  },
  "GET /v1/auth/links": {
    id: "listLinks",
    summary: "Providers linked to this login",
    responses: { 200: z.object({ links: z.array(linkAnswer) }) },
  },
};
