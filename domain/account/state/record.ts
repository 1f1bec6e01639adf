import { formatDecimal, PRICE_DECIMALS } from "../../decimal.ts";
import { uuidFromParts } from "../../ids.ts";
import type { AccountOutputs } from "./outputs.ts";
import type { AccountState } from "./accountState.ts";
import type { Origin, TradeUpdate } from "./events.ts";
import { owned } from "../ledger/ledger.ts";
import type { Order } from "./order.ts";
import type { BalanceSnapshot } from "./balanceSnapshot.ts";

/** An event for the audit trail, with its facts and the balances before and after it. */
export interface AuditEvent {
  readonly action: string;
  readonly resource: string;
  readonly body: Record<string, unknown>;
  readonly before: BalanceSnapshot | null;
  readonly after: BalanceSnapshot | null;
}

const REFUSALS: ReadonlySet<string> = new Set(["order.refused", "order.replace_refused"]);

/** Sends an audit record to the account's audit shard. */
export function audit(
  state: Pick<AccountState, "accountId" | "userId" | "auditAddress" | "nextAuditEvent">,
  event: AuditEvent,
  origin: Origin,
  now: number,
  out: Pick<AccountOutputs, "audit">,
): void {
  const eventId = uuidFromParts("audit:", state.accountId, ":", String(state.nextAuditEvent++));
  const { action, resource, body, before, after } = event;
  const { requestId, ip, userAgent, actor } = origin;
  // Without spreading the two objects, which costs more than all else here.
  out.audit(state.auditAddress, {
    eventId,
    at: now,
    userId: state.userId,
    accountId: state.accountId,
    result: REFUSALS.has(action) ? "refused" : "ok",
    requestId,
    ip,
    userAgent,
    actor,
    action,
    resource,
    body,
    before,
    after,
  });
}

/** Emits a trade_updates event with a copy of the order. */
export function update(
  state: AccountState,
  event: TradeUpdate["event"],
  order: Order,
  now: number,
  out: AccountOutputs,
  execution: { id: string; price: number; qty: number } | null,
): void {
  const sequence = state.nextUpdate++;
  out.update({
    sequence,
    event,
    executionId: execution?.id ?? uuidFromParts("update:", order.id, ":", event, ":", String(sequence)),
    at: now,
    order: { ...order },
    price: execution?.price ?? null,
    qty: execution?.qty ?? null,
    positionQty: execution === null ? null : owned(state.ledger, order.symbol),
  });
}

/** Cash as a decimal string of dollars. */
export function dollars(amount: number): string {
  return formatDecimal(amount, PRICE_DECIMALS);
}
