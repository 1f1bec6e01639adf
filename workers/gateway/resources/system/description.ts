/** The service itself, running the markets, and the audit trail. */
import * as z from "zod";
import { approvalWire } from "../../../../protocol/wire/approvals.ts";
import { checkpointQuery } from "../../../../protocol/audit/checkpoint.ts";
import { verifyQuery } from "../../../../protocol/wire/auditQuery.ts";
import { depositRequest, wireDeposit } from "../../../../protocol/wire/accounts.ts";
import { breakerRequest, haltRequest, marketChange, resumeRequest } from "../../../../protocol/wire/marketControl.ts";
import { uuid } from "../../../../protocol/wire/primitives.ts";
import {
  actorReport,
  wireAudited,
  wireCheckpoints,
  wireJournals,
  wireVerification,
} from "../../../../protocol/wire/audit.ts";
import { wireBreaker, wireMarket } from "../../../../protocol/wire/market.ts";
import type { Descriptions } from "../../operation.ts";
import { idempotencyKey } from "../orders/description.ts";

const html = { description: "a page", type: "text/html" };
const icon = { description: "an image", type: "image/svg+xml" };
const anything = z.record(z.string(), z.unknown());
const account = { id: uuid };
const symbol = { path: { symbol: "AAPL" } };

export const OPERATIONS: Descriptions = {
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
  "GET /v1/openapi.json": { id: "openapi", summary: "This document", responses: { 200: anything }, example: {} },
  "GET /v1/asyncapi.json": { id: "asyncapi", summary: "The streams", responses: { 200: anything }, example: {} },
  "GET /docs": { id: "reference", summary: "The reference, to read", responses: { 200: html } },
  "GET /docs/streams": { id: "streams", summary: "The streams, to read", responses: { 200: html } },
  "GET /docs/try": { id: "tryIt", summary: "The reference, to try calls on", responses: { 200: html } },
  "GET /favicon.svg": { id: "icon", summary: "The icon of our pages", responses: { 200: icon } },
  "GET /favicon.ico": { id: "iconAsAsked", summary: "The same, where browsers look for it", responses: { 200: icon } },
  "GET /docs/errors": { id: "errors", summary: "Every error, to read", responses: { 200: html } },
  "GET /docs/*": { paths: {} },
  "POST /v1/admin/accounts/:id/deposits": {
    id: "createDeposit",
    summary: "Put money or assets into an account",
    description:
      "The same reference counts once. Without a symbol it is dollars. Where deposits need a second administrator (FOUR_EYES) " +
      "the answer is 202 and what waits for one.",
    path: account,
    headers: { "Idempotency-Key": idempotencyKey },
    requestBody: depositRequest,
    responses: { 200: wireDeposit, 202: approvalWire },
    errorStatuses: [404, 409],
  },
  "GET /v1/admin/actors/:kind/:name": {
    id: "inspectActor",
    summary: "An actor's alerts, parked mail, cursors and journal",
    path: { kind: z.enum(["account", "book", "audit"]) },
    responses: { 200: actorReport },
    errorStatuses: [404],
    example: { path: { kind: "book", name: "AAPL" } },
  },
  "GET /v1/admin/symbols/:symbol": {
    id: "getMarket",
    summary: "How a market stands",
    responses: { 200: wireMarket },
    errorStatuses: [404],
    example: symbol,
  },
  "PATCH /v1/admin/symbols/:symbol": {
    id: "changeMarket",
    summary: "Give a market price bands, or take them",
    requestBody: marketChange,
    responses: { 200: wireMarket },
    errorStatuses: [404, 409],
    example: { ...symbol, body: { luld_tier: 1 } },
  },
  "POST /v1/admin/symbols/:symbol/halt": {
    id: "haltMarket",
    summary: "Halt a market",
    requestBody: haltRequest,
    requestBodyOptional: true,
    responses: { 200: wireMarket },
    errorStatuses: [404, 409],
    example: { ...symbol, body: { reason: "news" } },
  },
  "POST /v1/admin/symbols/:symbol/resume": {
    id: "resumeMarket",
    summary: "End a halt, by an auction",
    requestBody: resumeRequest,
    requestBodyOptional: true,
    responses: { 200: wireMarket },
    errorStatuses: [404, 409],
    example: { ...symbol, body: { call_seconds: 10 } },
  },
  "POST /v1/admin/market/breaker": {
    id: "tripBreaker",
    summary: "The market-wide breaker",
    requestBody: breakerRequest,
    responses: { 200: wireBreaker, 207: wireBreaker },
    example: { body: { level: 1 } },
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
    summary: "What each shard has on its own disk",
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
};
