import type { Actor } from "../../actor.ts";
import type { AccountId, UserId } from "../../ids.ts";
import type { Order } from "./order.ts";
import type { BalanceSnapshot } from "./balanceSnapshot.ts";

export { NO_ORIGIN, type Origin, UNKNOWN_ORIGIN } from "./origin.ts";

export type UpdateEvent =
  | "pending_new"
  /** Taken, but it waits for its session or its auction; `held`: for its parent to be filled. */
  | "accepted"
  | "held"
  | "new"
  | "fill"
  | "partial_fill"
  /** It is for less now. */
  | "restated"
  | "canceled"
  | "expired"
  | "rejected"
  | "pending_cancel"
  | "pending_replace"
  | "replaced"
  | "order_replace_rejected";

/** What an account tells its owner's streams: one trade_updates event. */
export interface TradeUpdate {
  /** Place in the account's sequence of updates, from 1 and without gaps: the cursor of its streams. */
  readonly sequence: number;
  readonly event: UpdateEvent;
  readonly executionId: string;
  readonly at: number;
  /** The order right after the event. */
  readonly order: Order;
  /** Of this execution, in 1/10,000 dollar and lots; null for events that are no fill. */
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
   * `account.opened`, `deposit`, `withdrawal.requested|settled|rejected`, `alert`, `order.accepted|refused|activated|triggered|filled|restated|canceled|expired`,
   * `order.cancel_requested`, `order.replace_requested|replace_refused|replaced|replace_rejected`,
   * `cancel_after.set|off|fired`, `cancel_on_disconnect.set|off|fired`.
   */
  readonly action: string;
  /** What it happened to: `order/<uuid>`, `account/<uuid>`. */
  readonly resource: string;
  readonly result: "ok" | "refused";
  readonly ip: string;
  readonly userAgent: string;
  readonly requestId: string;
  /** Who asked for it. Left out when that is not known: of a request to an earlier release. */
  readonly actor?: Actor;
  /** The facts, with amounts as decimal strings. */
  readonly body: Readonly<Record<string, unknown>>;
  /** What the event found and what it left; null for an event that changes nothing, and before the first. */
  readonly before: BalanceSnapshot | null;
  readonly after: BalanceSnapshot | null;
}
