import { DurableObject } from "cloudflare:workers";
import type { BookCommand, BookReport } from "../../domain/matching/messages.ts";
import { liveOrder } from "../../domain/matching/views.ts";
import { newerMarket, nextExpiry, paperOrders } from "../../domain/paper/paperBook.ts";
import type { PaperBookEntry, PaperBookState } from "../../domain/paper/paperBook.ts";
import { isRelevant } from "../../domain/paper/relevance.ts";
import type { Log } from "../../protocol/log/events.ts";
import { logEvent } from "../../protocol/log/logEvent.ts";
import type { ActorReport, ReconcileRequest, ReconcileResponse } from "../../protocol/rpc/actor.ts";
import type { Envelope } from "../../protocol/rpc/envelope.ts";
import type { LiveOrder } from "../../protocol/rpc/orderBook.ts";
import type { PaperBookRpc } from "../../protocol/rpc/paperBook.ts";
import type { PushAnswer } from "../../protocol/rpc/relay.ts";
import { Actor } from "../actor/actor.ts";
import { AlarmClock } from "../actor/alarmClock.ts";
import { liveBookObject, paperActorStub, paperBookAddress } from "../actor/namespaces.ts";
import { PeerStubs } from "../actor/peerStubs.ts";
import { Reconciler } from "../actor/reconcile.ts";
import { differingOrders } from "../actor/orderDifferences.ts";
import { paperBookMachine } from "./machine.ts";
import { SharedReader } from "./reader.ts";

/** The paper book of one symbol; the object's name is the symbol. It reads the live book and never changes it (PA-10). */
export class PaperBook extends DurableObject<CoreEnv> implements PaperBookRpc {
  readonly #address: string;
  readonly #symbol: string;
  readonly #actor: Actor<PaperBookState, PaperBookEntry, BookCommand, BookReport, never>;
  readonly #alarms: AlarmClock;
  readonly #reconciler: Reconciler;
  readonly #reader = new SharedReader(() => this.#readLive());
  readonly #log: Log;
  /** Commands have arrived and are not committed yet: the reading that they wait for is needed in any case. */
  #arriving = 0;
  /** The live book has been asked to tell its changes since this object started. */
  #subscribed = false;

  constructor(ctx: DurableObjectState, env: CoreEnv) {
    super(ctx, env);
    this.#symbol = ctx.id.name ?? "";
    this.#address = paperBookAddress(this.#symbol);
    this.#log = (...call) => logEvent(this.#address, ...call);
    const { storage } = ctx;
    const peers = new PeerStubs((address) => paperActorStub(env, address));
    this.#alarms = new AlarmClock(storage, () => {
      this.#arm();
      this.#actor.arm();
      this.#reconciler.arm();
    });
    this.#actor = new Actor(this.#address, paperBookMachine(this.#symbol), {
      storage,
      now: () => Date.now(),
      random: Math.random,
      deliver: async (to, envelope) => {
        // The answer may carry commands, which find the live book as it is then.
        this.#arriving++;
        try {
          const answer = await peers.deliver<BookReport, BookCommand>(to, envelope);
          if (answer.messages.length > 0) await this.#reader.read();
          return answer;
        } finally {
          this.#arriving--;
        }
      },
      armBy: (at) => this.#alarms.armBy(at),
      persist: () => undefined,
      committed: () => {
        this.#arm();
        this.#reconciler.arm();
        if (!this.#subscribed && this.#hasOrders) void this.#subscribe();
      },
      abort: (reason) => ctx.abort(reason),
      log: this.#log,
    });
    this.#reconciler = new Reconciler(this.#address, this.#actor, {
      needed: () => this.#actor.hasPendingMessages || this.#hasOrders,
      checks: () => [],
      peers: () => [...new Set([...this.#actor.pendingReceivers, ...this.#actor.state.accounts.keys()])],
      orders: () => null,
      sendRequest: (peer, inquiry) => paperActorStub(env, peer).reconcile(inquiry),
      armBy: (at) => this.#alarms.armBy(at),
      now: () => Date.now(),
      log: this.#log,
    });
    this.#arm();
    this.#reconciler.arm();
  }

  async deliver(envelope: Envelope<BookCommand>): Promise<Envelope<BookReport>> {
    this.#arriving++;
    try {
      await this.#reader.read();
      return await this.#actor.receive(envelope);
    } finally {
      this.#arriving--;
    }
  }

  live(owner: string, orderIds: readonly string[]): Promise<LiveOrder[]> {
    const account = this.#actor.state.accounts.get(owner);
    const found = orderIds.flatMap((id) => {
      const order = account === undefined ? null : liveOrder(account.book, id);
      if (order === null) return [];
      const { orderId, stopPrice, best, leaves } = order;
      return [{ orderId, stopPrice, best, leaves }];
    });
    return Promise.resolve(found);
  }

  changed(): Promise<PushAnswer> {
    const keep = this.#hasOrders;
    if (!keep) this.#subscribed = false;
    else this.#readSoon();
    return Promise.resolve({ keep });
  }

  inspect(): Promise<ActorReport> {
    return Promise.resolve(this.#actor.report());
  }

  reconcile({ from, orders }: ReconcileRequest): Promise<ReconcileResponse> {
    this.#actor.flush(from);
    const book = this.#actor.state.accounts.get(from)?.book;
    const missing = () => (orders ?? []).map(([orderId, asked]) => ({ orderId, asked, found: null }));
    const differing = book === undefined ? missing() : differingOrders(book, from, orders ?? []);
    return Promise.resolve({ cursors: this.#actor.cursors(from), differing: orders === null ? [] : differing });
  }

  override async alarm(): Promise<void> {
    this.#alarms.fired();
    this.#actor.resumeSending();
    void this.#reconciler.onAlarm();
    const due = nextExpiry(this.#actor.state);
    if (due !== null && due <= Date.now()) {
      await this.#actor.execute(() => ({ entries: [{ kind: "expire" }], outcome: null }));
    }
    // The round of reconciliation also finds out what a lost push has not told.
    if (this.#hasOrders) void this.#subscribe();
    this.#arm();
  }

  get #hasOrders(): boolean {
    return paperOrders(this.#actor.state) > 0;
  }

  /** Asks the live book to tell its changes, and reads what has changed before. */
  async #subscribe(): Promise<void> {
    this.#subscribed = true;
    try {
      await liveBookObject(this.env, this.#symbol).subscribe(this.#address, Date.now());
    } catch (error) {
      this.#subscribed = false;
      this.#log("push.failed", { relay: this.#address, failures: 1, error: String(error) });
      return;
    }
    this.#readSoon();
  }

  #readSoon(): void {
    this.#reader.read().catch((error: unknown) => {
      // The next push or the next alarm reads again.
      this.#log("push.failed", { relay: this.#address, failures: 1, error: String(error) });
    });
  }

  /** One reading of the live book, committed when it may change something or when commands wait for it. */
  async #readLive(): Promise<void> {
    const known = this.#actor.state.market?.sequence ?? Number.MAX_SAFE_INTEGER;
    const read = await liveBookObject(this.env, this.#symbol).market(known);
    await this.#actor.execute((state) => {
      const market = newerMarket(state, read);
      const applies = market !== null && (this.#arriving > 0 || isRelevant(state, market));
      return { entries: applies ? [{ kind: "market", market }] : [], outcome: null };
    });
  }

  #arm(): void {
    const due = nextExpiry(this.#actor.state);
    if (due !== null) this.#alarms.armBy(due);
  }
}
