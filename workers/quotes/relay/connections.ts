/** The sockets of a relay: a connection for each, who subscribes to which topic, and how many sockets there may be. */
import type { KnownInstruments } from "./knownInstruments.ts";
import type { Instruments } from "../../../domain/market/instruments.ts";
import type { AccountId } from "../../../domain/ids.ts";
import { AuthenticationTimeouts } from "./authenticationTimeouts.ts";
import { Connection, type SocketAttachment } from "./connection.ts";
import { ConnectionLimiter } from "./connectionLimiter.ts";
import { SOCKETS_MAX } from "./limits.ts";
import { limitOwnerOf, type StreamSession, withEveryChannel } from "./streamSession.ts";
import { Subscribers, topicsOf } from "./subscribers.ts";
import type { UpgradeRefusal } from "./upgradeRefusal.ts";
import type { Topic } from "./upstreamSubscriptions.ts";

export interface ConnectionPorts {
  /** The present list of instruments. */
  readonly instruments: KnownInstruments;
  now(): number;
  /** Runs once after `ms`; the returned function cancels that. */
  after(ms: number, run: () => void): () => void;
  /** Every socket that the platform knows, those that are closing too. */
  sockets(): readonly WebSocket[];
  /** When the platform last answered a ping of this socket; null for never. */
  pingAnsweredAt(socket: WebSocket): Date | null;
  /** The connection did not authenticate in time. */
  timedOut(connection: Connection): void;
  /** The client reads so little that its socket must be closed. */
  tooSlow(connection: Connection): void;
}

export class Connections {
  readonly #ports: ConnectionPorts;
  readonly #subscribers: Subscribers;
  readonly #limiter = new ConnectionLimiter<WebSocket>();
  readonly #timeouts: AuthenticationTimeouts<Connection>;
  readonly #bySocket = new WeakMap<WebSocket, Connection>();
  readonly #sockets = new WeakMap<Connection, WebSocket>();

  constructor(ports: ConnectionPorts) {
    this.#ports = ports;
    this.#subscribers = new Subscribers(() => ports.instruments.current);
    this.#timeouts = new AuthenticationTimeouts(ports);
  }

  [Symbol.iterator](): IterableIterator<Connection> {
    return this.#subscribers[Symbol.iterator]();
  }

  /** Every topic with a subscriber. */
  get topics(): IterableIterator<Topic> {
    return this.#subscribers.topics;
  }

  /** Connections with a lease of cancel-on-disconnect. */
  get leased(): Connection[] {
    return [...this].filter(({ session }) => session.lease !== null);
  }

  /** The subscribers of a topic; undefined without any. */
  subscribersOf(topic: Topic): ReadonlySet<Connection> | undefined {
    return this.#subscribers.of(topic);
  }

  /** Loads the present list of instruments. A subscription to `*` then includes newly listed symbols. */
  async refreshInstruments(): Promise<Instruments> {
    const { instruments } = this.#ports;
    if (await instruments.refresh()) for (const connection of [...this]) this.#subscribers.update(connection);
    return instruments.current;
  }

  /** The topics of a session: its books and its account. */
  topicsOf(session: StreamSession): Topic[] {
    return topicsOf(session, this.#ports.instruments.current);
  }

  ofSocket(socket: WebSocket): Connection | undefined {
    return this.#bySocket.get(socket);
  }

  /** Adds a socket. */
  add(socket: WebSocket, attachment: SocketAttachment): Connection {
    const connection = new Connection(socket, attachment, (slow) => this.#ports.tooSlow(slow));
    this.#bySocket.set(socket, connection);
    this.#sockets.set(connection, socket);
    this.update(connection);
    const { accountId, openedAt } = attachment.session;
    if (accountId === null) this.#timeouts.start(connection, openedAt);
    return connection;
  }

  /** Adds a socket that was open before this object woke. Null when it is closing: then it only counts. */
  restore(socket: WebSocket): Connection | null {
    const attachment = socket.deserializeAttachment() as SocketAttachment | null;
    if (attachment === null) return null;
    this.#limiter.update(socket, ownerOf(attachment.session));
    if (socket.readyState !== WebSocket.OPEN) return null;
    return this.add(socket, { ...attachment, session: withEveryChannel(attachment.session) });
  }

  /** The session of a connection has changed. */
  update(connection: Connection): void {
    const { session } = connection;
    this.#subscribers.update(connection);
    const socket = this.#sockets.get(connection);
    if (socket !== undefined) this.#limiter.update(socket, ownerOf(session));
    if (session.accountId !== null) this.#timeouts.cancel(connection);
  }

  /** The connection gets nothing more. Its socket counts until it has closed. */
  remove(connection: Connection): void {
    this.#subscribers.remove(connection);
    this.#timeouts.cancel(connection);
  }

  /** The socket has closed. */
  closed(socket: WebSocket): void {
    this.#limiter.remove(socket);
  }

  /** The reason to refuse another socket of a network; null when it may be accepted. */
  refusalFor(network: string): UpgradeRefusal | null {
    if (this.#limitReached(network) === null) return null;
    // The platform may not have reported the end of a socket that this relay has closed.
    this.#limiter.retain(new Set(this.#ports.sockets()));
    return this.#limitReached(network);
  }

  #limitReached(network: string): UpgradeRefusal | null {
    if (this.#limiter.size >= SOCKETS_MAX) return "unavailable";
    return this.#limiter.isNetworkAllowed(network) ? null : "rate_limited";
  }

  /** False when the owner of a session has reached its number of sockets here. */
  isOwnerAllowed(session: StreamSession): boolean {
    const owner = limitOwnerOf(session);
    return owner === null || this.#limiter.isAccountAllowed(owner);
  }

  /** When the platform last answered a ping of this connection, which does not wake the object; 0 for never. */
  pingedAt(connection: Connection): number {
    const socket = this.#sockets.get(connection);
    return socket === undefined ? 0 : (this.#ports.pingAnsweredAt(socket)?.getTime() ?? 0);
  }
}

function ownerOf(session: StreamSession): { network: string; accountId: AccountId | null } {
  return { network: session.network ?? "", accountId: limitOwnerOf(session) };
}
