import * as z from "zod";
import type { Descriptions } from "../../operation.ts";
import type { ACCESS } from "./access.ts";

const page = { description: "a page", type: "text/html" };

const mail = z.object({ id: z.int(), at: z.int(), to: z.string(), subject: z.string(), text: z.string() });

export const description: Descriptions<typeof ACCESS> = {
  "GET /dev/outbox": {
    id: "outboxPage",
    summary: "E-mails that were not sent, as a page",
    responses: { 200: page },
    errorStatuses: [404],
  },
  "GET /dev/outbox.json": {
    id: "outbox",
    summary: "E-mails that were not sent (local only)",
    responses: { 200: z.array(mail) },
    errorStatuses: [404],
  },
};
