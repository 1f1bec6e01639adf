import { DurableObject } from "cloudflare:workers";
import { accountObject, identityObject, orderBookObject } from "../../../durable-objects/actor/namespaces.ts";
import { wireError } from "../../../protocol/errors.ts";
import { detailOf } from "../../../protocol/fault.ts";
import { routeOfKeyId } from "../../../protocol/keys.ts";
import type { MarketSegment, PushAnswer, RelayRpc, TradeUpdate } from "../../../protocol/rpc.ts";
import type { Codec } from "../../../protocol/streamCodec.ts";
import { CLIENT_FRAME_BYTES_MAX, readMessage, writeMessage } from "../../../protocol/streamCodec.ts";
import { tradeUpdateFrame } from "../../../protocol/streamTrading.ts";
import { logLine } from "../log.ts";
import { changeOf, Conflation } from "./conflation.ts";
import { Connection } from "./connection.ts";
import { Doorstep } from "./doorstep.ts";
import { RENEW_MS, SOCKETS_MAX } from "./limits.ts";
import { openingOf } from "./opening.ts";
import type { Session, Step, Verdict } from "./session.ts";
import {
  CLOSE_POLICY,
  CLOSE_TOO_BIG,
  onFailure,
  onLate,
  onMessage,
  onOversize,
  onTooSlow,
  onVerdict,
  openSession,
} from "./session.ts";
import type { Topic } from "./topics.ts";
import { Topics } from "./topics.ts";
import { Verdicts } from "./verdicts.ts";
import { topicsOf, Viewers } from "./viewers.ts";

/** Close codes that a frame may carry (RFC 6455): 1004 to 1006 and those not handed out yet must not be sent. */
const NORMAL = 1000;
const isSendable = (code: number): boolean =>
  (code >= NORMAL && code <= 1003) || (code >= 1007 && code <= 1011) || (code >= 3000 && code <= 4999);

/** A slice of the viewers: their sockets and what each wants. It owns no truth; it may hibernate or die at any moment. */
export class Relay extends DurableObject<QuotesEnv> implements RelayRpc {
  readonly #name: string;
  readonly #viewers = new Viewers();
  readonly #bySocket = new WeakMap<WebSocket, Connection>();
  readonly #conflation: Conflation;
  readonly #topics: Topics;
  readonly #verdicts: Verdicts;
  readonly #doorstep: Doorstep<Connection>;

  constructor(ctx: DurableObjectState, env: QuotesEnv) {
    super(ctx, env);
    this.#name = ctx.id.name ?? "";
    const now = Date.now;
    const after = (ms: number, run: () => void): (() => void) => {
      const timer = setTimeout(run, ms);
      return () => clearTimeout(timer);
    };
    const wait = (ms: number): Promise<void> => new Promise((done) => void after(ms, done));
    this.#conflation = new Conflation({ now, after });
    this.#topics = new Topics({ now, wait, subscribe: (topic, epoch) => this.#subscribe(topic, epoch) });
    const failed = (error: unknown): void => this.#log("auth.unavailable", error);
    this.#verdicts = new Verdicts({ now, wait, failed, verify: (keyId, secret) => this.#verify(keyId, secret) });
    const late = (visitor: Connection): void => void this.#take(visitor, onLate(visitor.session));
    this.#doorstep = new Doorstep({ now, after, late });
    ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair("ping", "pong"));
    for (const socket of ctx.getWebSockets()) this.#adopt(socket);
  }

  /** Accepts a viewer's socket. Reached only by the quotes worker, which has judged the path. */
  override fetch(request: Request): Response {
    const opening = openingOf(request);
    if (opening === null) return refusal("endpoint_not_found");
    if (request.headers.get("Upgrade")?.toLowerCase() !== "websocket") return refusal("upgrade_required");
    if (this.#viewers.size >= SOCKETS_MAX) return refusal("unavailable");
    const { 0: client, 1: server } = new WebSocketPair();
    this.ctx.acceptWebSocket(server);
    const { session, replies } = openSession(opening, Date.now());
    const connection = this.#connect(server, session);
    connection.save(session);
    for (const reply of replies) connection.reply(reply);
    return new Response(null, { status: 101, webSocket: client });
  }

  pushMarket(segment: MarketSegment): Promise<PushAnswer> {
    const viewers = this.#wanting(`book/${segment.symbol}`);
    if (viewers === null) return Promise.resolve({ keep: false });
    const change = changeOf(segment);
    for (const viewer of viewers) if (viewer.add(change)) this.#conflation.changed(viewer);
    return Promise.resolve({ keep: true });
  }

  pushAccount(accountId: string, updates: readonly TradeUpdate[]): Promise<PushAnswer> {
    const viewers = this.#wanting(`account/${accountId}`);
    if (viewers === null) return Promise.resolve({ keep: false });
    for (const update of updates) {
      const message = tradeUpdateFrame(update);
      const frames = new Map<Codec, string | Uint8Array>();
      for (const viewer of viewers) {
        const frame = frames.get(viewer.codec) ?? writeMessage(viewer.codec, message);
        frames.set(viewer.codec, frame);
        viewer.sendFrame(frame);
      }
    }
    for (const viewer of viewers) if (viewer.isStuck) this.#closeSlow(viewer);
    return Promise.resolve({ keep: true });
  }

  override async webSocketMessage(socket: WebSocket, frame: string | ArrayBuffer): Promise<void> {
    const connection = this.#bySocket.get(socket) ?? this.#adopt(socket);
    if (connection === null) return;
    if (connection.isFlooded) this.#close(connection, CLOSE_POLICY, "too many messages");
    else await connection.inTurn(() => this.#handle(connection, frame));
  }

  override webSocketClose(socket: WebSocket, code: number): void {
    this.#drop(socket);
    // Answers the client's close frame: without it the client waits for its own time-out.
    socket.close(isSendable(code) ? code : NORMAL);
  }

  override webSocketError(socket: WebSocket): void {
    this.#drop(socket);
    // A message over the platform's 32 MiB ends here, and without a close frame from us the client would never know.
    if (socket.readyState === WebSocket.OPEN) socket.close(CLOSE_TOO_BIG, "frame too long");
  }

  /** Subscribes again to everything wanted, so that no book or account that lost this relay stays lost. */
  override async alarm(): Promise<void> {
    const topics = [...this.#viewers.topics];
    if (topics.length === 0) return;
    await this.ctx.storage.setAlarm(Date.now() + RENEW_MS);
    await this.#topics.renew(topics).catch((error: unknown) => this.#log("topic.renewal_failed", error));
  }

  async #handle(connection: Connection, frame: string | ArrayBuffer): Promise<void> {
    if (!connection.isOpen) return;
    const { session } = connection;
    const size = typeof frame === "string" ? frame.length : frame.byteLength;
    const step =
      size > CLIENT_FRAME_BYTES_MAX ? onOversize(session) : onMessage(session, readMessage(session.codec, frame));
    await this.#take(connection, step);
  }

  /** Performs a step; when something of ours fails on the way, the client is told so. Never throws. */
  async #take(connection: Connection, step: Step): Promise<void> {
    try {
      await this.#perform(connection, step);
    } catch (error) {
      this.#log("socket.failed", error);
      await this.#perform(connection, onFailure(connection.session)).catch((again: unknown) =>
        this.#log("socket.lost", again),
      );
    }
  }

  /** Effects first, so that what a reply promises is so; then the replies; closing last. */
  async #perform(connection: Connection, { session, replies, effects }: Step): Promise<void> {
    if (!connection.isOpen) return;
    connection.save(session);
    this.#viewers.update(connection);
    if (session.accountId !== null) this.#doorstep.gone(connection);
    for (const effect of effects) {
      if (effect.kind === "verify") {
        const verdict = await this.#verdicts.check(effect.keyId, effect.secret);
        return this.#perform(connection, onVerdict(session, verdict));
      }
      if (effect.kind === "follow") {
        await this.#topics.follow(topicsOf(session));
        await this.#armRenewal();
      }
    }
    for (const reply of replies) connection.reply(reply);
    for (const effect of effects) if (effect.kind === "close") this.#close(connection, effect.code, effect.reason);
  }

  #wanting(topic: Topic): ReadonlySet<Connection> | null {
    const viewers = this.#viewers.of(topic);
    if (viewers !== undefined) return viewers;
    this.#topics.forget(topic);
    return null;
  }

  /** The connection of a socket that was there before this object woke; null for one that is closing. */
  #adopt(socket: WebSocket): Connection | null {
    const session = socket.deserializeAttachment() as Session | null;
    if (session === null || socket.readyState !== WebSocket.OPEN) return null;
    return this.#connect(socket, session);
  }

  #connect(socket: WebSocket, session: Session): Connection {
    const connection = new Connection(socket, session, (slow) => this.#closeSlow(slow));
    this.#bySocket.set(socket, connection);
    this.#viewers.update(connection);
    if (session.accountId === null) this.#doorstep.arrived(connection, session.openedAt);
    return connection;
  }

  #closeSlow(connection: Connection): void {
    logLine("info", { event: "socket.too_slow", relay: this.#name });
    void this.#take(connection, onTooSlow(connection.session));
  }

  #close(connection: Connection, code: number, reason: string): void {
    this.#leave(connection);
    connection.close(code, reason);
  }

  #drop(socket: WebSocket): void {
    const connection = this.#bySocket.get(socket);
    if (connection !== undefined) this.#leave(connection);
  }

  #leave(connection: Connection): void {
    this.#viewers.remove(connection);
    this.#doorstep.gone(connection);
  }

  async #armRenewal(): Promise<void> {
    const armed = await this.ctx.storage.getAlarm();
    if (armed === null) await this.ctx.storage.setAlarm(Date.now() + RENEW_MS);
  }

  async #verify(keyId: string, secret: string): Promise<Verdict> {
    const route = routeOfKeyId(keyId);
    if (route === null) return "wrong";
    const checked = await identityObject(this.env, route).verifyKey(keyId, secret);
    return checked.ok ? { accountId: checked.value.accountId } : "wrong";
  }

  async #subscribe(topic: Topic, epoch: number): Promise<void> {
    const name = topic.slice(topic.indexOf("/") + 1);
    const source = topic.startsWith("book/") ? orderBookObject(this.env, name) : accountObject(this.env, name);
    await source.subscribe(this.#name, epoch);
  }

  #log(event: string, error: unknown): void {
    logLine("error", { event, relay: this.#name, detail: detailOf(error) });
  }
}

function refusal(reason: "endpoint_not_found" | "upgrade_required" | "unavailable"): Response {
  const { status, body } = wireError({ reason });
  return Response.json(body, { status });
}
