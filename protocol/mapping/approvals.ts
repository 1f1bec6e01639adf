/** Approvals and entries of the admin log as REST answers. */
import { type UserId, ownerOfFirst } from "../../domain/ids.ts";
import * as z from "zod";
import type { ControlsLoosening } from "../../domain/risk/limits.ts";
import { limitsToWire } from "./accountSettings.ts";
import type { AdminLogEntry, ApprovalView, UserAction } from "../rpc/approvals.ts";
import { approvedUserWire, approvalWire, actWire } from "../wire/approvals.ts";

/** The approval object. `reader` decides whether the email of an invitation is shown. */
export function approvalToWire(
  approval: ApprovalView,
  reader: { readonly administers: boolean },
): z.infer<typeof approvalWire> {
  const { id, kind, state, transferState, accountId, user, askedBy, decidedBy, decidedAt, refusal } = approval;
  const money = user === undefined ? approval.deposit : { reference: null, symbol: null, amount: null };
  const lot = user === undefined ? approval.deposit.lot : undefined;
  return {
    approval_id: id,
    kind,
    state,
    transfer_state: transferState ?? null,
    account_id: (user !== undefined && "accountId" in user ? user.accountId : accountId) || null,
    reference: money.reference,
    symbol: money.symbol,
    amount: money.amount,
    acquired_at: lot?.acquiredAt === undefined ? null : timeText(lot.acquiredAt),
    cost_basis: lot?.cost ?? null,
    user: user === undefined ? null : userOf(user, approval.userId ?? ownerOfFirst(accountId), reader.administers),
    asked_by: askedBy,
    asked_at: timeText(approval.askedAt),
    expires_at: timeText(approval.expiresAt),
    decided_by: decidedBy,
    decided_at: decidedAt === null ? null : timeText(decidedAt),
    refusal,
  };
}

/** Merges lists by time, newest first. */
export function newestApprovals(lists: readonly (readonly ApprovalView[])[], limit: number): ApprovalView[] {
  return lists
    .flat()
    .sort((a, b) => b.askedAt - a.askedAt)
    .slice(0, limit);
}

function timeText(at: number): string {
  return new Date(at).toISOString();
}

function userOf(act: UserAction, userId: UserId, administers: boolean): z.infer<typeof approvedUserWire> {
  const user_id = userId || null;
  if (act.kind === "user_invite") {
    const { email, roles, plan, region } = act;
    return { user_id, email: administers && email !== "" ? email : null, roles: [...roles], plan, region };
  }
  if (act.kind === "user_fee_plan") return { user_id, email: null, fee_plan: act.feePlan };
  if (act.kind === "plan_limits") {
    return { user_id: null, email: null, plan: act.plan, limits: limitsToWire(act.limits) };
  }
  if (act.kind === "user_controls") return { user_id, email: null, ...loosensToWire(act.loosens) };
  if (act.kind === "user_erase") return { user_id, email: null };
  const { roles, ...change } = act.change;
  return { user_id, email: null, ...change, ...(roles === undefined ? {} : { roles: [...roles] }) };
}

function loosensToWire({ unblock, unblockSymbols, killSwitchOff, limits }: ControlsLoosening) {
  return {
    ...(unblock && { unblock }),
    ...(unblockSymbols !== undefined && { unblock_symbols: [...unblockSymbols] }),
    ...(killSwitchOff && { kill_switch_off: killSwitchOff }),
    ...(limits !== undefined && { limits: limitsToWire(limits) }),
  };
}

/** The object of an entry of the admin log. */
export function actToWire(entry: AdminLogEntry): z.infer<typeof actWire> {
  const { seq, at, by, what, target, facts, requestId, outcome } = entry;
  return { seq, at: new Date(at).toISOString(), by, what, target, facts, request_id: requestId, outcome };
}
