import { DurableObject } from "cloudflare:workers";
import { requireInstrument } from "../../domain/market/listing.ts";
import type { Side } from "../../domain/account/order.ts";
import type { BookCommand, BookReport } from "../../domain/matching/messages.ts";
import type { MarketState } from "../../domain/matching/venue.ts";
import type {
  BookSubscribed,
  BookTop,
  Envelope,
  MarketSince,
  OrderBookRpc,
  PriceLevel,
  RestingView,
} from "../../protocol/rpc.ts";
import type { ActorReport, Inquiry, InquiryAnswer } from "../../protocol/inspect.ts";
import { Actor } from "../actor/actor.ts";
import { AlarmClock } from "../actor/alarmClock.ts";
import { logEvent } from "../actor/log.ts";
import { actorObject, deliverToAccount, relayObject } from "../actor/namespaces.ts";
import { Publisher } from "../actor/publisher.ts";
import { Reconciler } from "../actor/reconcile.ts";
import { differingOrders } from "./compare.ts";
import { bookTop, MarketFeed, mergePublications } from "./feed.ts";
import type { Publication } from "./feed.ts";
import { bookMachine } from "./machine.ts";
import type { BookEntry, BookEvent } from "./machine.ts";

/** The market of one symbol: named by the symbol. */
export class OrderBook extends DurableObject<CoreEnv> implements OrderBookRpc {
  readonly #actor: Actor<MarketState, BookEntry, BookCommand, BookReport, BookEvent>;
  readonly #alarms: AlarmClock;
  readonly #publisher: Publisher<Publication>;
  readonly #feed: MarketFeed;
  readonly #reconciler: Reconciler;

  constructor(ctx: DurableObjectState, env: CoreEnv) {
    super(ctx, env);
    const symbol = requireInstrument(ctx.id.name ?? "").symbol;
    const log = (event: string, facts: Record<string, unknown>) => logEvent(`book/${symbol}`, event, facts);
    const { storage } = ctx;
    this.#alarms = new AlarmClock(storage);
    this.#publisher = new Publisher<Publication>({
      sql: storage.sql,
      push: (relay, news) =>
        relayObject(env, relay).pushMarket(news.length > 0 ? mergePublications(news) : this.#feed.position()),
      random: Math.random,
      log,
    });
    this.#actor = new Actor(`book/${symbol}`, bookMachine(symbol), {
      storage,
      now: () => Date.now(),
      random: Math.random,
      deliver: (to, envelope) => deliverToAccount(env, to, envelope),
      armBy: (at) => this.#alarms.armBy(at),
      persist: () => undefined,
      committed: (trades) => {
        this.#armForExpiry();
        this.#reconciler.arm();
        this.#feed.changed(trades);
      },
      abort: (reason) => ctx.abort(reason),
      log,
    });
    this.#feed = new MarketFeed(() => this.#actor.state, {
      hasListeners: () => this.#publisher.hasListeners,
      publish: (publication) => this.#publisher.publish(publication),
      after: (ms, run) => void setTimeout(run, ms),
    });
    this.#reconciler = new Reconciler(`book/${symbol}`, this.#actor, {
      needed: () => this.#actor.owing || this.#actor.state.owners.size > 0,
      checks: () => [],
      // Accounts compare their orders themselves. One that has lost its past does not know whom to ask.
      peers: () => [...new Set([...this.#actor.owed, ...this.#actor.state.owners.keys()])],
      orders: () => null,
      ask: (peer, inquiry) => actorObject(env, peer).reconcile(inquiry),
      armBy: (at) => this.#alarms.armBy(at),
      now: () => Date.now(),
      log,
    });
    this.#armForExpiry();
    this.#reconciler.arm();
  }

  inspect(): Promise<ActorReport> {
    return Promise.resolve(this.#actor.report());
  }

  reconcile({ from, orders }: Inquiry): Promise<InquiryAnswer> {
    this.#actor.hurry(from);
    const differing = orders === null ? [] : differingOrders(this.#actor.state, from, orders);
    return Promise.resolve({ cursors: this.#actor.cursors(from), differing });
  }

  deliver(envelope: Envelope<BookCommand>): Promise<Envelope<BookReport>> {
    return this.#actor.receive(envelope);
  }

  top(): Promise<BookTop> {
    return Promise.resolve(bookTop(this.#actor.state));
  }

  depth(levels: number): Promise<{ top: BookTop; bids: PriceLevel[]; asks: PriceLevel[] }> {
    const { state } = this.#actor;
    const side = (which: Side) =>
      state.book
        .levels(which)
        .slice(0, levels)
        .map(({ price, qty }) => ({ price, qty }));
    return Promise.resolve({ top: bookTop(state), bids: side("buy"), asks: side("sell") });
  }

  resting(): Promise<{ sequence: number; bids: RestingView[]; asks: RestingView[] }> {
    const { state } = this.#actor;
    const side = (which: Side) => [...state.book.resting(which)].map(({ ref, price, qty }) => ({ ref, price, qty }));
    return Promise.resolve({ sequence: state.sequence, bids: side("buy"), asks: side("sell") });
  }

  subscribe(relay: string, epoch: number): Promise<BookSubscribed> {
    this.#publisher.subscribe(relay, epoch);
    return Promise.resolve({ through: this.#feed.position().sequence, quote: this.#feed.quote });
  }

  since(sequence: number): Promise<MarketSince> {
    return Promise.resolve(this.#feed.since(sequence));
  }

  override async alarm(): Promise<void> {
    this.#alarms.rang();
    this.#actor.wake();
    void this.#reconciler.ring();
    const expiry = this.#actor.state.earliestExpiry;
    if (expiry !== null && expiry <= Date.now()) {
      await this.#actor.execute(() => ({ entries: [{ kind: "expire" }], outcome: null }));
    }
    this.#armForExpiry();
  }

  /** With each commit and in its transaction: a day order cannot be on disk without the alarm that ends it. */
  #armForExpiry(): void {
    const { earliestExpiry } = this.#actor.state;
    if (earliestExpiry !== null) this.#alarms.armBy(earliestExpiry);
  }
}
