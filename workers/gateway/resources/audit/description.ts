import { checkpointQuery } from "../../../../protocol/audit/checkpoint.ts";
import { eventsQuery, verifyQuery } from "../../../../protocol/wire/auditQuery.ts";
import { originsRequest, wireOrigins } from "../../../../protocol/wire/privacy.ts";
import { uuid } from "../../../../protocol/wire/primitives.ts";
import {
  wireAudited,
  wireAuditEvents,
  wireCheckpoints,
  wireJournals,
  wireVerification,
} from "../../../../protocol/wire/audit.ts";
import type { Descriptions } from "../../operation.ts";
import type { ACCESS } from "./access.ts";

const account = { id: uuid };

export const description: Descriptions<typeof ACCESS> = {
  "POST /v1/audit/accounts/:id/origins": {
    id: "openOrigins",
    summary: "Decrypt the client info of audited events",
    description: "Addresses and user agents are encrypted in the trail. Each access is recorded in the admin log.",
    requestBody: originsRequest,
    responses: { 200: wireOrigins },
    errorStatuses: [404],
  },
  "GET /v1/audit/checkpoints": {
    id: "listCheckpoints",
    summary: "Signed heads of the audit trail",
    description: "Newest first in each shard.",
    query: checkpointQuery,
    responses: { 200: wireCheckpoints },
    example: { query: "limit=1" },
  },
  "GET /v1/audit/verify": {
    id: "verifyAudit",
    summary: "Verify a part of each chain in PostgreSQL",
    query: verifyQuery,
    responses: { 200: wireVerification },
    example: { query: "limit=100" },
  },
  "GET /v1/audit/journals": {
    id: "auditJournals",
    summary: "Positions of each shard on its own disk",
    responses: { 200: wireJournals },
    example: {},
  },
  "GET /v1/audit/accounts/:id": {
    id: "auditedAccount",
    summary: "An account and its last event",
    path: account,
    responses: { 200: wireAudited },
    errorStatuses: [404],
  },
  "GET /v1/audit/events": {
    id: "searchAudit",
    summary: "Search the audit trail",
    description:
      "Events in PostgreSQL, which are there within seconds: by account, order, actor, action and time, newest first. " +
      "A search that takes too long is refused; a shorter time, or an account, makes it shorter.",
    query: eventsQuery,
    responses: { 200: wireAuditEvents },
    example: { query: "action=order.filled&limit=2" },
  },
};
