/** Approvals and log entries as REST answers. */
import * as z from "zod";
import type { AdminLogEntry, ApprovalView, UserAction } from "../rpc/approvals.ts";
import { approvedUserWire, approvalWire, actWire } from "../wire/approvals.ts";

/** An approval on the wire; `reader`: may see whom an invitation is for. */
export function approvalToWire(
  approval: ApprovalView,
  reader: { readonly administers: boolean },
): z.infer<typeof approvalWire> {
  const { id, kind, state, accountId, deposit, user, askedBy, askedAt, expiresAt, decidedBy, decidedAt } = approval;
  const { reference, symbol, amount } = user === undefined ? deposit : { reference: null, symbol: null, amount: null };
  const time = (at: number): string => new Date(at).toISOString();
  return {
    approval_id: id,
    kind,
    state,
    account_id: accountId || null,
    reference,
    symbol,
    amount,
    user: user === undefined ? null : userOf(user, accountId, reader.administers),
    asked_by: askedBy,
    asked_at: time(askedAt),
    expires_at: time(expiresAt),
    decided_by: decidedBy,
    decided_at: decidedAt === null ? null : time(decidedAt),
    refusal: approval.refusal,
  };
}

function userOf(act: UserAction, userId: string, administers: boolean): z.infer<typeof approvedUserWire> {
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
export function actToWire(entry: AdminLogEntry): z.infer<typeof actWire> {
  const { seq, at, by, what, target, facts, requestId, outcome } = entry;
  return { seq, at: new Date(at).toISOString(), by, what, target, facts, request_id: requestId, outcome };
}
