import * as z from "zod";
import { appAnswer, letInAnswer, newApp, newAppAnswer } from "../../../../protocol/wire/apps.ts";
import type { Descriptions } from "../../operation.ts";
import type { ACCESS } from "./access.ts";

export const description: Descriptions<typeof ACCESS> = {
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
    summary: "Remove an app of mine, and all access that it has",
    responses: { 204: null },
    errorStatuses: [404],
  },
  "GET /v1/auth/apps": {
    id: "listLetInApps",
    summary: "The apps that I have authorized",
    responses: { 200: z.object({ apps: z.array(letInAnswer) }) },
  },
  "DELETE /v1/auth/apps/:id": {
    id: "endAppAccess",
    summary: "End an app's access to my login",
    responses: { 204: null },
    errorStatuses: [404],
  },
};
