/** Administrators over users and money, and what they have done. */
import * as z from "zod";
import {
  actsQuery,
  actsWire,
  approvalsQuery,
  approvalsWire,
  approvalWire,
} from "../../../../protocol/wire/approvals.ts";
import { userChange, usersQuery, usersWire, userWire } from "../../../../protocol/wire/users.ts";
import { newUserRequest, userAnswer } from "../../../../protocol/wire/logins.ts";
import { keysWire } from "../../../../protocol/wire/apiKeys.ts";
import { uuid } from "../../../../protocol/wire/primitives.ts";
import type { Descriptions } from "../../operation.ts";

const user = { id: uuid };

const APPROVED =
  "202: it waits for a second administrator (unless FOUR_EYES is off). The first administrator appoints the second one " +
  "alone.";

export const ADMIN: Descriptions = {
  "GET /v1/admin/users": {
    id: "listUsers",
    summary: "Find a user by e-mail, or list users by id",
    description: "The list has ids and times only; what else there is of a user its login tells, one at a time.",
    query: usersQuery,
    responses: { 200: usersWire },
    example: { query: "limit=10" },
  },
  "POST /v1/admin/users": {
    id: "createUser",
    summary: "Invite a user",
    description:
      "The person gets a code by mail and chooses a password with it (POST /v1/auth/password/reset): nobody else does. " +
      APPROVED,
    requestBody: newUserRequest,
    responses: { 201: userAnswer, 202: approvalWire },
    errorStatuses: [409],
  },
  "GET /v1/admin/users/:id": {
    id: "getUser",
    summary: "A user",
    path: user,
    responses: { 200: userWire },
    errorStatuses: [404],
  },
  "PATCH /v1/admin/users/:id": {
    id: "changeUser",
    summary: "Change a user's roles or plan, or close its login",
    description:
      "Counts at once for what moves money or changes users, and within five seconds everywhere. You cannot end your own " +
      `role of administrator or close yourself. ${APPROVED}`,
    path: user,
    requestBody: userChange,
    responses: { 200: userWire, 202: approvalWire },
    errorStatuses: [403, 404, 409],
  },
  "DELETE /v1/admin/users/:id/sessions": {
    id: "endUserSessions",
    summary: "End every session of a user",
    path: user,
    responses: { 200: z.object({ ended: z.int() }) },
    errorStatuses: [404],
  },
  "GET /v1/admin/users/:id/keys": {
    id: "listUserKeys",
    summary: "The API keys of a user",
    path: user,
    responses: { 200: keysWire },
    errorStatuses: [404],
  },
  "DELETE /v1/admin/users/:id/keys/:key": {
    id: "revokeUserKey",
    summary: "Revoke an API key of a user",
    path: user,
    responses: { 204: null },
    errorStatuses: [404],
  },
  "GET /v1/admin/approvals": {
    id: "listApprovals",
    summary: "What waits for a second administrator, or did: money, and acts on users",
    query: approvalsQuery,
    responses: { 200: approvalsWire },
    example: { query: "state=pending" },
  },
  "POST /v1/admin/approvals/:id/approve": {
    id: "approve",
    summary: "Approve what somebody else has asked for",
    description:
      "It is done once. 202: it is decided, and will be done as soon as the account or the login answers. Needs a second " +
      "factor. Within a day of becoming an administrator you approve nothing that those who made you one, or theirs, have " +
      "asked for; and never what is about yourself.",
    responses: { 200: approvalWire, 202: approvalWire },
    errorStatuses: [403, 404, 409],
  },
  "POST /v1/admin/approvals/:id/reject": {
    id: "reject",
    summary: "Turn it down",
    responses: { 200: approvalWire, 202: approvalWire },
    errorStatuses: [404, 409],
  },
  "GET /v1/admin/acts": {
    id: "listActs",
    summary: "What administrators do, the newest first",
    description: "Each act is written before it is done, and kept for seven years.",
    query: actsQuery,
    responses: { 200: actsWire },
    example: { query: "limit=10" },
  },
};
