import type { AccountStreams } from "./accountStreams.ts";
import type { BackfillRequest } from "./channelSymbols.ts";
import type { Connection } from "./connection.ts";
import type { Connections } from "./connections.ts";
import type { CredentialCache } from "./credentialCache.ts";
import type { Leases } from "./leases.ts";
import type { MarketDataHub } from "./marketDataHub.ts";
import type { relayLog } from "./relayLog.ts";
import type { RenewalSchedule } from "./renewalSchedule.ts";
import { costOfEffects, type RequestLimiter } from "./requestLimiter.ts";
import { nameOf, type UpstreamSubscriptions } from "./upstreamSubscriptions.ts";
import type { Granted } from "./flowControl.ts";
import { CREDIT_REFUSED, creditFrame, dataErrorFrame } from "../../../protocol/stream/data.ts";
import { logEvent } from "../../../protocol/log/logEvent.ts";
import { readMessage } from "../../../protocol/stream/codec.ts";
import { onFrameTooLong, onInternalError, onRateLimitIgnored, onRateLimited, onSlowClient } from "./refusalSteps.ts";
import { onAuthenticationResult, onMessage } from "./session.ts";
import { ENDED_WAIT_MS } from "./limits.ts";
import { wait } from "./timers.ts";
import type { Step } from "./step.ts";

/** A relay by its name, and the parts of it that a step may change. */
export interface RelayParts {
  readonly relay: string;
  readonly log: ReturnType<typeof relayLog>;
  readonly connections: Connections;
  readonly upstream: UpstreamSubscriptions;
  readonly credentialCache: CredentialCache;
  readonly leases: Leases;
  readonly renewals: RenewalSchedule;
  readonly accountStreams: AccountStreams;
  readonly marketData: MarketDataHub;
  readonly requestLimiter: RequestLimiter;
}

/** Performs what sessions decide: calls objects, stores the session, sends replies and data, and closes sockets. */
export class SessionSteps {
  readonly #parts: RelayParts;

  constructor(parts: RelayParts) {
    this.#parts = parts;
  }

  /** Handles a message of the client. `frame` is null when it was too long. */
  async handle(connection: Connection, frame: string | ArrayBuffer | null): Promise<void> {
    if (!connection.isOpen) return;
    const now = Date.now();
    connection.messageReceived(now);
    // Replies are sent at once, so a client that reads none of them is detected here.
    if (connection.isSlow) return this.closeSlow(connection);
    if (!this.#admits(connection, 1, now)) return;
    const instruments = await this.#parts.connections.refreshInstruments();
    const { session } = connection;
    const message = frame === null ? null : readMessage(session.codec, frame);
    const step = frame === null ? onFrameTooLong(session) : onMessage(session, message, instruments);
    const calls = costOfEffects(step.effects);
    if (calls === 0 || this.#admits(connection, calls, now)) await this.take(connection, step);
  }

  /** Charges a cost to the request limits. Without enough tokens the client is refused, and closed in the end. */
  #admits(connection: Connection, cost: number, now: number): boolean {
    const admission = this.#parts.requestLimiter.take(connection, cost, now);
    if (admission === "admitted") return true;
    const { session } = connection;
    this.performAtOnce(connection, admission === "ended" ? onRateLimitIgnored(session) : onRateLimited(session));
    return false;
  }

  /** Closes the socket of a client with too many waiting messages. */
  closeFlooding(connection: Connection): void {
    this.#parts.requestLimiter.ended(connection.session, Date.now());
    this.performAtOnce(connection, onRateLimitIgnored(connection.session));
  }

  /** Performs a step that changes no session and calls no object. */
  performAtOnce(connection: Connection, step: Step): void {
    for (const reply of step.replies) connection.reply(reply);
    for (const effect of step.effects) if (effect.kind === "close") this.#close(connection, effect.code, effect.reason);
  }

  /** Performs a step. When that fails, the client gets an internal error. Never throws. */
  async take(connection: Connection, step: Step): Promise<void> {
    try {
      await this.#perform(connection, step);
    } catch (error) {
      this.#parts.log("socket.failed", error);
      await this.#perform(connection, onInternalError(connection.session)).catch((again: unknown) =>
        this.#parts.log("socket.lost", again),
      );
    }
  }

  /**
   * Performs the effects first, because replies state their result; then sends the replies, then data, and closes last.
   */
  async #perform(connection: Connection, { session, replies, effects }: Step): Promise<void> {
    if (!connection.isOpen) return;
    const { connections, upstream, accountStreams } = this.#parts;
    let request: BackfillRequest | null = null;
    for (const effect of effects) if (effect.kind === "subscribe_books") request = effect.backfill;
    if (request !== null) connection.holdUpdates();
    connection.save(session);
    connections.update(connection);
    const grants: unknown[] = [];
    for (const effect of effects) {
      if (effect.kind === "credit") grants.push(creditReply(connection.flow.grant(effect.frames, effect.mark)));
      if (effect.kind === "authenticate") {
        const result = await this.#parts.credentialCache.check(effect, session.origin?.ip ?? "");
        const step = onAuthenticationResult(session, result);
        if (this.#parts.requestLimiter.hasJustEnded(step.session, Date.now())) await wait(ENDED_WAIT_MS);
        const isOverLimit = !connections.isOwnerAllowed(step.session);
        return this.#perform(connection, isOverLimit ? onAuthenticationResult(session, "connection_limit") : step);
      }
      const subscribes = effect.kind === "subscribe_books" || effect.kind === "subscribe_account";
      if (effect.kind === "subscribe_books") await upstream.ensure(connections.topicsOf(session));
      // The account is told which notices are listened to.
      if (effect.kind === "subscribe_account") await upstream.renew(`account/${session.accountId ?? ""}`);
      if (effect.kind === "flush") connection.flush();
      if (effect.kind === "listen") await accountStreams.listen(connection, effect);
      if (effect.kind === "unlisten") await accountStreams.unlisten(connection);
      if (subscribes || effect.kind === "listen") await this.#parts.renewals.arm(connections.leased.length > 0);
    }
    const backfill = request === null ? null : await this.#parts.marketData.backfill(connection, request);
    if (grants.length > 0) connection.storeCredit();
    for (const reply of [...replies, ...grants, ...(backfill?.notices ?? [])]) connection.reply(reply);
    if (backfill !== null) connections.fanOut.release(connection, backfill.backfills);
    for (const effect of effects) {
      if (effect.kind === "close") this.#close(connection, effect.code, effect.reason);
      if (effect.kind !== "begin") continue;
      const instruments = await connections.refreshInstruments();
      const begun = onMessage(connection.session, effect.message, instruments);
      const cost = costOfEffects(begun.effects);
      if (cost === 0 || this.#admits(connection, cost, Date.now())) await this.#perform(connection, begun);
    }
  }

  /** Closes the socket of a client that reads too slowly. */
  closeSlow(connection: Connection): void {
    logEvent("quotes", "socket.too_slow", { relay: this.#parts.relay });
    const { session } = connection;
    const cursors = session.stream === "data" ? this.#sentOf(connection) : connection.cursor;
    this.performAtOnce(connection, onSlowClient(session, cursors));
  }

  /** By symbol, the sequence through which a client was sent what it subscribed to. */
  #sentOf(connection: Connection): Record<string, number> {
    const { connections, marketData } = this.#parts;
    const cursors: Record<string, number> = {};
    for (const topic of connections.topicsOf(connection.session)) {
      if (!topic.startsWith("book/")) continue;
      const symbol = nameOf(topic);
      const sent = connections.fanOut.sentOf(connection, symbol) ?? marketData.deliveredOf(symbol);
      if (sent > 0) cursors[symbol] = sent;
    }
    return cursors;
  }

  #close(connection: Connection, code: number, reason: string): void {
    this.leave(connection);
    connection.close(code, reason);
  }

  /** The connection gets nothing more. */
  leave(connection: Connection): void {
    this.#parts.connections.remove(connection);
    this.#parts.accountStreams.remove(connection);
    this.#parts.leases.ended(connection);
  }
}

/** The answer to a grant; null is a grant with a mark that is none of the socket. */
function creditReply(granted: Granted | null): unknown {
  if (granted === null) return dataErrorFrame(CREDIT_REFUSED, "credit with a mark that is none of this connection");
  return creditFrame(granted.frames, granted.mark);
}
