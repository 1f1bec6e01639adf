import * as z from "zod";
import { approvalWire } from "../../../../protocol/wire/approvals.ts";
import { userChange, userWire, usersQuery, usersWire } from "../../../../protocol/wire/users.ts";
import { newUserRequest, userAnswer } from "../../../../protocol/wire/logins.ts";
import { keysWire } from "../../../../protocol/wire/apiKeys.ts";
import { eraseRequest, wireErased } from "../../../../protocol/wire/privacy.ts";
import { uuid } from "../../../../protocol/wire/primitives.ts";
import type { Descriptions } from "../../operation.ts";
import type { ACCESS } from "./access.ts";

const APPROVED =
  "202: it waits for a second administrator (unless FOUR_EYES is off). The first administrator appoints the second one " +
  "alone.";

const user = { id: uuid };

export const description: Descriptions<typeof ACCESS> = {
  "POST /v1/admin/users/:id/erase": {
    id: "eraseUser",
    summary: "Erase a user, even if the account is not empty",
    description:
      "Open orders are cancelled. What positions and cash are left belong to nobody then. 202 is either an erasure under " +
      "way, or an approval: it waits for a second administrator (unless FOUR_EYES is off).",
    requestBody: eraseRequest,
    responses: { 200: wireErased, 202: z.union([wireErased, approvalWire]) },
    errorStatuses: [404],
  },
  "GET /v1/admin/users": {
    id: "listUsers",
    summary: "Find a user by e-mail, or list users by id",
    description: "The list has ids and times only; GET /v1/admin/users/{id} returns the rest.",
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
};
