/** Queries and answers of the approvals and of the admin log. */
import * as z from "zod";
import { wireLimits } from "./accountSettings.ts";
import { rowLimit } from "./users.ts";
import { PLANS } from "../../domain/rateLimit.ts";
import { TRANSFER_STATES } from "../../domain/transfers/transferState.ts";
import { REGIONS } from "../ids/region.ts";
import { ROLES } from "../auth/principal.ts";

/** `approved`: approved, and in transit to the account; `failed`: approved, and refused by the account. */
export const APPROVAL_STATES = ["pending", "approved", "booked", "failed", "rejected", "expired"] as const;
export type ApprovalState = (typeof APPROVAL_STATES)[number];

export const APPROVAL_KINDS = [
  "deposit",
  "withdrawal",
  "user_invite",
  "user_change",
  "user_erase",
  "user_fee_plan",
  "user_controls",
  "plan_limits",
] as const;

/**
 * The outcome of an action. "repeated": it was executed before. "failed": without an answer, so it may have been
 * executed. null: it is being executed or was interrupted.
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

/** The requested change of a user; fields that are left out do not change. */
export const approvedUserWire = z.object({
  user_id: z.string().nullable().describe("null: the user does not exist yet."),
  email: z
    .string()
    .nullable()
    .describe(
      "The e-mail of a pending invitation, for administrators only; null otherwise, because it is erased at the decision.",
    ),
  roles: z.array(z.enum(ROLES)).optional(),
  plan: z.enum(PLANS).optional(),
  region: z.enum(REGIONS).optional(),
  disabled: z.boolean().optional(),
  fee_plan: z.string().optional().describe("The fee plan of the account."),
  unblock: z.literal(true).optional().describe("The block of the account is lifted."),
  unblock_symbols: z.array(z.string()).optional().describe("The symbols in the account whose blocks are lifted."),
  kill_switch_off: z.literal(true).optional().describe("The kill switch of the exchange is switched off."),
  limits: wireLimits.optional().describe("The limits of the exchange for the account, or those of the plan."),
});

export const approvalWire = z
  .object({
    approval_id: z.string(),
    kind: z.enum(APPROVAL_KINDS),
    state: z.enum(APPROVAL_STATES),
    transfer_state: z
      .enum(TRANSFER_STATES)
      .nullable()
      .describe("The state of a deposit or withdrawal as a two-phase transfer; null for an approval about a user."),
    account_id: z.string().nullable(),
    reference: z.string().nullable(),
    symbol: z.string().nullable(),
    amount: z.string().nullable(),
    acquired_at: z.string().nullable().describe("When deposited shares were acquired; null: at the deposit."),
    cost_basis: z.string().nullable().describe("What deposited shares cost; null: at the reference price."),
    user: approvedUserWire.nullable(),
    asked_by: z.string(),
    asked_at: z.string(),
    expires_at: z.string(),
    decided_by: z.string().nullable(),
    decided_at: z.string().nullable(),
    refusal: z.string().nullable().describe("Why the account or the login refused the approved request."),
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
      .describe(
        "An action is logged before its execution. null: it is being executed, or was interrupted and may have been executed.",
      ),
  })
  .meta({ id: "Act" });

export const actsWire = z.object({ acts: z.array(actWire) });
