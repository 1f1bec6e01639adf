import type { Actor } from "../../actor.ts";
import type { AccountId, UserId } from "../../ids.ts";
import type { Order } from "./order.ts";
import type { BalanceSnapshot } from "./balanceSnapshot.ts";

export { NO_ORIGIN, type Origin, UNKNOWN_ORIGIN } from "./origin.ts";

/** Events of trade_updates, as on the wire. */
export type UpdateEvent =
  | "pending_new"
  /** Accepted, and waiting for its session or auction; `held`: waiting for its parent to be filled. */
  | "accepted"
  | "held"
  | "new"
  | "fill"
  | "partial_fill"
  /** The quantity was reduced. */
  | "restated"
  | "canceled"
  | "expired"
  | "rejected"
  | "pending_cancel"
  | "pending_replace"
  | "replaced"
  | "order_replace_rejected";

/** One trade_updates event for the streams of the account's owner. */
export interface TradeUpdate {
  /** Sequence number of the update in its account, from 1 without gaps: the cursor of its streams. */
  readonly sequence: number;
  readonly event: UpdateEvent;
  readonly executionId: string;
  readonly at: number;
  /** The order right after the event. */
  readonly order: Order;
  /** Price and quantity of this execution, in 1/10,000 dollar and lots; null for events other than fills. */
  readonly price: number | null;
  readonly qty: number | null;
  /** Lots owned after this execution. */
  readonly positionQty: number | null;
}

/** One record of the audit trail, as an account sends it to its shard. */
export interface AuditRecord {
  readonly eventId: string;
  readonly at: number;
  readonly userId: UserId;
  readonly accountId: AccountId;
  /**
   * `transfer.requested|settled|rejected|received`,
   * `account.opened`, `account.fee_plan_set`, `fees.swept`, `house.opened`, `fees.received`, `account.settlement_exemption_set`, `account.violation`, `account.plan_limits_set`, `account.loss_limit_reached`, `lots.opened`, `deposit`, `withdrawal.requested|settled|rejected`, `alert`, `order.accepted|refused|activated|triggered|filled|lots|restated|canceled|expired`,
   * `order.cancel_requested`, `order.replace_requested|replace_refused|replaced|replace_rejected`,
   * `settings.changed`, `controls.changed`, `cancel_after.set|off|fired`, `cancel_on_disconnect.set|off|fired`.
   */
  readonly action: string;
  /** The object of the event: `order/<uuid>` or `account/<uuid>`. */
  readonly resource: string;
  readonly result: "ok" | "refused";
  readonly ip: string;
  readonly userAgent: string;
  readonly requestId: string;
  /** The actor of the request. Absent for requests to an earlier release. */
  readonly actor?: Actor | undefined;
  /** The facts of the event, with amounts as decimal strings. */
  readonly body: Readonly<Record<string, unknown>>;
  /** Balances before and after the event; null for an event that changes nothing, and before the first event. */
  readonly before: BalanceSnapshot | null;
  readonly after: BalanceSnapshot | null;
}
