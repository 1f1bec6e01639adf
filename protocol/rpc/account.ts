/**
 * RPC of an Account object. RPC carries plain data only and is additive across releases: workers are deployed one after
 * another, so an old caller meets a new object for minutes. Amounts are internal integers; the gateway makes the
 * decimal strings.
 */
import type { DepositedLot } from "../../domain/account/ledger/depositedLot.ts";
import type { AccountId, UserId } from "../../domain/ids.ts";
import type { AccountType } from "../../domain/accountType.ts";
import type { CancelAfter } from "../../domain/account/timers/decideTimers.ts";
import type { Origin, TradeUpdate } from "../../domain/account/state/events.ts";
import type { Holdings } from "../../domain/account/ledger/holdings.ts";
import type { IdempotentResponse, IdempotencyKey } from "../../domain/account/ledger/idempotentResponse.ts";
import type { Order } from "../../domain/account/state/order.ts";
import type { Closing } from "../../domain/account/entry/closing.ts";
import type { Outcome } from "../../domain/account/entry/refusal.ts";
import type { OrderTicket, ReplaceTicket } from "../../domain/account/entry/ticket.ts";
import type { BookCommand, BookReport } from "../../domain/matching/messages.ts";
import type { TransferCommand, TransferNotice } from "../../domain/transfers/messages.ts";
import type { ActorRpc } from "./actor.ts";
import type { CommandOptions, CommandOutcome, OrderCommand } from "./orderCommands.ts";
import type { OrderFilter, UnknownOrder } from "./orderFilter.ts";
import type { CancelAllEntry, ClosedPosition, OrderView } from "./orderViews.ts";
import type { Plan } from "../../domain/rateLimit.ts";
import type { NoticeStream } from "../stream/trading.ts";
import type { Principal } from "../auth/principal.ts";
import type { Metered, MeteredMethod } from "./metered.ts";
import type { AccountFeesRpc } from "./accountFees.ts";
import type { AccountSettlementRpc, CashLimits } from "./accountSettlement.ts";
import type { AccountSettingsRpc } from "./accountSettings.ts";
import type { ActivityRpc } from "./activities.ts";
import type { AccountPrivacyRpc, AccountRemainder } from "./accountPrivacy.ts";
import type { LotRpc } from "./lots.ts";
import type { WatchlistRpc } from "./watchlists.ts";
import type { MovementRpc } from "./movements.ts";
import type { PaperAccountRpc } from "./paperAccount.ts";
import type { WithdrawalRpc } from "./withdrawals.ts";
import type { Envelope } from "./envelope.ts";

export interface PositionView {
  readonly symbol: string;
  /** Lots owned; lots not held for open sell orders. */
  readonly qty: number;
  readonly available: number;
  /** What the lots cost, in 1/10,000 dollar. */
  readonly costBasis: number;
  /**
   * What is left of the tax lots of this trading day. In a summary only; left out on the first day of an account, whose
   * payments count as held before, and by an account without tax lots.
   */
  readonly today?: { readonly qty: number; readonly costBasis: number };
}

export interface AccountView {
  readonly accountId: AccountId;
  /** The user who owns the account; left out by an earlier release. */
  readonly ownerId?: UserId;
  readonly accountNumber: string;
  /** Left out by an earlier release: cash. */
  readonly type?: AccountType;
  readonly createdAt: number;
  /** Left out: the account is open. */
  readonly closedAt?: number;
  readonly cash: number;
  readonly cashHeld: number;
  /** The part of the held cash that pending withdrawals hold; left out: none. */
  readonly withdrawing?: number;
  readonly positions: readonly PositionView[];
  /** The owner has suspended trading. In a summary only; left out: no, or an earlier release. */
  readonly suspended?: true;
  /** A block or a kill switch refuses new orders. In a summary only; left out: no, or an earlier release. */
  readonly blocked?: true;
  /** Holdings at the previous close. In a summary only; left out by an earlier release. */
  readonly atClose?: Holdings;
  /** What settlement lets it withdraw and buy for. In a summary only; left out by an earlier release. */
  readonly limits?: CashLimits;
}

/** A deposit of cash or shares, requested by an administrator. The reference makes it repeatable. */
export interface Deposit {
  readonly reference: string;
  /** null for cash. */
  readonly symbol: string | null;
  /** Decimal string: dollars, or shares of `symbol`. */
  readonly amount: string;
  /** When the shares were acquired, and what they cost; left out: now, at the reference price. */
  readonly lot?: DepositedLot;
}

/** The account after a deposit, and the stored response to its request. */
export interface Deposited extends AccountView {
  readonly answer: IdempotentResponse;
}

/** Trade updates after a cursor, oldest first. `oldest` is the first one stored: `through` + 1 when none is. */
export interface UpdatesPage {
  readonly updates: readonly TradeUpdate[];
  readonly through: number;
  readonly oldest: number;
}

/**
 * The state of an account, which replaces updates that are no longer stored. `through` is the last update that it
 * includes.
 */
export interface AccountSnapshot {
  readonly through: number;
  readonly orders: readonly Order[];
  readonly account: AccountView;
}

/** An account after a number of audited events, for comparison with the state that these events add up to. */
export interface AuditedAccount {
  readonly events: number;
  readonly account: AccountView;
  readonly open: readonly Order[];
  /** A hash of the tax lots of each symbol; left out for an account with average cost, and by an earlier release. */
  readonly lotHashes?: Readonly<Record<string, string>>;
}

export interface AccountRpc
  extends
    ActorRpc,
    AccountFeesRpc,
    AccountSettlementRpc,
    AccountPrivacyRpc,
    AccountSettingsRpc,
    ActivityRpc,
    MovementRpc,
    LotRpc,
    PaperAccountRpc,
    WatchlistRpc,
    WithdrawalRpc {
  /**
   * Creates the account of this user if it does not exist. Repeatable. An earlier release leaves the owner out; without
   * a type it is a cash account.
   */
  open(accountId: AccountId, origin: Origin, ownerId?: UserId, type?: AccountType, paperCash?: number): Promise<void>;
  /**
   * Closes the account, or returns what is left in it: null when it is closed. Repeatable. A closed account refuses
   * orders, deposits and withdrawals; everything can still be read.
   */
  close(origin: Origin): Promise<AccountRemainder | null>;
  /**
   * Accepts or refuses an order. The same client order id with the same ticket returns the same order. After
   * `validUntil` (epoch milliseconds) an unknown order is refused, so that a delayed request does not place it.
   */
  submitOrder(
    principal: Principal,
    ticket: OrderTicket,
    origin: Origin,
    validUntil?: number,
  ): Promise<Outcome<OrderView>>;
  /**
   * Replaces a live order and returns its replacement. The same client order id with the same request returns the same
   * order; `validUntil` as for a submission.
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
  /**
   * Closes a position, or a part of it, by a market order. The same client order id returns the same order.
   * `cancelOrders`: first cancels the open orders of its symbol, and waits for the book's reply, some seconds at most.
   */
  closePosition(
    principal: Principal,
    closing: Closing,
    cancelOrders: boolean,
    origin: Origin,
    validUntil: number,
  ): Promise<Outcome<OrderView>>;
  /** Closes every position by an order each; with `cancelOrders` after every open order was cancelled. */
  closePositions(
    principal: Principal,
    cancelOrders: boolean,
    origin: Origin,
    validUntil: number,
  ): Promise<ClosedPosition[]>;
  /**
   * Executes 1 to COMMANDS_MAX commands in one commit, each on the state after the ones before it, and returns their
   * outcomes in the same order. Each is decided as the single request would be. With `allOrNone` either all are
   * executed, or none: then those that are not refused themselves have the refusal `batch_not_executed`. What books do
   * with the orders afterwards is the outcome of each. Rejects without executing anything when there are more commands.
   */
  executeCommands(
    principal: Principal,
    commands: readonly OrderCommand[],
    options: CommandOptions,
    origin: Origin,
    validUntil?: number,
  ): Promise<CommandOutcome[]>;
  /** An order, with nested legs if requested. */
  order(orderId: string, nested?: boolean): Promise<OrderView | null>;
  /** The order of this client order id; null when none has arrived so far. */
  orderByClientOrderId(clientOrderId: string, nested?: boolean): Promise<OrderView | null>;
  /** The orders that pass the filter, or the unknown bound, if the filter asks for that. */
  orders(filter: OrderFilter): Promise<OrderView[] | UnknownOrder>;
  summary(): Promise<AccountView | null>;
  /**
   * Posts a deposit without a transfers actor, once per reference and per idempotency key. The simulation funds its
   * accounts this way; no worker calls it.
   */
  deposit(
    principal: Principal,
    deposit: Deposit,
    origin: Origin,
    request?: IdempotencyKey | null,
    approvedBy?: string,
  ): Promise<Outcome<Deposited>>;
  /**
   * Subscribes a relay to this account's trade updates. `epoch` grows with each call of a relay. Returns the number of
   * the last update. `notices`: the streams of notices that its sockets listen to; an earlier release leaves them out.
   */
  subscribe(relay: string, epoch: number, notices?: readonly NoticeStream[]): Promise<{ through: number }>;
  updatesAfter(cursor: number, limit: number): Promise<UpdatesPage>;
  /** Open orders, balances and positions at one moment; null when the account was never opened. */
  snapshot(): Promise<AccountSnapshot | null>;
  /** The account for a comparison with the audit trail; null when it was never opened. */
  audited(): Promise<AuditedAccount | null>;
  /**
   * Sets the dead-man's switch: every open order is cancelled after this many seconds unless it is set again by then.
   * 0 switches it off; refused unless an integer from 0 to 86,400.
   */
  setCancelAfter(principal: Principal, timeoutSeconds: number, origin: Origin): Promise<Outcome<CancelAfter>>;
  cancelAfter(): Promise<CancelAfter>;
  /**
   * Cancel-on-disconnect: begins or renews the lease of one socket's session. When it is not renewed within `ttlMs` (1
   * to 300,000) every open order of the account is cancelled. `session` names one socket for ever (1 to 128 characters,
   * never used again). Returns false, and holds no lease, when the session is over (ended, released or expired: its
   * orders were cancelled), when the account has 64 leases, when `principal` may not trade here, or when `ttlMs` is out
   * of range: the client must be told that it is not protected. An earlier release leaves `principal` out and renews
   * only.
   */
  holdSession(session: string, ttlMs: number, origin: Origin, principal: Principal | undefined): Promise<boolean>;
  /**
   * Ends a session's lease without a cancel, because the option was switched off. Repeatable. An earlier release leaves
   * out the origin and the principal.
   */
  releaseSession(session: string, origin?: Origin, principal?: Principal): Promise<void>;
  /**
   * The session's socket has closed: cancels every open order, if the lease still exists. It is decided after the calls
   * of `sequence` that came before; without one at once. Repeatable. When `principal`, which an earlier release leaves
   * out, may not trade here, the lease ends without a cancel.
   */
  endSession(session: string, origin: Origin, principal: Principal | undefined, sequence?: string): Promise<void>;
  /** Receives an envelope of a book or a transfers actor. The answer contains the account's messages to it. */
  deliver(envelope: Envelope<BookReport | TransferCommand>): Promise<Envelope<BookCommand | TransferNotice>>;
  /** Nothing but its cost, by way of `metered`: so many tokens (1 and more), for what else a request makes of its data. */
  takeTokens(count: number): Promise<void>;
  /**
   * Calls one of these methods for a client. It costs a token of the client's plan, or one for each of several commands;
   * with fewer left nothing is done.
   */
  metered<M extends MeteredMethod>(
    plan: Plan,
    method: M,
    args: Parameters<AccountRpc[M]>,
  ): Promise<Metered<Awaited<ReturnType<AccountRpc[M]>>>>;
}
