import * as z from "zod";
import type { Descriptions } from "../../operation.ts";
import type { ACCESS } from "./access.ts";

const PAGE = { description: "A page", type: "text/html" } as const;

const returnTo = z.object({
  return_to: z
    .string()
    .optional()
    .describe("A path of this exchange to go back to; the session comes in cookies then."),
});

const AWAY = { description: "Redirects the browser" } as const;

export const description: Descriptions<typeof ACCESS> = {
  "GET /auth/sign-in": {
    id: "signInPage",
    summary: "The page to sign in at",
    query: returnTo.extend({ failed: z.string().optional() }),
    responses: { 200: PAGE },
  },
  "POST /auth/sign-in": {
    id: "signInForm",
    summary: "The form of that page",
    requestBody: z.record(z.string(), z.string()),
    form: true,
    responses: { 200: PAGE, 303: AWAY },
    errorStatuses: [400, 401],
  },
  "GET /auth/sign-out": { id: "signOutPage", summary: "The page to sign out at", responses: { 200: PAGE } },
  "POST /auth/sign-out": {
    id: "signOutForm",
    summary: "The form of that page",
    requestBody: z.record(z.string(), z.string()),
    form: true,
    responses: { 200: PAGE },
    errorStatuses: [400, 503],
  },
};
