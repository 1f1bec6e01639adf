/**
 * RPC of an Account object. RPC carries plain data only and is additive across releases: workers are deployed one after
 * another, so an old caller meets a new object for minutes. Amounts are internal integers; the gateway makes the decimal strings.
 */
import type { AccountId, UserId } from "../../domain/ids.ts";
import type { CancelAfter } from "../../domain/account/timers/decideTimers.ts";
import type { Origin, TradeUpdate } from "../../domain/account/state/events.ts";
import type { Holdings } from "../../domain/account/ledger/holdings.ts";
import type { IdempotentResponse, IdempotencyKey } from "../../domain/account/ledger/idempotentResponse.ts";
import type { Order } from "../../domain/account/state/order.ts";
import type { Outcome } from "../../domain/account/entry/refusal.ts";
import type { OrderTicket, ReplaceTicket } from "../../domain/account/entry/ticket.ts";
import type { BookCommand, BookReport } from "../../domain/matching/messages.ts";
import type { TransferCommand, TransferNotice } from "../../domain/transfers/messages.ts";
import type { ActorRpc } from "./actor.ts";
import type { OrderFilter, UnknownOrder } from "./orderFilter.ts";
import type { Plan } from "../../domain/rateLimit.ts";
import type { Principal } from "../auth/principal.ts";
import type { Metered, MeteredMethod } from "./metered.ts";
import type { AccountPrivacyRpc } from "./accountPrivacy.ts";
import type { WithdrawalRpc } from "./withdrawals.ts";
import type { Envelope } from "./envelope.ts";

/** An order with what is not kept of it. */
export interface OrderView extends Order {
  readonly legs?: readonly Order[];
  /** Of a trailing stop that waits: where it is now, and the best price it follows. */
  readonly live?: { readonly stopPrice: number; readonly best: number | null };
}

export interface PositionView {
  readonly symbol: string;
  /** Lots owned; lots not held for open sell orders. */
  readonly qty: number;
  readonly available: number;
  /** What the lots cost, in 1/10,000 dollar. */
  readonly costBasis: number;
}

export interface AccountView {
  readonly accountId: string;
  /** The user who owns the account; left out by an earlier release. */
  readonly ownerId?: string;
  readonly accountNumber: string;
  readonly createdAt: number;
  readonly cash: number;
  readonly cashHeld: number;
  /** Of what is held: for withdrawals that wait. Left out: nothing. */
  readonly withdrawing?: number;
  readonly positions: readonly PositionView[];
  /** What there was at the close of the trading day before. Only in a summary, and not in that of an earlier release. */
  readonly atClose?: Holdings;
}

/** Money or shares put into an account by an administrator. Repeatable by its reference. */
export interface Deposit {
  readonly reference: string;
  /** null for cash. */
  readonly symbol: string | null;
  /** Decimal string: dollars, or shares of `symbol`. */
  readonly amount: string;
}

/** The account after a deposit, and the answer that whoever asked for it is given. */
export interface Deposited extends AccountView {
  readonly answer: IdempotentResponse;
}

export interface CancelAllEntry {
  readonly order: Order;
  readonly outcome: Outcome<null>;
}

/** Trade updates after a cursor, oldest first. `oldest` is the first that is kept: `through` + 1 when none is. */
export interface UpdatesPage {
  readonly updates: readonly TradeUpdate[];
  readonly through: number;
  readonly oldest: number;
}

/** An account at one moment: stands in for updates that are no longer kept. `through` is the last update in it. */
export interface AccountSnapshot {
  readonly through: number;
  readonly orders: readonly Order[];
  readonly account: AccountView;
}

/** An account at one moment, which the number of its audited events tells: these must come to the same. */
export interface AuditedAccount {
  readonly events: number;
  readonly account: AccountView;
  readonly open: readonly Order[];
}

// ---- the methods of each object, as its callers see them ----

export interface AccountRpc extends ActorRpc, AccountPrivacyRpc, WithdrawalRpc {
  /** Creates the account of this user if it does not exist. Repeatable. An earlier release leaves the owner out. */
  open(accountId: AccountId, origin: Origin, ownerId?: UserId): Promise<void>;
  /**
   * Accepts or refuses an order. The same client order id with the same ticket answers with the same order. After
   * `validUntil` (epoch milliseconds) an order that is not known is refused: it cannot be placed when nobody expects it.
   */
  submitOrder(
    principal: Principal,
    ticket: OrderTicket,
    origin: Origin,
    validUntil?: number,
  ): Promise<Outcome<OrderView>>;
  /**
   * Replaces an order that is live: the answer is the order that goes on from it. The same client order id with the same
   * wish answers with the same order; `validUntil` as for a submission.
   */
  replaceOrder(
    principal: Principal,
    orderId: string,
    ticket: ReplaceTicket,
    origin: Origin,
    validUntil?: number,
  ): Promise<Outcome<OrderView>>;
  cancelOrder(principal: Principal, orderId: string, origin: Origin): Promise<Outcome<Order>>;
  cancelAllOrders(principal: Principal, origin: Origin): Promise<CancelAllEntry[]>;
  /** An order, with its legs inside it if they are wanted. */
  order(orderId: string, nested?: boolean): Promise<OrderView | null>;
  /** The order of this client order id; null when no such order had arrived here when this was asked. */
  orderByClientOrderId(clientOrderId: string, nested?: boolean): Promise<OrderView | null>;
  /** The orders that pass the filter; which bound is not known only to a filter that asks for it. */
  orders(filter: OrderFilter): Promise<OrderView[] | UnknownOrder>;
  summary(): Promise<AccountView | null>;
  /** Of a gateway of the release before. The same reference, or the same request by its key, is posted once. */
  deposit(
    principal: Principal,
    deposit: Deposit,
    origin: Origin,
    request?: IdempotencyKey | null,
    approvedBy?: string,
  ): Promise<Outcome<Deposited>>;
  /** A relay wants this account's trade updates; `epoch` grows with each call of one relay. Gives the last one made. */
  subscribe(relay: string, epoch: number): Promise<{ through: number }>;
  updatesAfter(cursor: number, limit: number): Promise<UpdatesPage>;
  /** Open orders, balances and positions at one moment; null when the account was never opened. */
  snapshot(): Promise<AccountSnapshot | null>;
  /** For who compares it with the audit trail; null when the account was never opened. */
  audited(): Promise<AuditedAccount | null>;
  /**
   * Sets the dead-man's switch: every open order is cancelled after this many seconds unless it is set again by then.
   * 0 switches it off; refused unless an integer from 0 to 86,400.
   */
  setCancelAfter(principal: Principal, timeoutSeconds: number, origin: Origin): Promise<Outcome<CancelAfter>>;
  cancelAfter(): Promise<CancelAfter>;
  /**
   * Cancel-on-disconnect: begins or renews the lease of one socket's session. When it is not renewed within `ttlMs`
   * (1 to 300,000) every open order of the account is cancelled. `session` names one socket for ever (1 to 128
   * characters, never used again). False, and nothing holds, when the session is over (ended, released or expired: its
   * orders were cancelled), when the account has 64 leases, when `principal` may not trade here, or on other numbers: the
   * client must be told that it is not protected. An earlier release leaves `principal` out: it renews what it has.
   */
  holdSession(session: string, ttlMs: number, origin: Origin, principal: Principal | undefined): Promise<boolean>;
  /**
   * Ends a session's lease without a cancel (the option was switched off, or the client said goodbye). Repeatable. An
   * earlier release leaves out where that was asked for, and by whom.
   */
  releaseSession(session: string, origin?: Origin, principal?: Principal): Promise<void>;
  /**
   * The session's socket is gone: cancels every open order now, if the lease still exists. Repeatable. It is a release
   * when `principal` may not trade here; an earlier release leaves that out.
   */
  endSession(session: string, origin: Origin, principal: Principal | undefined): Promise<void>;
  /** Of a book or a transfers actor; the answer has what the account has to say to it. */
  deliver(envelope: Envelope<BookReport | TransferCommand>): Promise<Envelope<BookCommand | TransferNotice>>;
  /** One of these methods for a client: it costs a token of its plan, and nothing happens without one. */
  metered<M extends MeteredMethod>(
    plan: Plan,
    method: M,
    args: Parameters<AccountRpc[M]>,
  ): Promise<Metered<Awaited<ReturnType<AccountRpc[M]>>>>;
}
