import * as z from "zod";
import type { Descriptions } from "../../operation.ts";
import type { ACCESS } from "./access.ts";

const html = { description: "a page", type: "text/html" };

export const description: Descriptions<typeof ACCESS> = {
  "GET /": { id: "home", summary: "Where a browser begins", responses: { 200: html } },
  "GET /v1/health": {
    id: "health",
    summary: "Whether the service answers",
    responses: { 200: z.object({ status: z.literal("ok") }) },
    example: {},
  },
  "GET /.well-known/security.txt": {
    id: "securityTxt",
    summary: "Whom to tell of a weakness (RFC 9116)",
    responses: { 200: { description: "contact, and until when this is true", type: "text/plain" } },
    errorStatuses: [404],
  },
};
