/** Queries and answers of the endpoints of approvals and of what administrators did. */
import * as z from "zod";
import { rowLimit } from "./adminUsers.ts";
import { PLANS, REGIONS, ROLES } from "./access.ts";
import {
  ACT_OUTCOMES,
  type ActEntry,
  APPROVAL_KINDS,
  APPROVAL_STATES,
  type ApprovalView,
  type UserAct,
} from "./approvalRpc.ts";

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
const approvedUserWire = z.object({
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
      .enum(ACT_OUTCOMES)
      .nullable()
      .describe("An act is written before it is done. null: it is under way, or was cut off and may have been done."),
  })
  .meta({ id: "Act" });

export const actsWire = z.object({ acts: z.array(actWire) });

/** An approval on the wire; `reader`: may see whom an invitation is for. */
export function approvalToWire(
  approval: ApprovalView,
  reader: { readonly administers: boolean },
): z.infer<typeof approvalWire> {
  const { id, kind, state, accountId, deposit, user, askedBy, askedAt, expiresAt, decidedBy, decidedAt } = approval;
  const { reference, symbol, amount } = user === undefined ? deposit : { reference: null, symbol: null, amount: null };
  const time = (at: number): string => new Date(at).toISOString();
  return {
    ...{ approval_id: id, kind, state, account_id: accountId || null },
    ...{ reference, symbol, amount, user: user === undefined ? null : userOf(user, accountId, reader.administers) },
    ...{ asked_by: askedBy, asked_at: time(askedAt), expires_at: time(expiresAt) },
    ...{ decided_by: decidedBy, decided_at: decidedAt === null ? null : time(decidedAt), refusal: approval.refusal },
  };
}

function userOf(act: UserAct, userId: string, administers: boolean): z.infer<typeof approvedUserWire> {
  const user_id = userId || null;
  if (act.kind === "user_invite") {
    const { email, roles, plan, region } = act;
    return { user_id, email: administers && email !== "" ? email : null, roles: [...roles], plan, region };
  }
  if (act.kind === "user_erase") return { user_id, email: null };
  const { roles, ...change } = act.change;
  return { user_id, email: null, ...change, ...(roles === undefined ? {} : { roles: [...roles] }) };
}

/** Something an administrator did, on the wire. */
export function actToWire(entry: ActEntry): z.infer<typeof actWire> {
  const { seq, at, by, what, target, facts, requestId, outcome } = entry;
  return { seq, at: new Date(at).toISOString(), by, what, target, facts, request_id: requestId, outcome };
}
