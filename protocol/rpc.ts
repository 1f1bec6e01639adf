/**
 * What workers and objects say to each other: plain data only, and additive across releases (an old caller meets a new
 * object for minutes at every deploy). Amounts are internal integers; decimal strings are made in the gateway.
 */
import type { CancelAfter } from "../domain/account/timers/decideTimers.ts";
import type { AuditRecord, Origin, TradeUpdate } from "../domain/account/state/events.ts";
import type { Holdings } from "../domain/account/ledger/lastClose.ts";
import type { Answer, RequestKey } from "../domain/account/ledger/idempotency.ts";
import type { Order } from "../domain/account/state/order.ts";
import type { Outcome } from "../domain/account/entry/refusal.ts";
import type { OrderTicket, ReplaceTicket } from "../domain/account/entry/ticket.ts";
import type { HaltReason, Indicative, MarketStatus } from "../domain/market/phase.ts";
import type { BookCommand, BookReport } from "../domain/matching/messages.ts";
import type { ActorRpc } from "./inspect.ts";
import type { OrderFilter, UnknownOrder } from "./orderFilter.ts";
import type { Plan, Principal } from "./access.ts";
import type { Metered, MeteredMethod } from "./metered.ts";
import type { CheckpointKey } from "./auditCheckpoint.ts";
import type { AccountPrivacyRpc } from "./accountPrivacy.ts";
import type { AccountTrailRpc } from "./accountTrail.ts";
import type { WithdrawalRpc } from "./withdrawalRpc.ts";

export type { Principal, Role } from "./access.ts";
export type { IdentityOutcome, IdentityRpc } from "./identityRpc.ts";
export type { CancelAfter } from "../domain/account/timers/decideTimers.ts";
export type { AuditRecord, Origin, TradeUpdate } from "../domain/account/state/events.ts";
export type { Answer, RequestKey } from "../domain/account/ledger/idempotency.ts";
export type { OrderTicket, ReplaceTicket } from "../domain/account/entry/ticket.ts";
export type { OrderFilter, UnknownOrder } from "./orderFilter.ts";
export type { BookCommand, BookReport } from "../domain/matching/messages.ts";

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
  readonly answer: Answer;
}

export interface CancelAllEntry {
  readonly order: Order;
  readonly outcome: Outcome<null>;
}

export interface PriceLevel {
  readonly price: number;
  readonly qty: number;
}

export interface LastTrade extends PriceLevel {
  readonly tradeId: number;
  readonly at: number;
}

/** Top of a book. */
export interface BookTop {
  readonly symbol: string;
  readonly bid: PriceLevel | null;
  readonly ask: PriceLevel | null;
  readonly last: LastTrade | null;
  /** Market-data sequence of the book and the time of its last change. */
  readonly sequence: number;
  readonly at: number;
  /** Of a book without orders, the quote that it had last; left out otherwise, and by an earlier release. */
  readonly lastQuote?: Pick<BookTop, "bid" | "ask" | "at">;
  /** The closing price of the trading day before; left out when there is none, and by an earlier release. */
  readonly previousClose?: number;
}

/** A resting order as everybody may see it: no owner. Arrays of these are in priority order. */
export interface RestingView extends PriceLevel {
  readonly ref: number;
}

/**
 * Numbered messages between two actors. `first` is the sequence of `messages[0]`; the receiver applies each once and in
 * order and answers with its own pending messages for the sender. `ack`: everything through it has been applied.
 */
export interface Envelope<M> {
  readonly from: string;
  readonly first: number;
  readonly messages: readonly M[];
  readonly ack: number;
  /** Sequence of the sender's newest message for the receiver, when the envelope has not room for it. */
  readonly last?: number;
}

/** One conflation window of one book, or several: msgpack-encoded stream elements, ready to be concatenated. */
export interface MarketSegment {
  readonly symbol: string;
  /** The book's market-data sequence that the segment reaches, and the one that it follows on. */
  readonly sequence: number;
  readonly previous: number;
  /** Concatenated msgpack maps of `T:"t"` elements; `tradeCount` of them. */
  readonly trades: Uint8Array;
  readonly tradeCount: number;
  /** One msgpack map of a `T:"q"` element; null when the top did not change. */
  readonly quote: Uint8Array | null;
  /** The same of a `T:"s"` and a `T:"l"` element: left out or null when there is no news. */
  readonly status?: Uint8Array | null;
  readonly bands?: Uint8Array | null;
  /**
   * Of a `T:"i"` element; null when no auction gathers any more, left out when there is no news. It is not numbered: it
   * counts when it comes, and the next one replaces it.
   */
  readonly imbalance?: Uint8Array | null;
}

/**
 * What a book has published after a cursor, and always how the market stands there. `too_old`: not all of it is kept; the
 * segment follows on what is gone.
 */
export type MarketSince =
  | { readonly kind: "segment" | "too_old"; readonly segment: MarketSegment }
  | { readonly kind: "ahead"; readonly sequence: number };

/** Where a book was when it took a subscription: pushes follow on `through`. The rest is what stands there. */
export interface BookSubscribed {
  readonly through: number;
  readonly quote: Uint8Array | null;
  readonly status?: Uint8Array | null;
  readonly bands?: Uint8Array | null;
  readonly imbalance?: Uint8Array | null;
}

/** How a market stands, for those who run it. */
export interface MarketView {
  readonly symbol: string;
  readonly status: MarketStatus;
  /** Of Limit Up-Limit Down; null for a market without price bands. */
  readonly luldTier: 1 | 2 | null;
  /** What the auction that gathers would come to; null without one. */
  readonly indicative: Indicative | null;
  readonly last: LastTrade | null;
  /** Orders in the market, those that wait included, and accounts that have some. */
  readonly orders: number;
  readonly accounts: number;
  readonly sequence: number;
}

/** What of an order that the book has changes without a report. */
export interface LiveOrder {
  readonly orderId: string;
  /** Of a trailing stop that waits: where it is now, and the best price it follows. */
  readonly stopPrice: number | null;
  readonly best: number | null;
  /** Lots that may still trade. */
  readonly leaves: number;
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

/** A relay's answer to a push: false means nobody listens there any more. */
export interface PushAnswer {
  readonly keep: boolean;
}

// ---- the methods of each object, as its callers see them ----

export interface AccountRpc extends ActorRpc, AccountPrivacyRpc, WithdrawalRpc {
  /** Creates the account if it does not exist. Repeatable. */
  open(accountId: string, origin: Origin): Promise<void>;
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
  /** The same reference, or the same request by its key, is booked once. `approvedBy`: the second of four eyes. */
  deposit(
    principal: Principal,
    deposit: Deposit,
    origin: Origin,
    request?: RequestKey | null,
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
  /** Ends a session's lease without a cancel (the option was switched off, or the client said goodbye). Repeatable. */
  releaseSession(session: string): Promise<void>;
  /**
   * The session's socket is gone: cancels every open order now, if the lease still exists. Repeatable. It is a release
   * when `principal` may not trade here; an earlier release leaves that out.
   */
  endSession(session: string, origin: Origin, principal: Principal | undefined): Promise<void>;
  deliver(envelope: Envelope<BookReport>): Promise<Envelope<BookCommand>>;
  /** One of these methods for a client: it costs a token of its plan, and nothing happens without one. */
  metered<M extends MeteredMethod>(
    plan: Plan,
    method: M,
    args: Parameters<AccountRpc[M]>,
  ): Promise<Metered<Awaited<ReturnType<AccountRpc[M]>>>>;
}

export interface OrderBookRpc extends ActorRpc {
  top(): Promise<BookTop>;
  depth(levels: number): Promise<{ top: BookTop; bids: PriceLevel[]; asks: PriceLevel[] }>;
  /** Every resting order in priority order: what market-by-order feeds publish. */
  resting(): Promise<{ sequence: number; bids: RestingView[]; asks: RestingView[] }>;
  subscribe(relay: string, epoch: number): Promise<BookSubscribed>;
  /** What was published after this sequence: every trade, and the newest quote if it is newer. */
  since(sequence: number): Promise<MarketSince>;
  deliver(envelope: Envelope<BookCommand>): Promise<Envelope<BookReport>>;
  /** How these orders stand; those that the book does not have are left out. */
  live(orderIds: readonly string[]): Promise<LiveOrder[]>;
  status(): Promise<MarketView>;
  indicative(): Promise<Indicative | null>;
  // What follows gives null, and does nothing, when it cannot be done now.
  /** Stops matching at once, until this time (epoch milliseconds; null: until a resume), unless the market is closed. */
  halt(reason: HaltReason, until: number | null): Promise<MarketView | null>;
  /** Ends a halt with an auction that gathers for so long. */
  resume(callMs: number): Promise<MarketView | null>;
  /** The market-wide breaker was tripped: halts as its level says, in regular hours. */
  breaker(level: 1 | 2 | 3): Promise<MarketView | null>;
  /** Sets the tier of the price bands; null for none. */
  configure(luldTier: 1 | 2 | null): Promise<MarketView | null>;
}

export interface RelayRpc {
  /** An empty segment only says how far the book is. */
  pushMarket(segment: MarketSegment): Promise<PushAnswer>;
  /** `through`: the last update made, at least the last of these; without updates that is all the news. */
  pushAccount(accountId: string, updates: readonly TradeUpdate[], through: number): Promise<PushAnswer>;
  /** These sessions or keys of a login are over; `keep`: sockets of others of the login are still open here. */
  revoked(of: Revoked): Promise<PushAnswer>;
}

/** Sessions and keys of a login that do not count any more. */
export interface Revoked {
  readonly route: string;
  readonly credentials: readonly string[] | "all";
}

/** How far an audit shard is. */
export interface AuditStatus {
  /** Last sequence taken, and last sequence known to be in PostgreSQL. */
  readonly taken: number;
  readonly drained: number;
  /** Events that are not known to be in PostgreSQL. */
  readonly lag: number;
  /** Hash of the last event taken, in hex; that of the genesis when there is none. */
  readonly hash: string;
  /** How many shards the trail has. */
  readonly shards: number;
  /** How many it has in the EU beside them; left out by an earlier release: none. */
  readonly euShards?: number;
}

/** The place of an event in a shard's chain, its hash in hex. */
export interface AuditPlace {
  readonly seq: number;
  readonly hash: string;
}

/** What a shard has on its own disk: the last event known to be in PostgreSQL, the last one taken. */
export interface AuditJournal {
  readonly drained: AuditPlace | null;
  readonly taken: AuditPlace | null;
  /** First event between them that does not continue the chain, and last one that was looked at. */
  readonly brokenAt: number | null;
  readonly checkedThrough: number;
}

/** What a verification of a part of a shard's chain in PostgreSQL found. */
export interface VerifiedPage {
  readonly shard: number;
  /** First and last place, and how many events were read. */
  readonly from: number;
  readonly through: number;
  readonly events: number;
  /** What audit_heads says. */
  readonly head: AuditPlace | null;
  readonly ok: boolean;
  readonly firstDifference: {
    readonly seq: number;
    readonly eventId: string | null;
    readonly kind: string;
    readonly detail: string;
  } | null;
  /** Place to go on after; null at the end, and after a difference. */
  readonly next: number | null;
}

export interface AuditShardRpc extends ActorRpc, AccountTrailRpc {
  deliver(envelope: Envelope<AuditRecord>): Promise<Envelope<never>>;
  status(): Promise<AuditStatus>;
  /** Its newest checkpoints, newest first: the sequence each was signed at, and its text. */
  checkpoints(limit: number): Promise<{ seq: number; jws: string }[]>;
  /** Public keys of everybody who signed checkpoints of this shard. */
  checkpointKeys(): Promise<CheckpointKey[]>;
  journal(): Promise<AuditJournal>;
  /** Verifies at most `limit` events in PostgreSQL after a place (0: from the beginning). Rejects while it is away. */
  verify(after: number, limit: number): Promise<VerifiedPage>;
}
