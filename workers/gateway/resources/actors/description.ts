import * as z from "zod";
import { actorReport } from "../../../../protocol/wire/audit.ts";
import type { Descriptions } from "../../operation.ts";
import { type ACCESS, KINDS } from "./access.ts";

export const description: Descriptions<typeof ACCESS> = {
  "GET /v1/admin/actors/:kind/:name": {
    id: "inspectActor",
    summary: "An actor's alerts, dead-lettered messages, cursors and journal",
    path: { kind: z.enum(KINDS) },
    responses: { 200: actorReport },
    errorStatuses: [404],
    example: { path: { kind: "book", name: "AAPL" } },
  },
};
