import { newestInstruments } from "../../../durable-objects/instrumentCache/cachedInstruments.ts";
import type { AccountId } from "../../../domain/ids.ts";
import { DurableObject } from "cloudflare:workers";
import { TEST_SYMBOL } from "../../../domain/market/testFeed.ts";
import { accountObject, orderEntryObject } from "../../../durable-objects/actor/namespaces.ts";
import type { MarketSegment } from "../../../protocol/rpc/orderBook.ts";
import type { AccountNotice, PushAnswer, RelayRpc, Revoked } from "../../../protocol/rpc/relay.ts";
import type { TradeUpdate } from "../../../domain/account/state/events.ts";
import { CLIENT_FRAME_BYTES_MAX, sizeOf } from "../../../protocol/stream/codec.ts";
import { relayLog } from "./relayLog.ts";
import { logEvent } from "../../../protocol/log/logEvent.ts";
import type { Connection } from "./connection.ts";
import { Connections } from "./connections.ts";
import type { StreamCredentials } from "../../../protocol/stream/authMessage.ts";
import { authenticate } from "./streamAuthentication.ts";
import { answeringCode, CLOSE_TOO_BIG } from "./closeCodes.ts";
import { upgradeRefusal } from "./upgradeRefusal.ts";
import { KnownInstruments } from "./knownInstruments.ts";
import { Leases } from "./leases.ts";
import { MarketDataHub } from "./marketDataHub.ts";
import { POSITIONS_KEY, watchedPositions } from "./positions.ts";
import { RenewalSchedule } from "./renewalSchedule.ts";
import { readRelayHandshake } from "./handshake.ts";
import { acceptBookLink } from "./bookLinks.ts";
import { opensSegmentLink } from "../../../protocol/rpc/segmentLink.ts";
import { bookReads } from "./bookReads.ts";
import { DemandTopics } from "./demandTopics.ts";
import { openSession } from "./session.ts";
import { SessionSteps } from "./sessionSteps.ts";
import { onAuthenticationTimeout, onInternalError, onLeaseLost, onRevoked } from "./refusalSteps.ts";
import { nameOf, type Topic, UpstreamSubscriptions } from "./upstreamSubscriptions.ts";
import { subscribeTo } from "./subscribeUpstream.ts";
import { AccountStreams } from "./accountStreams.ts";
import { RequestLimiter } from "./requestLimiter.ts";
import { CredentialCache } from "./credentialCache.ts";
import { endRevoked } from "./endRevoked.ts";
import { accountLeases } from "./accountLeases.ts";
import { TestFeed } from "./testFeed.ts";
import { minuteBars } from "./indicators/minuteBars.ts";
import { StreamIndicators } from "./indicators/streamIndicators.ts";
import { after, wait } from "./timers.ts";

/**
 * Holds the sockets of a part of the clients, and what each subscribes to. It stores no state of the exchange, so it
 * may hibernate or die at any time.
 */
export class Relay extends DurableObject<QuotesEnv> implements RelayRpc {
  readonly #name: string;
  readonly #log: ReturnType<typeof relayLog>;
  readonly #connections: Connections;
  readonly #upstream: UpstreamSubscriptions;
  readonly #credentialCache: CredentialCache;
  readonly #leases: Leases;
  readonly #renewals: RenewalSchedule;
  readonly #accountStreams: AccountStreams;
  readonly #marketData: MarketDataHub;
  readonly #demands = new DemandTopics({
    hasSubscribers: (topic) => this.#connections.subscribersOf(topic) !== undefined,
    forgetTopic: (topic) => this.#upstream.forget(topic),
    forgetImage: (symbol, part) => this.#marketData.forgetDepth(symbol, part),
    renew: (symbol) => void this.#renew(`book/${symbol}`),
  });
  readonly #testFeed = new TestFeed({
    hasSubscribers: () => this.#connections.subscribersOf(`test/${TEST_SYMBOL}`) !== undefined,
    send: (update) => this.#marketData.send(update),
    now: () => Date.now(),
    after,
  });
  readonly #indicators = new StreamIndicators({
    subscribers: (symbol) => this.#connections.subscribersOf(`bars/${symbol}`) ?? [],
    instruments: () => this.#connections.instruments,
    bars: (symbol) => minuteBars(this.env, symbol),
    failed: (symbol, error) => this.#log("indicator.failed", error, { symbol }),
  });
  readonly #requestLimiter = new RequestLimiter();
  readonly #steps: SessionSteps;

  constructor(ctx: DurableObjectState, env: QuotesEnv) {
    super(ctx, env);
    this.#name = ctx.id.name ?? "";
    this.#log = relayLog(this.#name);
    const now = Date.now;
    this.#renewals = new RenewalSchedule(ctx.storage);
    this.#upstream = new UpstreamSubscriptions({
      now,
      wait,
      subscribe: (topic, epoch) =>
        subscribeTo(topic, epoch, {
          env,
          relay: this.#name,
          demands: this.#demands,
          testFeed: this.#testFeed,
          marketData: this.#marketData,
          accountStreams: this.#accountStreams,
          subscribers: () => this.#connections.subscribersOf(topic) ?? [],
        }),
    });
    const verify = (credentials: StreamCredentials, ip: string) => authenticate(env, this.#name, credentials, ip);
    this.#credentialCache = new CredentialCache({ now, wait, verify, failed: (e) => this.#log("auth.unavailable", e) });
    this.#connections = new Connections({
      now,
      after,
      instruments: new KnownInstruments({ kv: ctx.storage.kv, newest: () => newestInstruments(env, "quotes") }),
      sockets: () => ctx.getWebSockets(),
      position: (symbol) => this.#marketData.positionOf(symbol),
      delivered: (symbol) => this.#marketData.deliveredOf(symbol),
      pingAnsweredAt: (socket) => ctx.getWebSocketAutoResponseTimestamp(socket),
      timedOut: (connection) => void this.#steps.take(connection, onAuthenticationTimeout(connection.session)),
      tooSlow: (connection) => this.#steps.closeSlow(connection),
      tooMuchUnread: () => this.#restart(),
    });
    this.#leases = new Leases({
      ...accountLeases(env),
      now,
      wait,
      end: (_connection, by, lease, origin) => accountObject(env, by.accountId).endSession(lease, origin, by),
      newName: () => `${this.#name}/${crypto.randomUUID()}`,
      pingedAt: (connection) => this.#connections.pingedAt(connection),
      disconnect: (connection, reason) => void this.#steps.take(connection, onLeaseLost(connection.session, reason)),
      failed: (error) => this.#log("lease.failed", error),
    });
    this.#accountStreams = new AccountStreams(
      {
        wait,
        subscribe: (accountId) => this.#upstream.renew(`account/${accountId}`),
        updatesAfter: (accountId, cursor, limit) => accountObject(env, accountId).updatesAfter(cursor, limit),
        snapshot: (accountId) => accountObject(env, accountId).snapshot(),
        chargeResume: (connection, calls) => this.#requestLimiter.charge(connection, calls, Date.now()),
        sessionChanged: (connection) => this.#connections.update(connection),
        tooSlow: (connection) => this.#steps.closeSlow(connection),
        gapFillFailed: (connection, error) => {
          this.#log("socket.gap_fill_failed", error);
          void this.#steps.take(connection, onInternalError(connection.session));
        },
      },
      this.#leases,
    );
    ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair("ping", "pong"));
    for (const socket of ctx.getWebSockets()) this.#restore(socket);
    this.#marketData = this.#followBooks();
    this.#testFeed.start();
    this.#steps = new SessionSteps({
      relay: this.#name,
      log: this.#log,
      connections: this.#connections,
      upstream: this.#upstream,
      credentialCache: this.#credentialCache,
      leases: this.#leases,
      renewals: this.#renewals,
      accountStreams: this.#accountStreams,
      marketData: this.#marketData,
      requestLimiter: this.#requestLimiter,
    });
  }

  /** Follows the books that it followed before it slept. */
  #followBooks(): MarketDataHub {
    const { storage } = this.ctx;
    return new MarketDataHub(
      {
        after,
        wait,
        ...bookReads(this.env, this.#demands),
        subscribers: (symbol) => this.#connections.subscribersOf(`book/${symbol}`) ?? [],
        receivers: (symbol) => this.#connections.fanOut.receivers(symbol),
        changed: (receiver) => this.#connections.fanOut.changed(receiver),
        savePositions: (positions) => storage.kv.put(POSITIONS_KEY, positions),
        failed: (symbol, error) => this.#log("book.gap_fill_failed", error, { symbol }),
      },
      watchedPositions(storage.kv, (topic) => this.#connections.subscribersOf(topic) !== undefined),
    );
  }

  /** Accepts a client's socket, or the link of a book. Only the quotes worker calls it, after it has checked the path. */
  override fetch(request: Request): Response {
    if (opensSegmentLink(request)) return acceptBookLink((segment) => this.#pushMarket(segment));
    const opening = readRelayHandshake(request);
    if (opening === null) return upgradeRefusal("endpoint_not_found");
    if (request.headers.get("Upgrade")?.toLowerCase() !== "websocket") return upgradeRefusal("upgrade_required");
    const { session, replies, effects } = openSession(opening, Date.now());
    const hasEnded = this.#requestLimiter.hasJustEnded(session, Date.now());
    const refused = hasEnded ? "rate_limited" : this.#connections.refusalFor(session.network ?? "");
    if (refused !== null) return upgradeRefusal(refused);
    const { 0: client, 1: server } = new WebSocketPair();
    this.ctx.acceptWebSocket(server);
    const connection = this.#connections.add(server, { session, cursor: null, heardAt: Date.now() });
    connection.save(session);
    for (const reply of replies) connection.reply(reply);
    // Messages of the client wait until this has authenticated it.
    if (effects.length > 0)
      void connection.enqueue(() => this.#steps.take(connection, { session, replies: [], effects }));
    return new Response(null, { status: 101, webSocket: client });
  }

  pushMarket(segment: MarketSegment): Promise<PushAnswer> {
    return Promise.resolve({ keep: this.#pushMarket(segment) });
  }

  /** False when the book has no subscribers here. */
  #pushMarket(segment: MarketSegment): boolean {
    if (this.#subscribersOf(`book/${segment.symbol}`) === null) return false;
    this.#marketData.push(segment);
    void this.#indicators.pushed(segment);
    this.#demands.pushed(segment);
    return true;
  }

  pushAccount(accountId: AccountId, updates: readonly TradeUpdate[], through: number): Promise<PushAnswer> {
    const subscribers = this.#subscribersOf(`account/${accountId}`);
    if (subscribers === null) return Promise.resolve({ keep: false });
    this.#accountStreams.push(subscribers, updates, through);
    return Promise.resolve({ keep: true });
  }

  pushNotice(accountId: AccountId, notice: AccountNotice): Promise<void> {
    this.#accountStreams.notify(this.#connections.subscribersOf(`account/${accountId}`) ?? [], notice);
    return Promise.resolve();
  }

  /** Closes the sockets that these sessions or keys have opened. Core reaches the objects of order entry through here. */
  revoked(revoked: Revoked): Promise<PushAnswer> {
    const orderEntry = orderEntryObject(this.env, this.#name);
    if (orderEntry !== null) return orderEntry.revoked(revoked);
    const end = (connection: Connection) => void this.#steps.take(connection, onRevoked(connection.session));
    return Promise.resolve(endRevoked(revoked, this.#connections, this.#credentialCache, { end }));
  }

  override async webSocketMessage(socket: WebSocket, frame: string | ArrayBuffer): Promise<void> {
    const connection = this.#connections.ofSocket(socket) ?? this.#restore(socket);
    // What a client had sent before it read that it is closed needs nothing.
    if (connection === null || !connection.isOpen) return;
    if (connection.hasTooManyMessages) return this.#steps.closeFlooding(connection);
    // A frame that is too long is dropped before it waits, so that waiting frames need little memory.
    const kept = sizeOf(frame) > CLIENT_FRAME_BYTES_MAX ? null : frame;
    await connection.enqueue(() => this.#steps.handle(connection, kept));
  }

  override webSocketClose(socket: WebSocket, code: number): void {
    this.#drop(socket);
    // Answers the client's close frame, so that the client does not wait for its timeout.
    socket.close(answeringCode(code));
  }

  override webSocketError(socket: WebSocket): void {
    this.#drop(socket);
    // The platform reports a message over 32 MiB as an error. The close frame tells the client.
    if (socket.readyState === WebSocket.OPEN) socket.close(CLOSE_TOO_BIG, "frame too long");
  }

  /** Renews the subscriptions, in case a sender has dropped this relay, and the leases, which are due more often. */
  override async alarm(): Promise<void> {
    await this.#connections.refreshInstruments();
    const { topics, leased } = this.#connections;
    if (topics.length === 0) return;
    await this.#renewals.rearm(leased.length > 0);
    await this.#leases.renew(leased);
    if (!this.#renewals.takeSubscriptionsDue(leased.length > 0)) return;
    await Promise.all(topics.map((topic) => this.#renew(topic)));
  }

  #renew(topic: Topic): Promise<unknown> {
    return this.#upstream.renew(topic).catch((error: unknown) => this.#log("topic.renewal_failed", error));
  }

  #subscribersOf(topic: Topic): ReadonlySet<Connection> | null {
    const subscribers = this.#connections.subscribersOf(topic);
    if (subscribers !== undefined) return subscribers;
    this.#upstream.forget(topic);
    if (topic.startsWith("book/")) {
      this.#marketData.forget(nameOf(topic));
      this.#demands.wanted(nameOf(topic));
    }
    return null;
  }

  /** A socket that was open before this object woke; null when it is closing. */
  #restore(socket: WebSocket): Connection | null {
    const connection = this.#connections.restore(socket);
    if (connection === null) return null;
    this.#accountStreams.restore(connection);
    this.#requestLimiter.restore(connection, Date.now());
    return connection;
  }

  /** Restarts the object, which frees what clients did not read. Clients connect again and resume. */
  #restart(): void {
    logEvent("quotes", "relay.restarted", { relay: this.#name });
    this.ctx.abort("clients do not read");
  }

  #drop(socket: WebSocket): void {
    this.#connections.closed(socket);
    const connection = this.#connections.ofSocket(socket);
    if (connection !== undefined) this.#steps.leave(connection);
  }
}
