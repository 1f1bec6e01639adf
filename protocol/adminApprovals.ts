/** Queries and answers of the endpoints of approvals and of what administrators did. */
import * as z from "zod";
import { rowLimit } from "./adminUsers.ts";
import { type ActEntry, APPROVAL_STATES, type ApprovalView } from "./approvalRpc.ts";

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

export const approvalWire = z
  .object({
    approval_id: z.string(),
    kind: z.enum(["deposit", "withdrawal"]),
    state: z.enum(APPROVAL_STATES),
    account_id: z.string(),
    reference: z.string(),
    symbol: z.string().nullable(),
    amount: z.string(),
    asked_by: z.string(),
    asked_at: z.string(),
    expires_at: z.string(),
    decided_by: z.string().nullable(),
    decided_at: z.string().nullable(),
    refusal: z.string().nullable().describe("Why the account refused what was approved."),
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
  })
  .meta({ id: "Act" });

export const actsWire = z.object({ acts: z.array(actWire) });

/** An approval on the wire. */
export function approvalToWire(approval: ApprovalView): z.infer<typeof approvalWire> {
  const { id, kind, state, accountId, deposit, askedBy, askedAt, expiresAt, decidedBy, decidedAt, refusal } = approval;
  const time = (at: number): string => new Date(at).toISOString();
  return {
    ...{ approval_id: id, kind, state, account_id: accountId },
    ...{ reference: deposit.reference, symbol: deposit.symbol, amount: deposit.amount },
    ...{ asked_by: askedBy, asked_at: time(askedAt), expires_at: time(expiresAt) },
    ...{ decided_by: decidedBy, decided_at: decidedAt === null ? null : time(decidedAt), refusal },
  };
}

/** Something an administrator did, on the wire. */
export function actToWire({ seq, at, by, what, target, facts, requestId }: ActEntry): z.infer<typeof actWire> {
  return { seq, at: new Date(at).toISOString(), by, what, target, facts, request_id: requestId };
}
