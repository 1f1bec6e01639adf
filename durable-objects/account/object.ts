import { type AccountId, ownerOfFirst, type UserId } from "../../domain/ids.ts";
import type { AccountType } from "../../domain/accountType.ts";
import { NO_ORIGIN, type Origin } from "../../domain/account/state/events.ts";
import type { Closing } from "../../domain/account/entry/closing.ts";
import type { Order } from "../../domain/account/state/order.ts";
import type { Outcome } from "../../domain/account/entry/refusal.ts";
import type { BookCommand } from "../../domain/matching/messages.ts";
import type { TransferNotice } from "../../domain/transfers/messages.ts";
import type { LoginRoute } from "../../domain/ids.ts";
import type { ActorReport, ReconcileRequest, ReconcileResponse } from "../../protocol/rpc/actor.ts";
import type { AccountRemainder, ClientInfo } from "../../protocol/rpc/accountPrivacy.ts";
import type { Plan } from "../../domain/rateLimit.ts";
import {
  checkMetered,
  type Metered,
  METERED_METHODS,
  meteredCost,
  type MeteredMethod,
} from "../../protocol/rpc/metered.ts";
import type { AccountRpc, AccountView, Deposit, Deposited } from "../../protocol/rpc/account.ts";
import type { AccountFeesRpc } from "../../protocol/rpc/accountFees.ts";
import type { CancelAfter } from "../../domain/account/timers/decideTimers.ts";
import type { Envelope } from "../../protocol/rpc/envelope.ts";
import type { CommandOptions, CommandOutcome, OrderCommand } from "../../protocol/rpc/orderCommands.ts";
import type { OrderFilter, UnknownOrder } from "../../protocol/rpc/orderFilter.ts";
import type { CancelAllEntry, ClosedPosition, OrderView } from "../../protocol/rpc/orderViews.ts";
import type { OrderTicket, ReplaceTicket } from "../../domain/account/entry/ticket.ts";
import type { NoticeStream } from "../../protocol/stream/trading.ts";
import type { Principal } from "../../protocol/auth/principal.ts";
import type { Watchlist, WatchlistChange, WatchlistKey } from "../../protocol/rpc/watchlists.ts";
import type { IdempotencyKey, IdempotentResponse } from "../../domain/account/ledger/idempotentResponse.ts";
import { isPaperAccount } from "../../protocol/ids/residency.ts";
import type { OwnTransferRequest } from "../../protocol/rpc/withdrawals.ts";
import type { WithdrawalRequest } from "../../domain/account/ledger/withdrawals.ts";
import { findByClientId, findOrder, remainderOf, summaryOf, viewAccount, withLegs } from "./queries.ts";
import type { AccountIn } from "./machine.ts";
import { AccountParts } from "./parts.ts";
import { LIVE_VENUE } from "./venue.ts";
import { AccountRiskMethods } from "./riskMethods.ts";

/**
 * The Durable Object of a trading account, named by the account id. It has the RPC methods, with those of `riskMethods.ts`
 * and `reads.ts`; `parts.ts` has what they use.
 */
export class Account extends AccountRiskMethods implements AccountRpc {
  readonly #parts: AccountParts;

  constructor(ctx: DurableObjectState, env: CoreEnv, venue = LIVE_VENUE) {
    const parts = new AccountParts(ctx, env, venue);
    super(ctx, env, parts);
    this.#parts = parts;
  }

  async open(
    accountId: AccountId,
    origin: Origin,
    ownerId = ownerOfFirst(accountId),
    type?: AccountType,
    paperCash?: number,
  ): Promise<void> {
    if (accountId !== this.ctx.id.name) throw new Error("an account object is named by its account id");
    await this.#parts.open(accountId, ownerId, { type, paperCash }, origin);
  }

  close(origin: Origin): Promise<AccountRemainder | null> {
    return this.#parts.close(origin);
  }

  resetPaper(principal: Principal, cash: number, origin: Origin): Promise<AccountRemainder | null> {
    return this.#parts.resetPaper(cash, this.#parts.origins.ofClient(principal, origin));
  }

  submitOrder(
    principal: Principal,
    ticket: OrderTicket,
    origin: Origin,
    validUntil = Number.POSITIVE_INFINITY,
  ): Promise<Outcome<OrderView>> {
    return this.#parts.orders.submit(ticket, this.#parts.origins.ofClient(principal, origin), validUntil);
  }

  replaceOrder(
    principal: Principal,
    orderId: string,
    ticket: ReplaceTicket,
    origin: Origin,
    validUntil = Number.POSITIVE_INFINITY,
  ): Promise<Outcome<OrderView>> {
    return this.#parts.orders.replace(orderId, ticket, this.#parts.origins.ofClient(principal, origin), validUntil);
  }

  cancelOrder(principal: Principal, orderId: string, origin: Origin): Promise<Outcome<Order>> {
    return this.#parts.orders.cancel(orderId, this.#parts.origins.ofClient(principal, origin));
  }

  cancelAllOrders(principal: Principal, origin: Origin): Promise<CancelAllEntry[]> {
    return this.#parts.orders.cancelAll(this.#parts.origins.ofClient(principal, origin));
  }

  closePosition(
    principal: Principal,
    closing: Closing,
    cancelOrders: boolean,
    origin: Origin,
    validUntil: number,
  ): Promise<Outcome<OrderView>> {
    const from = this.#parts.origins.ofClient(principal, origin);
    return this.#parts.orders.close(closing, cancelOrders, from, validUntil);
  }

  closePositions(
    principal: Principal,
    cancelOrders: boolean,
    origin: Origin,
    validUntil: number,
  ): Promise<ClosedPosition[]> {
    return this.#parts.orders.closeAll(cancelOrders, this.#parts.origins.ofClient(principal, origin), validUntil);
  }

  executeCommands(
    principal: Principal,
    commands: readonly OrderCommand[],
    options: CommandOptions,
    origin: Origin,
    validUntil = Number.POSITIVE_INFINITY,
  ): Promise<CommandOutcome[]> {
    return this.#parts.orders.execute(commands, options, this.#parts.origins.ofClient(principal, origin), validUntil);
  }

  async order(orderId: string, withTheirLegs = false): Promise<OrderView | null> {
    const { state } = this.#parts.actor;
    const order = findOrder(state, this.#parts.store, orderId);
    if (order === undefined) return null;
    const [view] = await this.#parts.orders.live([withTheirLegs ? withLegs(state, this.#parts.store, order) : order]);
    return view ?? null;
  }

  async orderByClientOrderId(clientOrderId: string, withTheirLegs = false): Promise<OrderView | null> {
    // Queued behind earlier requests, so that an order whose commit is pending is found.
    const order = await this.#parts.actor.execute((state) => ({
      entries: [],
      outcome: findByClientId(state, this.#parts.store, clientOrderId) ?? null,
    }));
    return order === null ? null : this.order(order.id, withTheirLegs);
  }

  orders(filter: OrderFilter): Promise<OrderView[] | UnknownOrder> {
    return this.#parts.orders.list(filter);
  }

  summary(): Promise<AccountView | null> {
    return Promise.resolve(summaryOf(this.#parts.actor.state, Date.now()));
  }

  async deposit(
    principal: Principal,
    deposit: Deposit,
    origin: Origin,
    request: IdempotencyKey | null = null,
    approvedBy?: UserId,
  ): Promise<Outcome<Deposited>> {
    const by = { by: principal.userId, ...(approvedBy === undefined ? {} : { approvedBy }) };
    const administrator = approvedBy === undefined ? principal : { userId: approvedBy };
    const from = this.#parts.origins.ofAdministrator(administrator, origin);
    const outcome = await this.#parts.transfers.deposit(deposit, by, from, request);
    if (!outcome.ok) return outcome;
    const view = viewAccount(this.#parts.actor.state);
    if (view === null) throw new Error("account vanished");
    return { ok: true, value: { ...view, answer: outcome.value } };
  }

  requestWithdrawal(
    principal: Principal,
    asked: WithdrawalRequest,
    origin: Origin,
    request: IdempotencyKey | null = null,
    ownerRoute?: LoginRoute,
  ) {
    const by = { userId: principal.userId, ownerRoute: ownerRoute ?? null };
    return this.#parts.transfers.withdraw(by, asked, this.#parts.origins.ofClient(principal, origin), request);
  }

  async withdrawals(before: number | null, limit: number) {
    return this.#parts.transfers.withdrawals(before, limit);
  }

  requestOwnTransfer(
    principal: Principal,
    asked: OwnTransferRequest,
    origin: Origin,
    request: IdempotencyKey | null,
  ): Promise<Outcome<IdempotentResponse>> {
    if (isPaperAccount(asked.to)) return Promise.resolve({ ok: false, refusal: { reason: "paper_account" } });
    const from = this.#parts.origins.ofClient(principal, origin);
    return this.#parts.transfers.transferToOwn(principal.userId, asked, from, request);
  }

  async ownTransfers(before: number | null, limit: number) {
    return this.#parts.transfers.withdrawals(before, limit, true);
  }

  watchlists(): Promise<Watchlist[]> {
    return Promise.resolve(this.#parts.watchlists.list());
  }

  watchlist(key: WatchlistKey): Promise<Watchlist | null> {
    return Promise.resolve(this.#parts.watchlists.find(key));
  }

  async changeWatchlist(_principal: Principal, change: WatchlistChange): Promise<Outcome<Watchlist>> {
    return this.#parts.watchlists.change(change);
  }

  setCancelAfter(principal: Principal, timeoutSeconds: number, origin: Origin): Promise<Outcome<CancelAfter>> {
    return this.#parts.timers.setCancelAfter(timeoutSeconds, this.#parts.origins.ofClient(principal, origin));
  }

  cancelAfter(): Promise<CancelAfter> {
    return Promise.resolve(this.#parts.timers.cancelAfter());
  }

  setFeePlan(name: string, by: Parameters<AccountFeesRpc["setFeePlan"]>[1], origin: Origin): Promise<boolean> {
    const from = this.#parts.origins.ofAdministrator({ userId: by.approved || by.asked }, origin);
    return this.#parts.fees.set(name, by, from);
  }

  holdSession(session: string, ttlMs: number, origin: Origin, by: Principal | undefined): Promise<boolean> {
    return this.#parts.timers.hold(session, ttlMs, this.#parts.origins.ofClient(by, origin), by);
  }

  releaseSession(session: string, origin?: Origin, by?: Principal): Promise<void> {
    return this.#parts.timers.release(session, this.#parts.origins.ofClient(by, origin));
  }

  endSession(session: string, origin: Origin, by: Principal | undefined, sequence?: string): Promise<void> {
    const from = this.#parts.origins.ofClient(by, origin);
    return this.#parts.orders.afterCommands(sequence, () => this.#parts.timers.end(session, from, by));
  }

  encryptOrigin(origin: Origin): Promise<Origin> {
    return Promise.resolve(this.#parts.origins.ofMessage(origin));
  }

  openOrigins(encrypted: readonly ClientInfo[]): Promise<(ClientInfo | null)[]> {
    return Promise.resolve(encrypted.map((clientInfo) => this.#parts.clientInfo.decrypt(clientInfo)));
  }

  auditSettled(): Promise<boolean> {
    const { auditAddress } = this.#parts.actor.state;
    if (auditAddress === "") return Promise.resolve(true);
    this.#parts.actor.flush(auditAddress);
    return this.#parts.actor.awaitReply(auditAddress);
  }

  async touchVault(): Promise<void> {
    this.#parts.clientInfo.touch();
  }

  remainder(): Promise<AccountRemainder | null> {
    return Promise.resolve(remainderOf(this.#parts.actor.state));
  }

  async erase(forced: boolean): Promise<AccountRemainder | null> {
    const left = await this.#parts.actor.execute((state) => {
      const found = forced ? null : remainderOf(state);
      if (found === null) this.#parts.erasePersonalData();
      return { entries: [], outcome: found };
    });
    // An erased account accepts no orders, so these are all.
    if (forced) await this.#parts.orders.cancelAll(NO_ORIGIN);
    return left;
  }

  subscribe(relay: string, epoch: number, notices: readonly NoticeStream[] = []): Promise<{ through: number }> {
    this.#parts.publisher.subscribe(relay, epoch);
    this.#parts.balances.subscribe(relay, notices);
    return Promise.resolve({ through: this.#parts.lastUpdate });
  }

  async metered<M extends MeteredMethod>(
    plan: Plan,
    method: M,
    args: Parameters<AccountRpc[M]>,
  ): Promise<Metered<Awaited<ReturnType<AccountRpc[M]>>>> {
    const { userId: ownerId } = this.#parts.actor.state;
    checkMetered(method, args, { accountId: this.ctx.id.name ?? "", ownerId });
    const now = Date.now();
    const { taken, rate } = this.#parts.rateLimiter.take(plan, now, meteredCost(method, args));
    if (!taken) return { refused: true, rate };
    if (METERED_METHODS[method] === "trade") this.#parts.notePlan(args[0] as Principal, plan);
    // A guest's request is not metered, so the plan of a preview is the owner's.
    else if (method === "previewOrder") this.#parts.notePlan({ userId: ownerId }, plan);
    const call = this[method] as (...all: typeof args) => ReturnType<AccountRpc[M]>;
    const value = await call.apply(this, args);
    return { refused: false, rate, value, times: { in: now, out: Date.now() } };
  }

  async deliver(envelope: Envelope<AccountIn>): Promise<Envelope<BookCommand | TransferNotice>> {
    const { actor, transfers } = this.#parts;
    const answer = await actor.receive(envelope);
    // The outbox keeps each receiver's messages apart, so the answer has none for an audit shard.
    if (!transfers.hasPostings) return answer as Envelope<BookCommand | TransferNotice>;
    await transfers.decidePostings();
    return actor.pendingFor(envelope.from) as Envelope<BookCommand | TransferNotice>;
  }

  inspect(): Promise<ActorReport> {
    return Promise.resolve(this.#parts.actor.report());
  }

  /** Answers a book's reconciliation with cursors only: the account compares the orders, because it holds the money. */
  reconcile({ from }: ReconcileRequest): Promise<ReconcileResponse> {
    this.#parts.actor.flush(from);
    return Promise.resolve({ cursors: this.#parts.actor.cursors(from), differing: [] });
  }

  override alarm(): Promise<void> {
    return this.#parts.onAlarm();
  }
}
