/** The data that we have of a person. */
import * as z from "zod";
import { approvalWire } from "../../../../protocol/wire/approvals.ts";
import {
  consentChange,
  eraseRequest,
  originsRequest,
  personChange,
  touchQuery,
  wireConsents,
  wireErased,
  wireOrigins,
  wirePerson,
  wireTouched,
} from "../../../../protocol/wire/privacy.ts";
import type { Descriptions } from "../../operation.ts";

export const PRIVACY: Descriptions = {
  "GET /v1/privacy/consents": {
    id: "getConsents",
    summary: "What I have agreed to, with its history",
    responses: { 200: wireConsents },
    example: {},
  },
  "PUT /v1/privacy/consents": {
    id: "setConsents",
    summary: "Agree, or agree no more",
    description: "What is left out stays as it was. Every change is kept with its time until the login is erased.",
    requestBody: consentChange,
    responses: { 200: wireConsents },
    example: { body: { terms: "2026-10", marketing: false } },
  },
  "GET /v1/privacy/export": {
    id: "exportMyData",
    summary: "Everything about me, as one ZIP file",
    description:
      "Each kind of data as JSON and as CSV, and `manifest.json`, which lists the files with their rows, says what could " +
      "not be read at the moment, and what is left out and why.",
    responses: { 200: { description: "The archive", type: "application/zip" } },
  },
  "POST /v1/privacy/erase": {
    id: "eraseMe",
    summary: "Erase my login and all personal data",
    description:
      "Refused while the account has open orders, positions or cash. Ends sessions, keys, grants and apps, and destroys the " +
      "keys that personal data is sealed with: what trades and the audit trail keep has ids only.",
    requestBody: eraseRequest,
    responses: { 200: wireErased, 202: wireErased },
    errorStatuses: [409],
  },
  "POST /v1/admin/users/:id/erase": {
    id: "eraseUser",
    summary: "Erase a user, whatever its account still has",
    description:
      "Open orders are cancelled. What positions and cash are left belong to nobody then. 202 is either an erasure under " +
      "way, or an approval: it waits for a second administrator (unless FOUR_EYES is off).",
    requestBody: eraseRequest,
    responses: { 200: wireErased, 202: z.union([wireErased, approvalWire]) },
    errorStatuses: [404],
  },
  "POST /v1/audit/accounts/:id/origins": {
    id: "openOrigins",
    summary: "Where audited events of an account came from",
    description: "Addresses and user agents are sealed in the trail. Who opens them is recorded.",
    requestBody: originsRequest,
    responses: { 200: wireOrigins },
    errorStatuses: [404],
  },
  "POST /v1/admin/vaults/touch": {
    id: "touchVaults",
    summary: "Move users to the current master key",
    description:
      "A page of users at a time. When `next` is null, the master key before may be dropped (`npm run pii:rotate`).",
    query: touchQuery,
    responses: { 200: wireTouched },
  },
  "PATCH /v1/me": {
    id: "changeMe",
    summary: "Change my name or country",
    requestBody: personChange,
    responses: { 200: wirePerson },
    example: { body: { country: "DE" } },
  },
};
