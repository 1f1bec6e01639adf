import * as z from "zod";
import type { Descriptions } from "../../operation.ts";
import type { ACCESS } from "./access.ts";

export const description: Descriptions<typeof ACCESS> = {
  "GET /v1/health": {
    id: "health",
    summary: "Whether the service answers",
    responses: { 200: z.object({ status: z.literal("ok") }) },
    example: {},
  },
  "GET /.well-known/security.txt": {
    id: "securityTxt",
    summary: "Contact for security reports (RFC 9116)",
    responses: { 200: { description: "contact and expiry", type: "text/plain" } },
    errorStatuses: [404],
  },
};
