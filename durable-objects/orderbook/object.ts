import type { Log } from "../../protocol/log/events.ts";
import { DurableObject } from "cloudflare:workers";
import { calendarNamed, calendarOf } from "../../domain/market/calendar.ts";
import { assetOf } from "../../domain/market/asset.ts";
import type { Instrument } from "../../domain/market/instrument.ts";
import type { HaltReason, Indicative, MarketEntry } from "../../domain/market/phase.ts";
import type { BookCommand, BookReport } from "../../domain/matching/messages.ts";
import type { BookState } from "../../domain/matching/bookState.ts";
import { type LiveMarket, readLiveMarket } from "../../domain/paper/liveMarket.ts";
import type { PriceSeries } from "../../domain/portfolio/history/priceSeries.ts";
import { nextDue } from "../../domain/matching/views.ts";
import type {
  BookSubscribed,
  BookTop,
  DepthPart,
  LiveOrder,
  MarketSegment,
  MarketSince,
  MarketView,
  OrderBookRpc,
} from "../../protocol/rpc/orderBook.ts";
import type { Envelope } from "../../protocol/rpc/envelope.ts";
import type { FeedReport, ReportAnswer } from "../../protocol/rpc/feed.ts";
import type { PushAnswer } from "../../protocol/rpc/relay.ts";
import type { Demand } from "../../protocol/stream/channels.ts";
import type { ActorReport, ReconcileRequest, ReconcileResponse } from "../../protocol/rpc/actor.ts";
import { Actor } from "../actor/actor.ts";
import { AlarmClock } from "../actor/alarmClock.ts";
import { logEvent } from "../../protocol/log/logEvent.ts";
import { actorStub, isPaperAddress, paperBookObject } from "../actor/namespaces.ts";
import { PeerStubs } from "../actor/peerStubs.ts";
import { Publisher } from "../actor/publisher.ts";
import type { Reconciler } from "../actor/reconcile.ts";
import { differingOrders } from "../actor/orderDifferences.ts";
import { breakerEntries, haltEntries, instrumentEntries, resumeEntries, tierEntries } from "./adminEntries.ts";
import { projections } from "./bookProjection.ts";
import { bookFeedPrices } from "./bookFeedPrices.ts";
import { BookReads } from "./bookReads.ts";
import { bookReconciler } from "./bookReconciler.ts";
import type { BarPublisher } from "./bars/barPublisher.ts";
import { bookBars } from "./bars/bookBars.ts";
import { Demands, depthOf } from "./demands.ts";
import type { BoardSender } from "./boardSender.ts";
import { MarketFeed, mergePublications, segmentWith, type Publication } from "./feed.ts";
import type { FeedPrices } from "./feedPrices.ts";
import { linksBy, type RelayLinks } from "./relayLinks.ts";
import { ImbalancePublisher } from "./imbalances.ts";
import { LastQuoteStore } from "./lastQuote.ts";
import { LastTradeRecord } from "./lastTradeRecord.ts";
import { bookMachine, type BookEvent } from "./machine.ts";
import { type ScheduledMarket, MarketSchedule, DUE_ROUNDS } from "./marketSchedule.ts";
import { PriceRecord } from "./priceRecord.ts";
import { senders } from "./senders.ts";
import type { TapeSender } from "./tapeSender.ts";
import { tapeOutboxes } from "./tapes.ts";
import { auctionOf, liveViews, marketView } from "./views.ts";

/** The alarm for overdue entries: they are being committed, and this repeats them when the commit fails. */
const OVERDUE_MS = 1_000;

/** The order book of one symbol; the object's name is the symbol. */
export class OrderBook extends DurableObject<CoreEnv> implements OrderBookRpc {
  readonly #actor: Actor<BookState, MarketEntry, BookCommand, BookReport, BookEvent>;
  readonly #alarms: AlarmClock;
  readonly #publisher: Publisher<Publication>;
  readonly #links: RelayLinks;
  readonly #feed: MarketFeed;
  readonly #feedPrices: FeedPrices;
  readonly #reads: BookReads;
  readonly #demands: Demands;
  readonly #bars: BarPublisher;
  readonly #quotes: LastQuoteStore;
  readonly #prices: PriceRecord;
  readonly #lastTrade: LastTradeRecord;
  readonly #tape: TapeSender;
  readonly #board: BoardSender;
  readonly #imbalances: ImbalancePublisher;
  readonly #schedule: MarketSchedule;
  readonly #reconciler: Reconciler;

  constructor(ctx: DurableObjectState, env: CoreEnv) {
    super(ctx, env);
    const asset = assetOf(ctx.id.name ?? "");
    const { symbol } = asset;
    const log: Log = (...call) => logEvent(`book/${symbol}`, ...call);
    const { storage } = ctx;
    const peers = new PeerStubs((address) => actorStub(env, address));
    const after = (ms: number, run: () => void): void => void setTimeout(run, ms);
    this.#alarms = new AlarmClock(storage, () => this.#armAll());
    this.#schedule = new MarketSchedule(calendarOf(asset, calendarNamed(env.MARKET_CALENDAR)));
    const push = (relay: string, news: readonly Publication[]) => this.#push(relay, news);
    this.#publisher = new Publisher({ sql: storage.sql, push, random: Math.random, log });
    this.#links = linksBy(env, (relay) => this.#publisher.lost(relay));
    this.#demands = new Demands({ kv: storage.kv, relays: () => this.#publisher.listeners });
    this.#prices = new PriceRecord(storage.sql, () => this.#actor.state.close);
    this.#lastTrade = new LastTradeRecord(storage.sql);
    const { trades, quotes } = tapeOutboxes(storage.sql, asset);
    const machine = bookMachine(symbol, (book, now) => quotes.before(book, now));
    this.#actor = new Actor(`book/${symbol}`, machine, {
      storage,
      now: () => Date.now(),
      random: Math.random,
      deliver: async (to, envelope) => {
        const answer = await peers.deliver<BookReport, BookCommand>(to, envelope);
        // The reply may carry commands, which come after everything that is due.
        if (answer.messages.length > 0) void this.#applyDue();
        return answer;
      },
      armBy: (at) => this.#alarms.armBy(at),
      persist: () => undefined,
      projection: projections([this.#prices, trades, quotes, this.#lastTrade]),
      committed: (made) => {
        this.#arm();
        this.#reconciler.arm();
        this.#quotes.changed(this.#actor.state);
        this.#feed.changed(this.#feedPrices.committed(made));
        this.#tape.changed();
        this.#bars.changed(made);
        this.#board.changed();
        this.#imbalances.changed();
      },
      abort: (reason) => ctx.abort(reason),
      log,
    });
    const { kv } = storage;
    const failed = (error: unknown): void => log("quote.not_stored", { error: String(error) });
    this.#quotes = new LastQuoteStore(this.#actor.state, { kv, failed });
    const ports = { armBy: (at: number) => this.#alarms.armBy(at), settled: () => this.#alarms.settled(), log };
    const [state, feed] = [() => this.#actor.state, () => this.#feed];
    this.#feedPrices = bookFeedPrices(env, this.#publisher, this.#actor, { ...ports, feed });
    const [lastQuotes, lastTrade] = [this.#quotes, this.#lastTrade];
    this.#reads = new BookReads({ state, feedPrices: this.#feedPrices, quotes: lastQuotes, lastTrade });
    this.#feed = new MarketFeed(state, {
      listeners: () => this.#publisher.size,
      feedPrices: () => this.#feedPrices.current,
      depthWanted: () => this.#demands.depth,
      publish: (publication) => this.#publisher.publish(publication),
      now: () => Date.now(),
      after,
    });
    const own = { actor: this.#actor, top: () => this.#reads.ownTop(), prices: this.#prices, kv };
    const { tape, board } = senders(env, symbol, { trades, quotes }, { ...ports, ...own });
    [this.#tape, this.#board] = [tape, board];
    this.#bars = bookBars(env, asset, this.#demands, {
      lastTradeAt: () => this.#actor.state.last?.at ?? 0,
      flush: () => this.#tape.flush(),
      publish: (parts) => this.#publisher.publish({ segment: { ...this.#feed.position(), ...parts }, quote: null }),
      kv,
      now: () => this.#now(),
      ...ports,
    });
    this.#imbalances = new ImbalancePublisher(symbol, {
      hasListeners: () => this.#publisher.hasListeners,
      read: () => this.#auction(),
      publish: (imbalance) =>
        this.#publisher.publish({ segment: { ...this.#feed.position(), imbalance }, quote: null }),
      after,
    });
    this.#reconciler = bookReconciler(env, symbol, this.#actor, ports);
    // Continues what a restart has interrupted. It only reads: overdue entries wait for the alarm or the next request.
    this.#armAll();
  }

  inspect(): Promise<ActorReport> {
    return Promise.resolve(this.#actor.report());
  }

  reconcile({ from, orders }: ReconcileRequest): Promise<ReconcileResponse> {
    this.#actor.flush(from);
    const differing = orders === null ? [] : differingOrders(this.#actor.state, from, orders);
    return Promise.resolve({ cursors: this.#actor.cursors(from), differing });
  }

  deliver(envelope: Envelope<BookCommand>): Promise<Envelope<BookReport>> {
    void this.#applyDue();
    return this.#actor.receive(envelope);
  }

  top(): Promise<BookTop> {
    return this.#reads.top();
  }

  depth(levels: number) {
    return this.#reads.depth(levels);
  }

  resting() {
    return this.#reads.resting();
  }

  priced(report: FeedReport): Promise<ReportAnswer> {
    return Promise.resolve(this.#feedPrices.receive(report));
  }

  closes(fromDay: number, toDay: number): Promise<PriceSeries> {
    return Promise.resolve(this.#prices.closes(fromDay, toDay, Date.now()));
  }

  async topWithCloses(fromDay: number, toDay: number) {
    return { top: await this.top(), closes: await this.closes(fromDay, toDay) };
  }

  prices(from: number, to: number, stepMinutes: number): Promise<PriceSeries> {
    return Promise.resolve(this.#prices.prices(from, to, stepMinutes));
  }

  async subscribe(relay: string, epoch: number, wanted: readonly Demand[] = []): Promise<BookSubscribed> {
    // A new book has no calendar yet.
    await this.#applyDue();
    const { bars } = this.#demands;
    // Calls of a relay may arrive out of order; the newest counts.
    if (this.#publisher.subscribe(relay, epoch)) this.#demands.subscribed(relay, wanted);
    if (!bars && this.#demands.bars) this.#bars.begin();
    await this.#feedPrices.current?.subscribed();
    return { ...this.#feed.snapshot(depthOf(wanted)), imbalance: this.#imbalances.newest };
  }

  async market(after: number): Promise<LiveMarket> {
    // A book that slept may be behind its schedule.
    await this.#applyDue();
    return readLiveMarket(this.#actor.state, after);
  }

  since(sequence: number, depth: readonly DepthPart[] = []): Promise<MarketSince> {
    return Promise.resolve(this.#feed.since(sequence, depth));
  }

  async status(): Promise<MarketView> {
    void this.#applyDue();
    return this.#actor.execute((state, now) => ({ entries: [], outcome: marketView(state, now) }));
  }

  indicative(): Promise<Indicative | null> {
    return Promise.resolve(this.#auction()?.indicative ?? null);
  }

  live(orderIds: readonly string[]): Promise<LiveOrder[]> {
    return Promise.resolve(liveViews(this.#actor.state, orderIds));
  }

  halt(reason: HaltReason, until: number | null): Promise<MarketView | null> {
    return this.#control(({ status }) => haltEntries(status, reason, until));
  }

  resume(callMs: number): Promise<MarketView | null> {
    return this.#control(({ status }, now) => resumeEntries(status, callMs, now));
  }

  breaker(level: 1 | 2 | 3): Promise<MarketView | null> {
    return this.#control((market, now) => breakerEntries(market, level, now));
  }

  configure(luldTier: 1 | 2 | null): Promise<MarketView | null> {
    return this.#control(({ status }) => tierEntries(status, luldTier));
  }

  /** Adopts a newer instrument (MK-21). Returns the version in force. */
  async setInstrument(instrument: Instrument): Promise<number> {
    void this.#applyDue();
    await this.#actor.execute(({ instrument: current }) => {
      return { entries: instrumentEntries(current, instrument), outcome: null };
    });
    return this.#actor.state.instrument.version;
  }

  override async alarm(): Promise<void> {
    this.#alarms.fired();
    this.#actor.resumeSending();
    void this.#reconciler.onAlarm();
    await this.#applyDue();
    this.#arm();
    this.#tape.onAlarm();
    this.#feedPrices.onAlarm();
    void this.#bars.onAlarm();
    this.#board.onAlarm();
  }

  /**
   * Queues the entries that are due, so that they are committed before the request that just arrived. In rounds, because
   * each round decides on the result of the previous one. Never rejects: a failed commit restarts the object, and the
   * entries are due again. Throws while the object is about to restart.
   */
  #applyDue(): Promise<unknown> {
    const now = this.#now();
    const due = this.#schedule.dueAt(this.#scheduled(this.#actor.state), now);
    if (due === null || due > now) return Promise.resolve();
    const turn = (state: Readonly<BookState>, at: number) => {
      return { entries: this.#schedule.dueEntries(this.#scheduled(state), at), outcome: null };
    };
    return Promise.allSettled(Array.from({ length: DUE_ROUNDS }, () => this.#actor.execute(turn)));
  }

  /** Sets the alarm for every reason that there is. */
  #armAll(): void {
    this.#arm();
    for (const each of [this.#actor, this.#reconciler, this.#tape, this.#feedPrices, this.#bars, this.#board])
      each.arm();
  }

  /** Sets the alarm in the transaction of each commit: an expiry is never on disk without its alarm. */
  #arm(): void {
    const now = this.#now();
    const due = this.#schedule.dueAt(this.#scheduled(this.#actor.state), now);
    if (due !== null) this.#alarms.armBy(due > now ? due : Date.now() + OVERDUE_MS);
  }

  /** The time of the next commit: not before the newest commit, also when the clock was set back. */
  #now(): number {
    return Math.max(Date.now(), this.#actor.committedAt);
  }

  #scheduled(state: Readonly<BookState>): ScheduledMarket {
    return { status: state.status, luldTier: state.luldTier, ends: nextDue(state) };
  }

  /** Pushes to a relay what it listens to. Without news it is told the position. A paper book is only woken. */
  #push(relay: string, news: readonly Publication[]): Promise<PushAnswer> {
    const { symbol } = assetOf(this.ctx.id.name ?? "");
    if (isPaperAddress(relay)) return paperBookObject(this.env, symbol).changed();
    const segment = news.length > 0 ? mergePublications(news) : this.#position();
    const wanted = segmentWith(segment, this.#demands.of(relay));
    return this.#links.push(relay, wanted);
  }

  #auction(): { indicative: Indicative; at: number } | null {
    const { state } = this.#actor;
    const indicative = auctionOf(state, Date.now());
    // The call period of a book without orders began with its phase.
    return indicative === null ? null : { indicative, at: Math.max(state.changedAt, state.status.since) };
  }

  /** The published position and the indicative auction, for a relay that may have missed items. */
  #position(): MarketSegment {
    return { ...this.#feed.position(), imbalance: this.#imbalances.newest, ...this.#bars.newest };
  }

  async #control(
    decide: (state: Readonly<BookState>, now: number) => readonly MarketEntry[] | null,
  ): Promise<MarketView | null> {
    void this.#applyDue();
    const done = await this.#actor.execute((state, now) => {
      const entries = decide(state, now);
      return { entries: entries ?? [], outcome: entries !== null };
    });
    return done ? marketView(this.#actor.state, Date.now()) : null;
  }
}
