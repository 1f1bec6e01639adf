import { SEEDED } from "../../domain/market/listing.ts";
import { DurableObject } from "cloudflare:workers";
import type { AccountEntry } from "../../domain/account/state/entries.ts";
import type { AccountState } from "../../domain/account/state/accountState.ts";
import { NO_ORIGIN, type TradeUpdate, type AuditRecord, type Origin } from "../../domain/account/state/events.ts";
import type { Order } from "../../domain/account/state/order.ts";
import type { Outcome } from "../../domain/account/entry/refusal.ts";
import { dueTimers, nextDue } from "../../domain/account/timers/timers.ts";
import { calendarNamed } from "../../domain/market/calendar.ts";
import type { BookCommand, BookReport } from "../../domain/matching/messages.ts";
import type { ActorReport, ReconcileRequest, ReconcileResponse } from "../../protocol/rpc/actor.ts";
import type { AccountLeft, KeptDeposit, Lease, Whence } from "../../protocol/rpc/accountPrivacy.ts";
import type { Plan } from "../../domain/rateLimit.ts";
import { checkMetered, type Metered, type MeteredMethod } from "../../protocol/rpc/metered.ts";
import { auditShardOf } from "../../protocol/ids/residency.ts";
import type {
  AccountRpc,
  AccountSnapshot,
  AccountView,
  AuditedAccount,
  CancelAllEntry,
  Deposit,
  Deposited,
  OrderView,
  UpdatesPage,
} from "../../protocol/rpc/account.ts";
import type { CancelAfter } from "../../domain/account/timers/decideTimers.ts";
import type { Envelope } from "../../protocol/rpc/envelope.ts";
import type { OrderFilter, UnknownOrder } from "../../protocol/rpc/orderFilter.ts";
import type { OrderTicket, ReplaceTicket } from "../../domain/account/entry/ticket.ts";
import type { Principal } from "../../protocol/auth/principal.ts";
import type { RequestKey } from "../../domain/account/ledger/idempotentAnswer.ts";
import type { AskedWithdrawal } from "../../domain/account/ledger/withdrawals.ts";
import { Actor } from "../actor/actor.ts";
import { AlarmClock } from "../actor/alarmClock.ts";
import { AUDIT_BATCH_DELAY_MS, UPDATES_PAGE_MAX } from "../actor/limits.ts";
import { logEvent } from "../actor/log.ts";
import {
  accountAddress,
  actorObject,
  auditAddress,
  auditShardCounts,
  deliverFromAccount,
  orderBookObject,
  relayObject,
} from "../actor/namespaces.ts";
import { Publisher } from "../actor/publisher.ts";
import { Reconciler } from "../actor/reconcile.ts";
import { holdFindings, ordersAt, peersOf } from "./reconciliation.ts";
import { IdempotencyStore } from "./idempotencyStore.ts";
import { TransferService } from "./transferService.ts";
import { findByClientId, findOrder, leftIn, summaryOf, viewAccount, withLegs } from "./queries.ts";
import { type AccountEvent, accountMachine } from "./machine.ts";
import { RateLimiter } from "./rateLimiter.ts";
import { OrderService } from "./orderService.ts";
import { ClientInfoCipher, unlessErased } from "./clientInfo.ts";
import { RequestOrigins } from "./requestOrigins.ts";
import { AccountStore } from "./store.ts";
import { TimerService } from "./timerService.ts";
import { UpdateLog } from "./updateLog.ts";
import { readKeyEncryptionKeys } from "../vault/vault.ts";

/** A user's trading account: named by the account id. */
export class Account extends DurableObject<CoreEnv> implements AccountRpc {
  readonly #actor: Actor<AccountState, AccountEntry, BookReport, BookCommand | AuditRecord, AccountEvent>;
  readonly #alarms: AlarmClock;
  readonly #store: AccountStore;
  readonly #answeredBefore: IdempotencyStore;
  readonly #cash: TransferService;
  readonly #updates: UpdateLog;
  readonly #publisher: Publisher<TradeUpdate>;
  readonly #reconciler: Reconciler;
  readonly #desk: OrderService;
  readonly #origins: ClientInfoCipher;
  readonly #requests: RequestOrigins;
  readonly #meter: RateLimiter;
  readonly #timers: TimerService;

  constructor(ctx: DurableObjectState, env: CoreEnv) {
    super(ctx, env);
    const accountId = ctx.id.name ?? "";
    const log = (event: string, facts: Record<string, unknown>) => logEvent(accountAddress(accountId), event, facts);
    const { storage } = ctx;
    this.#alarms = new AlarmClock(storage);
    this.#store = new AccountStore(storage.sql);
    this.#answeredBefore = new IdempotencyStore(storage.sql);
    this.#cash = new TransferService({
      ...{ sql: storage.sql, deposits: this.#store },
      answered: (key) => this.#answeredBefore.find(key),
      instruments: () => Promise.resolve(SEEDED),
      decideAfterTimers: (decide) => this.#decideAfterTimers(decide),
      decideUnlessErased: (decide) => this.#decideAfterTimers(unlessErased(this.#origins, decide)),
    });
    this.#updates = new UpdateLog(storage.sql);
    this.#origins = new ClientInfoCipher(storage.sql, () => readKeyEncryptionKeys(env.PII_MASTER_KEYS), Date.now);
    this.#requests = new RequestOrigins(this.#origins, () => this.#actor.state.accountId !== "");
    this.#meter = new RateLimiter({ kv: storage.kv, isOpen: () => this.#actor.state.accountId !== "", log });
    this.#timers = new TimerService({
      ...{ accountId, origins: this.#origins, state: () => this.#actor.state },
      decideAfterTimers: (decide) => this.#decideAfterTimers(decide),
    });
    this.#publisher = new Publisher<TradeUpdate>({
      sql: storage.sql,
      push: (relay, updates) =>
        relayObject(env, relay).pushAccount(accountId, updates, updates.at(-1)?.sequence ?? this.#lastUpdate),
      random: Math.random,
      log,
    });
    this.#actor = new Actor(accountAddress(accountId), accountMachine, {
      storage,
      now: () => Date.now(),
      random: Math.random,
      deliver: (to, envelope) => deliverFromAccount(env, to, envelope),
      batchDelayMs: (to) => (to.startsWith("audit/") ? AUDIT_BATCH_DELAY_MS : 0),
      armBy: (at) => this.#alarms.armBy(at),
      persist: (event) => this.#persist(event),
      persistCommit: (events) => this.#updates.add(updatesOf(events)),
      committed: (events) => {
        this.#armForTimers();
        this.#reconciler.arm();
        this.#publish(events);
      },
      onAlert: ({ kind, facts }) => [{ kind: "alerted", alert: kind, facts }],
      abort: (reason) => ctx.abort(reason),
      log,
    });
    this.#reconciler = new Reconciler(accountAddress(accountId), this.#actor, {
      needed: () => this.#actor.hasPendingMessages || this.#actor.state.open.size > 0,
      checks: () => [{ scope: "holds", findings: holdFindings(this.#actor.state) }],
      peers: () => [...new Set([...peersOf(this.#actor.state), ...this.#actor.pendingReceivers])],
      orders: (peer) => ordersAt(this.#actor.state, peer),
      sendRequest: (peer, inquiry) => actorObject(env, peer).reconcile(inquiry),
      armBy: (at) => this.#alarms.armBy(at),
      now: () => Date.now(),
      log,
    });
    this.#desk = new OrderService({
      ...{ state: () => this.#actor.state, store: this.#store },
      execute: (decide) => this.#actor.execute(decide),
      asked: (decide) => this.#decideAfterTimers(unlessErased(this.#origins, decide)),
      settled: (address) => this.#actor.awaitReply(address),
      book: (symbol) => orderBookObject(env, symbol),
      calendar: calendarNamed(env.MARKET_CALENDAR),
      instruments: () => Promise.resolve(SEEDED),
      log,
    });
    this.#armForTimers();
    this.#reconciler.arm();
  }

  async open(accountId: string, origin: Origin): Promise<void> {
    if (accountId !== this.ctx.id.name) throw new Error("an account object is named by its account id");
    await this.#actor.execute((state) => {
      if (state.accountId !== "") return { entries: [], outcome: null };
      const shard = auditAddress(auditShardOf(accountId, auditShardCounts(this.env)));
      const from = this.#requests.ofOpening(origin);
      const entry = { kind: "opened", accountId, userId: accountId, auditAddress: shard, origin: from } as const;
      return { entries: [entry], outcome: null };
    });
  }

  submitOrder(
    principal: Principal,
    ticket: OrderTicket,
    origin: Origin,
    validUntil = Number.POSITIVE_INFINITY,
  ): Promise<Outcome<OrderView>> {
    return this.#desk.submit(ticket, this.#requests.ofClient(principal, origin), validUntil);
  }

  replaceOrder(
    principal: Principal,
    orderId: string,
    ticket: ReplaceTicket,
    origin: Origin,
    validUntil = Number.POSITIVE_INFINITY,
  ): Promise<Outcome<OrderView>> {
    return this.#desk.replace(orderId, ticket, this.#requests.ofClient(principal, origin), validUntil);
  }

  cancelOrder(principal: Principal, orderId: string, origin: Origin): Promise<Outcome<Order>> {
    return this.#desk.cancel(orderId, this.#requests.ofClient(principal, origin));
  }

  cancelAllOrders(principal: Principal, origin: Origin): Promise<CancelAllEntry[]> {
    return this.#desk.cancelAll(this.#requests.ofClient(principal, origin));
  }

  async order(orderId: string, withTheirLegs = false): Promise<OrderView | null> {
    const { state } = this.#actor;
    const order = findOrder(state, this.#store, orderId);
    if (order === undefined) return null;
    const [view] = await this.#desk.live([withTheirLegs ? withLegs(state, this.#store, order) : order]);
    return view ?? null;
  }

  async orderByClientOrderId(clientOrderId: string, withTheirLegs = false): Promise<OrderView | null> {
    // In line with what came before: an order that waits for its commit is found.
    const order = await this.#actor.execute((state) => ({
      entries: [],
      outcome: findByClientId(state, this.#store, clientOrderId) ?? null,
    }));
    return order === null ? null : this.order(order.id, withTheirLegs);
  }

  orders(filter: OrderFilter): Promise<OrderView[] | UnknownOrder> {
    return this.#desk.list(filter);
  }

  summary(): Promise<AccountView | null> {
    return Promise.resolve(summaryOf(this.#actor.state, Date.now()));
  }

  async deposit(
    principal: Principal,
    deposit: Deposit,
    origin: Origin,
    request: RequestKey | null = null,
    approvedBy?: string,
  ): Promise<Outcome<Deposited>> {
    const by = { by: principal.userId, ...(approvedBy === undefined ? {} : { approvedBy }) };
    const administrator = approvedBy === undefined ? principal : { userId: approvedBy };
    const from = this.#requests.ofAdministrator(administrator, origin);
    const outcome = await this.#cash.deposit(deposit, by, from, request);
    if (!outcome.ok) return outcome;
    const view = viewAccount(this.#actor.state);
    if (view === null) throw new Error("account vanished");
    return { ok: true, value: { ...view, answer: outcome.value } };
  }

  requestWithdrawal(principal: Principal, asked: AskedWithdrawal, origin: Origin, request: RequestKey | null = null) {
    return this.#cash.withdraw(principal.userId, asked, this.#requests.ofClient(principal, origin), request);
  }

  async withdrawals(before: number | null, limit: number) {
    return this.#cash.withdrawals(before, limit);
  }

  settleWithdrawal(by: string, id: string, approve: boolean, origin: Origin) {
    const from = by === "" ? this.#requests.ofSystem(origin) : this.#requests.ofAdministrator({ userId: by }, origin);
    return this.#cash.settle(by, id, approve, from);
  }

  setCancelAfter(principal: Principal, timeoutSeconds: number, origin: Origin): Promise<Outcome<CancelAfter>> {
    return this.#timers.setCancelAfter(timeoutSeconds, this.#requests.ofClient(principal, origin));
  }

  cancelAfter(): Promise<CancelAfter> {
    return Promise.resolve(this.#timers.cancelAfter());
  }

  holdSession(session: string, ttlMs: number, origin: Origin, by: Principal | undefined): Promise<boolean> {
    return this.#timers.hold(session, ttlMs, this.#requests.ofClient(by, origin), by);
  }

  releaseSession(session: string, origin?: Origin, by?: Principal): Promise<void> {
    return this.#timers.release(session, this.#requests.ofClient(by, origin));
  }

  endSession(session: string, origin: Origin, by: Principal | undefined): Promise<void> {
    return this.#timers.end(session, this.#requests.ofClient(by, origin), by);
  }

  openOrigins(sealed: readonly Whence[]): Promise<(Whence | null)[]> {
    return Promise.resolve(sealed.map((clientInfo) => this.#origins.decrypt(clientInfo)));
  }

  auditSettled(): Promise<boolean> {
    const { auditAddress } = this.#actor.state;
    this.#actor.flush(auditAddress);
    return this.#actor.awaitReply(auditAddress);
  }

  async touchVault(): Promise<void> {
    this.#origins.touch();
  }

  deposits(after: number, limit: number): Promise<KeptDeposit[]> {
    return Promise.resolve(this.#store.deposits(after, limit));
  }

  leases(): Promise<Lease[]> {
    return Promise.resolve(this.#timers.leases());
  }

  async erase(forced: boolean): Promise<AccountLeft | null> {
    const left = await this.#actor.execute((state) => {
      const found = forced ? null : leftIn(state);
      if (found === null) this.#origins.erase();
      return { entries: [], outcome: found };
    });
    // No order comes in any more: these are all.
    if (forced) await this.#desk.cancelAll(NO_ORIGIN);
    return left;
  }

  subscribe(relay: string, epoch: number): Promise<{ through: number }> {
    this.#publisher.subscribe(relay, epoch);
    return Promise.resolve({ through: this.#lastUpdate });
  }

  updatesAfter(cursor: number, limit: number): Promise<UpdatesPage> {
    const through = this.#lastUpdate;
    const updates = this.#updates.after(cursor, Math.min(limit, UPDATES_PAGE_MAX));
    return Promise.resolve({ updates, through, oldest: this.#updates.oldest ?? through + 1 });
  }

  snapshot(): Promise<AccountSnapshot | null> {
    const { state } = this.#actor;
    const account = viewAccount(state);
    if (account === null) return Promise.resolve(null);
    return Promise.resolve({ through: this.#lastUpdate, orders: [...state.open.values()], account });
  }

  audited(): Promise<AuditedAccount | null> {
    const { state } = this.#actor;
    const account = viewAccount(state);
    if (account === null) return Promise.resolve(null);
    return Promise.resolve({ events: state.nextAuditEvent - 1, account, open: [...state.open.values()] });
  }

  async metered<M extends MeteredMethod>(
    plan: Plan,
    method: M,
    args: Parameters<AccountRpc[M]>,
  ): Promise<Metered<Awaited<ReturnType<AccountRpc[M]>>>> {
    checkMetered(method, args, this.ctx.id.name ?? "");
    const { taken, rate } = this.#meter.spend(plan, Date.now());
    if (!taken) return { refused: true, rate };
    const call = this[method] as (...all: typeof args) => ReturnType<AccountRpc[M]>;
    return { refused: false, rate, value: await call.apply(this, args) };
  }

  async deliver(envelope: Envelope<BookReport>): Promise<Envelope<BookCommand>> {
    // The outbox keeps each receiver's mail apart, so mail for a book is commands only.
    return (await this.#actor.receive(envelope)) as Envelope<BookCommand>;
  }

  inspect(): Promise<ActorReport> {
    return Promise.resolve(this.#actor.report());
  }

  /** A book asks: it compares no orders, because the account does, which has the money. */
  reconcile({ from }: ReconcileRequest): Promise<ReconcileResponse> {
    this.#actor.flush(from);
    return Promise.resolve({ cursors: this.#actor.cursors(from), differing: [] });
  }

  override async alarm(): Promise<void> {
    this.#alarms.fired();
    this.#actor.resumeSending();
    void this.#reconciler.onAlarm();
    await this.#actor.execute((state, now) => ({ entries: dueTimers(state, now), outcome: null }));
    this.#armForTimers();
  }

  /**
   * Decides a request of an account that is open. A timer that is due fires first, however late its alarm is: an order
   * that arrives after the trigger time is not cancelled by it, and a renewal after it comes too late.
   */
  #decideAfterTimers<T>(
    decide: (state: Readonly<AccountState>, now: number) => { entries: readonly AccountEntry[]; outcome: T },
  ): Promise<T> {
    return this.#actor.execute((state, now) => {
      if (state.accountId === "") throw new Error("account is not open");
      const { entries, outcome } = decide(state, now);
      const due = dueTimers(state, now);
      return { entries: due.length === 0 ? entries : [...due, ...entries], outcome };
    });
  }

  /** With each commit and in its transaction: a timer cannot be on disk without the alarm that ends it. */
  #armForTimers(): void {
    const due = nextDue(this.#actor.state);
    if (due !== null) this.#alarms.armBy(due);
  }

  #persist(event: AccountEvent): void {
    if (event.kind === "closed") this.#store.addClosedOrder(event.order);
    if (event.kind === "answered") this.#answeredBefore.add(event.answer);
    if (event.kind === "withdrawal") this.#cash.keep(event.withdrawal);
    if (event.kind === "deposited") this.#store.addDeposit(event.reference, event.asset, event.amount);
  }

  #publish(events: readonly AccountEvent[]): void {
    if (!this.#publisher.hasListeners) return;
    for (const update of updatesOf(events)) this.#publisher.publish(update);
  }

  /** Sequence of the last trade update; 0 before the first. */
  get #lastUpdate(): number {
    return this.#actor.state.nextUpdate - 1;
  }
}

function updatesOf(events: readonly AccountEvent[]): TradeUpdate[] {
  return events.flatMap((event) => (event.kind === "update" ? [event.update] : []));
}
