import { DurableObject } from "cloudflare:workers";
import { orderEntryErrorFrame, sessionFrame } from "../../../protocol/mapping/orderEntryFrames.ts";
import type { PushAnswer, Revoked } from "../../../protocol/rpc/relay.ts";
import { readMessage, sizeOf } from "../../../protocol/stream/codec.ts";
import { ORDER_FRAME_BYTES_MAX } from "../../../protocol/stream/orderEntry.ts";
import { accountLeases } from "../relay/accountLeases.ts";
import type { ClientAttachment } from "../relay/clientConnection.ts";
import { answeringCode, CLOSE_TOO_BIG } from "../relay/closeCodes.ts";
import { CredentialCache } from "../relay/credentialCache.ts";
import { endRevoked } from "../relay/endRevoked.ts";
import { readHandshake } from "../relay/handshake.ts";
import { Leases } from "../relay/leases.ts";
import { relayLog } from "../relay/relayLog.ts";
import { RenewalSchedule } from "../relay/renewalSchedule.ts";
import { Sockets } from "../relay/sockets.ts";
import type { StreamCredentials } from "../../../protocol/stream/authMessage.ts";
import { authenticate } from "../relay/streamAuthentication.ts";
import { after, wait } from "../relay/timers.ts";
import { upgradeRefusal } from "../relay/upgradeRefusal.ts";
import { Connection } from "./connection.ts";
import type { OrderSession } from "./orderSession.ts";
import { FrameExecutor } from "./frameExecutor.ts";
import { CONNECTIONS_MAX } from "./limits.ts";
import {
  type Effect,
  onAuthenticationResult,
  onAuthenticationTimeout,
  onFrameTooLong,
  onInternalError,
  onLeaseLost,
  onMessage,
  onRevoked,
  onSettled,
  openSession,
  type Step,
  withPlan,
} from "./session.ts";

/**
 * Holds connections of order entry: each frame is one call of its account, and answers are sent in the order of the
 * frames. It stores nothing but the sessions of its sockets: what was accepted is at the account.
 */
export class OrderEntry extends DurableObject<QuotesEnv> {
  readonly #name: string;
  readonly #log: ReturnType<typeof relayLog>;
  /** Those that are not over. */
  readonly #connections = new Set<Connection>();
  readonly #sockets: Sockets<Connection>;
  readonly #credentialCache: CredentialCache;
  readonly #leases: Leases<Connection>;
  readonly #renewals: RenewalSchedule;
  readonly #executor: FrameExecutor;

  constructor(ctx: DurableObjectState, env: QuotesEnv) {
    super(ctx, env);
    this.#name = ctx.id.name ?? "";
    this.#log = relayLog(this.#name);
    const now = Date.now;
    this.#renewals = new RenewalSchedule(ctx.storage);
    this.#executor = new FrameExecutor(env, {
      failed: (error) => this.#log("socket.failed", error),
      settled: (connection, executed) => this.#perform(connection, onSettled(connection.session, executed)),
    });
    const timedOut = (connection: Connection) => this.#perform(connection, onAuthenticationTimeout(connection.session));
    const sockets = () => ctx.getWebSockets();
    const pingAnsweredAt = (socket: WebSocket) => ctx.getWebSocketAutoResponseTimestamp(socket);
    this.#sockets = new Sockets({ now, after, sockets, pingAnsweredAt, timedOut }, CONNECTIONS_MAX);
    this.#credentialCache = new CredentialCache({
      now,
      wait,
      failed: (error) => this.#log("auth.unavailable", error),
      verify: (credentials, ip) => authenticate(env, this.#name, credentials, ip),
    });
    this.#leases = new Leases<Connection>({
      ...accountLeases(env),
      now,
      wait,
      end: (connection, by, lease, origin) => this.#executor.endLease(connection, by, lease, origin),
      newName: () => `${this.#name}/${crypto.randomUUID()}`,
      pingedAt: (connection) => this.#sockets.pingedAt(connection),
      disconnect: (connection, reason) => this.#perform(connection, onLeaseLost(connection.session, reason)),
      failed: (error) => this.#log("lease.failed", error),
    });
    ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair("ping", "pong"));
    for (const socket of ctx.getWebSockets()) this.#restore(socket);
  }

  /** Accepts a client's socket. Only the quotes worker calls it, after it has checked the path. */
  override fetch(request: Request): Response {
    const opening = readHandshake(request);
    if (opening?.stream !== "orders") return upgradeRefusal("endpoint_not_found");
    if (request.headers.get("Upgrade")?.toLowerCase() !== "websocket") return upgradeRefusal("upgrade_required");
    const now = Date.now();
    const step = openSession(opening, now, crypto.randomUUID());
    const refused = this.#sockets.refusalFor(step.session.network);
    if (refused !== null) return upgradeRefusal(refused);
    const { 0: client, 1: server } = new WebSocketPair();
    this.ctx.acceptWebSocket(server);
    this.#perform(this.#add(server, { session: step.session, heardAt: now }), step);
    return new Response(null, { status: 101, webSocket: client });
  }

  /** Closes the connections that these sessions or keys have opened; the others of the login get its new plan. */
  revoked(revoked: Revoked): Promise<PushAnswer> {
    const { plan } = revoked;
    const end = (connection: Connection) => this.#perform(connection, onRevoked(connection.session));
    const stays = (connection: Connection): void => {
      if (plan !== undefined) connection.note(withPlan(connection.session, plan));
    };
    return Promise.resolve(endRevoked(revoked, this.#connections, this.#credentialCache, { end, stays }));
  }

  override webSocketMessage(socket: WebSocket, frame: string | ArrayBuffer): void {
    const connection = this.#sockets.ofSocket(socket);
    if (connection === undefined || !connection.isOpen) return;
    const now = Date.now();
    connection.messageReceived(now);
    const { session } = connection;
    if (sizeOf(frame) > ORDER_FRAME_BYTES_MAX) return this.#perform(connection, onFrameTooLong(session));
    const message = readMessage(session.codec, frame);
    this.#perform(connection, onMessage(session, message, now, connection.unanswered), now);
  }

  override webSocketClose(socket: WebSocket, code: number): void {
    this.#closed(socket);
    // Answers the client's close frame, so that the client does not wait for its timeout.
    socket.close(answeringCode(code));
  }

  override webSocketError(socket: WebSocket): void {
    this.#closed(socket);
    if (socket.readyState === WebSocket.OPEN) socket.close(CLOSE_TOO_BIG, "frame too long");
  }

  /** Renews the leases of cancel-on-disconnect. */
  override async alarm(): Promise<void> {
    const leased = [...this.#connections].filter(({ session }) => session.lease !== null);
    if (leased.length === 0) return;
    await this.#renewals.rearm(true);
    await this.#leases.renew(leased);
  }

  #perform(connection: Connection, { session, replies, effects }: Step, at = Date.now()): void {
    const opens = session.accountId !== connection.session.accountId;
    connection.note(session);
    if (opens) this.#sockets.update(connection);
    for (const reply of replies) connection.reply(reply);
    for (const effect of effects) this.#do(connection, effect, at);
  }

  #do(connection: Connection, effect: Effect, at: number): void {
    switch (effect.kind) {
      case "authenticate":
        return void connection.enqueue(() => this.#authenticate(connection, effect));
      case "session":
        return void connection.enqueue(() => this.#setLease(connection, effect.cancelOnDisconnect));
      case "execute":
        return this.#executor.execute(connection, effect, at);
      case "close":
        this.#leave(connection);
        connection.close(effect.code, effect.reason);
    }
  }

  async #authenticate(connection: Connection, credentials: StreamCredentials): Promise<void> {
    const result = await this.#credentialCache.check(credentials, connection.session.origin.ip);
    if (!connection.isOpen) return;
    const step = onAuthenticationResult(connection.session, result);
    const isOverLimit = !this.#sockets.isOwnerAllowed(step.session);
    this.#perform(connection, isOverLimit ? onAuthenticationResult(connection.session, "connection_limit") : step);
  }

  /** Takes or releases the lease, then acknowledges. Never rejects. */
  async #setLease(connection: Connection, cancelOnDisconnect: boolean): Promise<void> {
    if (!connection.isOpen) return;
    try {
      if (!cancelOnDisconnect) await this.#leases.release(connection);
      else if (!(await this.#leases.take(connection))) {
        return connection.reply(orderEntryErrorFrame({ reason: "too_many_leases" }));
      }
      if (cancelOnDisconnect) await this.#renewals.arm(true);
      connection.reply(sessionFrame(cancelOnDisconnect));
    } catch (error) {
      this.#log("lease.failed", error);
      this.#perform(connection, onInternalError(connection.session));
    }
  }

  #add(socket: WebSocket, attachment: ClientAttachment<OrderSession>): Connection {
    const connection = new Connection(socket, attachment);
    this.#connections.add(connection);
    this.#sockets.add(socket, connection);
    return connection;
  }

  /** A socket that was open before this object woke. */
  #restore(socket: WebSocket): void {
    const attachment = this.#sockets.restored<ClientAttachment<OrderSession>>(socket);
    if (attachment === null) return;
    const { session } = attachment;
    const connection = this.#add(socket, attachment);
    // The answers of frames that were in flight are lost: the client asks for them on its next connection.
    if (session.admitted !== session.answered) this.#perform(connection, onInternalError(session));
  }

  #closed(socket: WebSocket): void {
    this.#sockets.closed(socket);
    const connection = this.#sockets.ofSocket(socket);
    if (connection !== undefined) this.#leave(connection);
  }

  /** The connection is over. Its lease ends after its last frame was decided: what that places is cancelled too. */
  #leave(connection: Connection): void {
    if (!this.#connections.delete(connection)) return;
    this.#sockets.left(connection);
    this.#leases.ended(connection);
  }
}
