/** Queries and answers of the approvals and of the administrators' log. */
import * as z from "zod";
import { rowLimit } from "./users.ts";
import { PLANS } from "../../domain/rateLimit.ts";
import { TRANSFER_STATES } from "../../domain/transfers/transferState.ts";
import { REGIONS } from "../ids/region.ts";
import { ROLES } from "../auth/principal.ts";

/** `approved`: decided, and on its way to the account; `failed`: approved, and refused by the account. */
export const APPROVAL_STATES = ["pending", "approved", "booked", "failed", "rejected", "expired"] as const;
export type ApprovalState = (typeof APPROVAL_STATES)[number];

export const APPROVAL_KINDS = ["deposit", "withdrawal", "user_invite", "user_change", "user_erase"] as const;

/**
 * What became of an act: "repeated", it had been done before; "failed", no answer came, and it may have been done; null, it
 * is under way or was cut off.
 */
export const ADMIN_ACTION_OUTCOMES = ["done", "repeated", "refused", "failed"] as const;
export type AdminActionOutcome = (typeof ADMIN_ACTION_OUTCOMES)[number] | null;

export const approvalsQuery = z.object({
  state: z
    .enum(APPROVAL_STATES, { error: APPROVAL_STATES.join(", ") })
    .nullable()
    .default(null),
  limit: rowLimit,
});

export const actsQuery = z.object({
  before: z
    .string()
    .regex(/^\d{1,15}$/, { error: "the number of an act" })
    .transform(Number)
    .nullable()
    .default(null),
  limit: rowLimit,
});

/** What is to become of a user; what is left out stays. */
export const approvedUserWire = z.object({
  user_id: z.string().nullable().describe("null: not made yet."),
  email: z
    .string()
    .nullable()
    .describe("Of an invitation that waits, for administrators; null otherwise: a decision keeps ids only."),
  roles: z.array(z.enum(ROLES)).optional(),
  plan: z.enum(PLANS).optional(),
  region: z.enum(REGIONS).optional(),
  disabled: z.boolean().optional(),
});

export const approvalWire = z
  .object({
    approval_id: z.string(),
    kind: z.enum(APPROVAL_KINDS),
    state: z.enum(APPROVAL_STATES),
    transfer_state: z
      .enum(TRANSFER_STATES)
      .nullable()
      .describe("Of a deposit or withdrawal, the state of the two-phase transfer; null for an approval about a user."),
    account_id: z.string().nullable(),
    reference: z.string().nullable(),
    symbol: z.string().nullable(),
    amount: z.string().nullable(),
    user: approvedUserWire.nullable(),
    asked_by: z.string(),
    asked_at: z.string(),
    expires_at: z.string(),
    decided_by: z.string().nullable(),
    decided_at: z.string().nullable(),
    refusal: z.string().nullable().describe("Why the account or the login refused what was approved."),
  })
  .meta({ id: "Approval" });

export const approvalsWire = z.object({ approvals: z.array(approvalWire) });

export const actWire = z
  .object({
    seq: z.int(),
    at: z.string(),
    by: z.string(),
    what: z.string(),
    target: z.string(),
    facts: z.record(z.string(), z.unknown()),
    request_id: z.string(),
    outcome: z
      .enum(ADMIN_ACTION_OUTCOMES)
      .nullable()
      .describe("An act is written before it is done. null: it is under way, or was cut off and may have been done."),
  })
  .meta({ id: "Act" });

export const actsWire = z.object({ acts: z.array(actWire) });
