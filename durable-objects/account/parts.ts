/**
 * The parts of an account's object: the actor with its storage, streams, alarm and reconciliation, and the services that
 * the RPC methods call.
 */
import type { Log } from "../../protocol/log/events.ts";
import type { AccountRemainder } from "../../protocol/rpc/accountPrivacy.ts";
import { listedInstruments, newestInstruments, planLimitsOf } from "../instrumentCache/cachedInstruments.ts";
import type { Refusal } from "../../domain/account/entry/refusal.ts";
import type { AccountEntry } from "../../domain/account/state/entries.ts";
import type { AccountState } from "../../domain/account/state/accountState.ts";
import { sweepsAt } from "../../domain/account/fees/sweep.ts";
import { hasUnannounced } from "../../domain/account/ledger/withdrawals.ts";
import type { Origin, TradeUpdate } from "../../domain/account/state/events.ts";
import { dueTimers, nextDue } from "../../domain/account/timers/applyTimers.ts";
import { calendarNamed } from "../../domain/market/calendar.ts";
import { auditShardOf } from "../../protocol/ids/residency.ts";
import type { Plan } from "../../domain/rateLimit.ts";
import type { Principal } from "../../protocol/auth/principal.ts";
import type { AccountNotice } from "../../protocol/rpc/relay.ts";
import { Actor } from "../actor/actor.ts";
import { AlarmClock } from "../actor/alarmClock.ts";
import { AUDIT_BATCH_DELAY_MS } from "../actor/limits.ts";
import { logEvent } from "../../protocol/log/logEvent.ts";
import { accountAddress, auditAddress, auditShardCounts, relayObject } from "../actor/namespaces.ts";
import { PeerStubs } from "../actor/peerStubs.ts";
import { Publisher } from "../actor/publisher.ts";
import { Reconciler } from "../actor/reconcile.ts";
import { remainderOf } from "./queries.ts";
import { holdFindings, ordersAt, peersOf } from "./reconciliation.ts";
import { FeeService } from "./feeService.ts";
import { IdempotencyStore } from "./idempotencyStore.ts";
import { TransferService } from "./transferService.ts";
import { type AccountEvent, type AccountIn, accountMachine, type AccountOut, paperAccountMachine } from "./machine.ts";
import { RateLimiter } from "./rateLimiter.ts";
import { OrderService } from "./orderService.ts";
import { ClientInfoCipher, unlessClosed } from "./clientInfo.ts";
import { RequestOrigins } from "./requestOrigins.ts";
import { AccountProjection } from "./projection.ts";
import { ActivityLog } from "./activityLog.ts";
import { MovementLog } from "./movementLog.ts";
import { AccountStore } from "./store.ts";
import { PreviewService } from "./previewService.ts";
import { RiskService } from "./riskService.ts";
import { TimerService } from "./timerService.ts";
import { watchlistNotice } from "../../protocol/mapping/watchlists.ts";
import type { AccountId, UserId } from "../../domain/ids.ts";
import type { AccountType } from "../../domain/accountType.ts";
import { openingDeposit, resetEntries } from "../../domain/account/paper/paperMoney.ts";
import { BalanceNotices } from "./balanceNotices.ts";
import { Notices } from "./notices.ts";
import { OwnersPlan } from "./ownersPlan.ts";
import { UpdateLog } from "./updateLog.ts";
import type { Venue } from "./venue.ts";
import { Watchlists } from "./watchlists.ts";
import { readKeyEncryptionKeys } from "../vault/vault.ts";

/** A deposit that was not decided with its arrival is decided so much later. */
const RETRY_MS = 1_000;

type Opening = { readonly type: AccountType | undefined; readonly paperCash: number | undefined };
type Decision<T> = { readonly entries: readonly AccountEntry[]; readonly outcome: T };

/** The parts of one account object. */
export class AccountParts {
  readonly actor: Actor<AccountState, AccountEntry, AccountIn, AccountOut, AccountEvent>;
  readonly store: AccountStore;
  readonly orders: OrderService;
  readonly transfers: TransferService;
  readonly fees = new FeeService({
    state: () => this.actor.state,
    decide: (decide) => this.actor.execute(decide),
  });
  readonly timers: TimerService;
  readonly risk: RiskService;
  readonly previews: PreviewService;
  readonly watchlists: Watchlists;
  readonly notices: Notices;
  readonly balances: BalanceNotices;
  readonly rateLimiter: RateLimiter;
  /** Encrypts client info; `origins` uses it and adds the actor of a request. */
  readonly clientInfo: ClientInfoCipher;
  readonly origins: RequestOrigins;
  readonly updates: UpdateLog;
  readonly activities: ActivityLog;
  readonly movements: MovementLog;
  readonly publisher: Publisher<TradeUpdate>;
  readonly #env: CoreEnv;
  readonly #venue: Venue;
  readonly #plan: OwnersPlan;
  readonly #alarms: AlarmClock;
  readonly #responses: IdempotencyStore;
  readonly #reconciler: Reconciler;

  constructor(ctx: DurableObjectState, env: CoreEnv, venue: Venue) {
    const accountId = ctx.id.name ?? "";
    const address = venue.account(accountId);
    this.#env = env;
    this.#venue = venue;
    this.#plan = new OwnersPlan((plan) => planLimitsOf(env, address, plan));
    const log: Log = (...call) => logEvent(address, ...call);
    const { storage } = ctx;
    const peers = new PeerStubs((to) => venue.peer(env, to));
    this.#alarms = new AlarmClock(storage, () => [this.actor.arm(), this.#arm()]);
    this.store = new AccountStore(storage.sql);
    this.#responses = new IdempotencyStore(storage.sql);
    this.transfers = this.#transfersIn(storage, env, accountId);
    this.updates = new UpdateLog(storage.sql);
    [this.activities, this.movements] = [new ActivityLog(storage.sql), new MovementLog(storage.sql)];
    this.clientInfo = new ClientInfoCipher(storage.sql, () => readKeyEncryptionKeys(env.PII_MASTER_KEYS), Date.now);
    this.origins = new RequestOrigins(this.clientInfo, () => this.actor.state.accountId !== "");
    this.watchlists = this.#watchlistsIn(storage, accountId);
    const push = (relay: string, notice: AccountNotice) => relayObject(env, relay).pushNotice(accountId, notice);
    this.notices = new Notices({ listeners: () => this.publisher.listeners, push, log });
    this.balances = new BalanceNotices({ sql: storage.sql, state: () => this.actor.state, push, now: Date.now, log });
    this.rateLimiter = new RateLimiter({ kv: storage.kv, isOpen: () => this.actor.state.accountId !== "", log });
    this.timers = new TimerService({
      accountId,
      origins: this.clientInfo,
      state: () => this.actor.state,
      decideAfterTimers: (decide) => this.#decideAfterTimers(decide),
    });
    this.publisher = new Publisher<TradeUpdate>({
      sql: storage.sql,
      push: (relay, updates) =>
        relayObject(env, relay).pushAccount(accountId, updates, updates.at(-1)?.sequence ?? this.lastUpdate),
      random: Math.random,
      log,
    });
    this.actor = new Actor(address, venue.isPaper ? paperAccountMachine : accountMachine, {
      storage,
      now: () => Date.now(),
      random: Math.random,
      deliver: (to, envelope) => peers.deliver(to, envelope),
      batchDelayMs: (to) => (to.startsWith("audit/") ? AUDIT_BATCH_DELAY_MS : 0),
      // Reports of books: a book waits for nothing but the acknowledgement.
      mayWait: (from) => !from.startsWith("transfers/"),
      armBy: (at) => this.#alarms.armBy(at),
      persist: (event) => this.#persist(event),
      projection: new AccountProjection(this.store, this.updates, this.activities, this.movements, Date.now),
      committed: (events) => {
        this.#arm();
        this.#publish(events);
      },
      onAlert: ({ kind, facts }) => [{ kind: "alerted", alert: kind, facts }],
      abort: (reason) => ctx.abort(reason),
      log,
    });
    this.#reconciler = new Reconciler(address, this.actor, {
      needed: () => this.actor.hasPendingMessages || this.actor.state.open.size > 0,
      checks: () => [{ scope: "holds", findings: holdFindings(this.actor.state) }],
      peers: () => [...new Set([...peersOf(this.actor.state, venue), ...this.actor.pendingReceivers])],
      orders: (peer) => ordersAt(this.actor.state, peer, venue),
      sendRequest: (peer, inquiry) => venue.peer(env, peer).reconcile(inquiry),
      armBy: (at) => this.#alarms.armBy(at),
      now: () => Date.now(),
      log,
    });
    this.orders = this.#ordersIn(accountId, log);
    this.risk = this.#riskIn();
    this.previews = this.#previewsIn(accountId, log);
    this.#arm();
  }

  /** Opens the account unless it is open. A paper account has paper money from the start, and no audit trail. */
  open(accountId: AccountId, userId: UserId, { type, paperCash }: Opening, origin: Origin): Promise<null> {
    return this.actor.execute((state) => {
      if (state.accountId !== "") return { entries: [], outcome: null };
      const from = this.origins.ofOpening(origin);
      const { isPaper } = this.#venue;
      const shard = isPaper ? "" : auditAddress(auditShardOf(accountId, auditShardCounts(this.#env)));
      const typed = isPaper ? { type: "paper" as const } : type === undefined ? {} : { type };
      const begins = { activities: true, lots: true, settlement: true, liquidations: true } as const;
      const account = { accountId, userId, auditAddress: shard, ...begins, ...typed };
      const opened: AccountEntry = { kind: "opened", ...account, origin: from };
      return { entries: isPaper ? [opened, openingDeposit(userId, from, paperCash)] : [opened], outcome: null };
    });
  }

  /** Begins a paper account again with this cash; returns what is left when an order is still open. */
  async resetPaper(cash: number, origin: Origin): Promise<AccountRemainder | null> {
    if (!this.#venue.isPaper) throw new Error("not a paper account");
    await this.orders.cancelAll(origin);
    return this.#decideAfterTimers<AccountRemainder | null>((state) => {
      if (state.open.size > 0) return { entries: [], outcome: remainderOf(state) };
      return { entries: resetEntries(state, cash, origin), outcome: null };
    });
  }

  /** Sequence of the last trade update; 0 before the first. */
  get lastUpdate(): number {
    return this.actor.state.nextUpdate - 1;
  }

  /** The plan with which a request comes. */
  notePlan({ userId }: Pick<Principal, "userId">, plan: Plan): void {
    this.#plan.note(this.actor.state, userId, plan);
  }

  /** Entries that come before those of a request: timers that are due, and what follows from the owner's plan. */
  #entriesBefore(state: Readonly<AccountState>, now: number): readonly AccountEntry[] {
    const [due, ofPlan] = [dueTimers(state, now), this.#plan.entries(state)];
    return ofPlan.length === 0 ? due : [...due, ...ofPlan];
  }

  /** Closes an account in which nothing is left; otherwise returns what is left. */
  close(origin: Origin): Promise<AccountRemainder | null> {
    const from = this.origins.ofMessage(origin);
    return this.#decideAfterTimers((state) => {
      const left = state.closedAt === null ? remainderOf(state) : null;
      const closes = state.closedAt === null && left === null;
      return { entries: closes ? [{ kind: "closed", origin: from }] : [], outcome: left };
    });
  }

  #transfersIn(storage: DurableObjectStorage, env: CoreEnv, accountId: AccountId): TransferService {
    return new TransferService({
      sql: storage.sql,
      deposits: this.store,
      state: () => this.actor.state,
      erased: () => this.clientInfo.erased,
      answered: (key) => this.#responses.find(key),
      newestInstruments: () => newestInstruments(env, accountAddress(accountId)),
      decideAfterTimers: (decide) => this.#decideAfterTimers(decide),
      decideUnlessClosed: async (decide) => {
        if (this.#venue.isPaper) return { ok: false, refusal: { reason: "paper_account" } };
        return this.#decideAfterTimers(unlessClosed(this.clientInfo, decide));
      },
    });
  }

  #ordersIn(accountId: AccountId, log: Log): OrderService {
    const [env, venue] = [this.#env, this.#venue];
    return new OrderService({
      state: () => this.actor.state,
      store: this.store,
      erased: () => this.clientInfo.erased,
      decideCommands: (decide, decisions) => this.#decideCommands(decide, decisions),
      awaitReply: (symbol) => this.actor.awaitReply(venue.book(symbol)),
      book: (symbol) => venue.orders(env, symbol, accountId),
      calendar: calendarNamed(env.MARKET_CALENDAR),
      instruments: () => listedInstruments(env, venue.account(accountId)),
      log,
    });
  }

  #previewsIn(accountId: AccountId, log: Log): PreviewService {
    const [env, venue] = [this.#env, this.#venue];
    return new PreviewService({
      state: () => this.actor.state,
      calendar: calendarNamed(env.MARKET_CALENDAR),
      instruments: () => listedInstruments(env, venue.account(accountId)),
      planLimits: () => this.#plan.limits(),
      depth: (symbol) => venue.depth(env, symbol),
      log,
    });
  }

  #riskIn(): RiskService {
    return new RiskService({
      state: () => this.actor.state,
      orders: this.orders,
      planLimits: () => this.#plan.limits(),
      decideUnlessErased: (decide) => this.#decideAfterTimers(unlessClosed(this.clientInfo, decide)),
    });
  }

  #watchlistsIn(storage: DurableObjectStorage, accountId: AccountId): Watchlists {
    return new Watchlists({
      sql: storage.sql,
      now: () => Date.now(),
      refusal: () => this.#refusal(),
      publish: (event) => this.notices.send(watchlistNotice(accountId, event)),
    });
  }

  /** Destroys the key of the encrypted personal data, and what the owner wrote. */
  erasePersonalData(): void {
    this.clientInfo.erase();
    this.watchlists.erase();
  }

  #refusal(): Refusal | null {
    const { accountId, closedAt } = this.actor.state;
    if (accountId === "") throw new Error("account is not open");
    return this.clientInfo.erased || closedAt !== null ? { reason: "account_closed" } : null;
  }

  /** Resumes sending and reconciliation, and fires timers that are due. */
  async onAlarm(): Promise<void> {
    this.#alarms.fired();
    this.actor.resumeSending();
    void this.#reconciler.onAlarm();
    await this.actor.execute((state, now) => ({ entries: dueTimers(state, now), outcome: null }));
    await this.transfers.decidePostings();
    this.#arm();
  }

  /**
   * Decides a request to an open account. Timers that are due fire first, even when their alarm is late: an order that
   * arrives after the trigger time is not cancelled, and a renewal after it has no effect.
   */
  #decideAfterTimers<T>(decide: (state: Readonly<AccountState>, now: number) => Decision<T>): Promise<T> {
    return this.actor.execute((state, now) => {
      if (state.accountId === "") throw new Error("account is not open");
      const { entries, outcome } = decide(state, now);
      const due = this.#entriesBefore(state, now);
      return { entries: due.length === 0 ? entries : [...due, ...entries], outcome };
    });
  }

  /** Decides commands in one commit. Timers that are due fire first, as above. */
  #decideCommands<T>(
    decide: (state: Readonly<AccountState>, now: number, apply: (entries: readonly AccountEntry[]) => void) => T,
    decisions: number,
  ): Promise<T> {
    return this.actor.execute((state, now, apply) => {
      const due = this.#entriesBefore(state, now);
      if (due.length > 0) apply(due);
      return { entries: [], outcome: decide(state, now, apply) };
    }, decisions);
  }

  /** Sets the alarm for the next timer, in the transaction of each commit: no timer is stored without its alarm. */
  #arm(): void {
    this.#reconciler.arm();
    const due = [nextDue(this.actor.state), sweepsAt(this.actor.state)];
    for (const at of due) if (at !== null) this.#alarms.armBy(at);
    // Deposits that a crash has kept from being decided, and withdrawals of an earlier release that wait.
    if (this.transfers.hasPostings || hasUnannounced(this.actor.state)) this.#alarms.armBy(Date.now() + RETRY_MS);
  }

  #persist(event: AccountEvent): void {
    if (event.kind === "answered") this.#responses.add(event.answer);
    if (event.kind === "withdrawal") this.transfers.keep(event.withdrawal);
    if (event.kind === "deposited") this.store.addDeposit(event.reference, event.asset, event.amount);
  }

  #publish(events: readonly AccountEvent[]): void {
    this.balances.committed();
    if (!this.publisher.hasListeners) return;
    for (const update of updatesOf(events)) this.publisher.publish(update);
  }
}

function updatesOf(events: readonly AccountEvent[]): TradeUpdate[] {
  return events.flatMap((event) => (event.kind === "update" ? [event.update] : []));
}
