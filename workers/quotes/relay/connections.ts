/** The sockets of a relay: a connection for each, and who subscribes to which topic. */
import type { KnownInstruments } from "./knownInstruments.ts";
import type { Instruments } from "../../../domain/market/instruments.ts";
import { Connection, type SocketAttachment } from "./connection.ts";
import { Heartbeats } from "./heartbeats.ts";
import { FanOut, type FanOutPorts } from "./fanOut.ts";
import { CREDIT_SAVE_MS, SOCKETS_MAX } from "./limits.ts";
import { type SocketPorts, Sockets } from "./sockets.ts";
import { limitOwnerOf, type StreamSession, withEveryChannel } from "./streamSession.ts";
import { Subscribers, topicsOf } from "./subscribers.ts";
import type { UpgradeRefusal } from "./upgradeRefusal.ts";
import { UnreadBytes } from "./unreadBytes.ts";
import { isRenewed, type Topic } from "./upstreamSubscriptions.ts";

export interface ConnectionPorts extends SocketPorts<Connection>, Pick<FanOutPorts, "delivered"> {
  /** The present list of instruments. */
  readonly instruments: KnownInstruments;
  /** The sequence through which a book was read; null when it is not followed. */
  position(symbol: string): number | null;
  /** The client reads so little that its socket must be closed. */
  tooSlow(connection: Connection): void;
  /** Sockets that do not answer a close frame hold too much. */
  tooMuchUnread(): void;
}

export class Connections {
  readonly #ports: ConnectionPorts;
  readonly #subscribers: Subscribers;
  readonly #sockets: Sockets<Connection>;
  readonly #heartbeats: Heartbeats;
  readonly #unread = new UnreadBytes();
  /** What the sockets that are told to close may not have read. */
  readonly #closing = new Map<Connection, number>();
  /** Connections whose credit is to be stored. */
  readonly #credits = new Set<Connection>();
  /** Their updates of market data. */
  readonly fanOut: FanOut;

  constructor(ports: ConnectionPorts) {
    this.#ports = ports;
    this.fanOut = new FanOut(ports);
    this.#subscribers = new Subscribers(
      () => ports.instruments.current,
      this.fanOut,
      () => ports.now(),
    );
    this.#sockets = new Sockets(ports, SOCKETS_MAX);
    this.#heartbeats = new Heartbeats(this, ports);
  }

  [Symbol.iterator](): IterableIterator<Connection> {
    return this.#subscribers[Symbol.iterator]();
  }

  /** The topics with a subscriber that are renewed. */
  get topics(): Topic[] {
    return [...this.#subscribers.topics].filter(isRenewed);
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

  /** The list of instruments as it was loaded last. */
  get instruments(): Instruments {
    return this.#ports.instruments.current;
  }

  /** The topics of a session: its books and its account. */
  topicsOf(session: StreamSession): Topic[] {
    return topicsOf(session, this.#ports.instruments.current);
  }

  ofSocket(socket: WebSocket): Connection | undefined {
    return this.#sockets.ofSocket(socket);
  }

  /** Adds a socket. */
  add(socket: WebSocket, attachment: SocketAttachment): Connection {
    const connection = new Connection(socket, attachment, (slow) => this.#ports.tooSlow(slow), {
      now: () => this.#ports.now(),
      creditUsed: (one) => this.#saveCredit(one),
    });
    this.#countUnread(connection);
    this.#subscribers.update(connection);
    this.#sockets.add(socket, connection);
    this.#heartbeats.sessionChanged(connection.session);
    return connection;
  }

  /** Adds a socket that was open before this object woke. Null when it is closing: then it only counts. */
  restore(socket: WebSocket): Connection | null {
    const attachment = this.#sockets.restored<SocketAttachment>(socket);
    if (attachment === null) return null;
    return this.add(socket, { ...attachment, session: withEveryChannel(attachment.session) });
  }

  /** The session of a connection has changed. */
  update(connection: Connection): void {
    this.#subscribers.update(connection);
    this.#sockets.update(connection);
    this.#heartbeats.sessionChanged(connection.session);
    this.#countUnread(connection);
  }

  #countUnread({ session, flow }: Connection): void {
    const owner = limitOwnerOf(session);
    if (owner !== null) flow.belongsTo(this.#unread.of(owner));
  }

  /** The connection gets nothing more. Its socket counts until it has closed. */
  remove(connection: Connection): void {
    this.#subscribers.remove(connection);
    this.#sockets.left(connection);
    const { unread } = connection.flow;
    if (this.#closing.has(connection) || unread === 0) return;
    this.#closing.set(connection, unread);
    if (!this.#unread.closing(unread)) return;
    // The platform may not have reported the end of some of them.
    for (const ended of this.#sockets.ended(this.#closing.keys())) this.#gone(ended);
    if (this.#unread.isClosingTooMuch) this.#ports.tooMuchUnread();
  }

  /** The socket has closed. */
  closed(socket: WebSocket): void {
    this.#sockets.closed(socket);
    const connection = this.ofSocket(socket);
    if (connection !== undefined) this.#gone(connection);
  }

  /** Nothing of a connection is left unread: its socket is gone. */
  #gone(connection: Connection): void {
    connection.flow.gone();
    this.#unread.closed(this.#closing.get(connection) ?? 0);
    this.#closing.delete(connection);
  }

  /** Stores the credit of a connection soon: a timer keeps the object awake until then. */
  #saveCredit(connection: Connection): void {
    this.#credits.add(connection);
    if (this.#credits.size > 1) return;
    this.#ports.after(CREDIT_SAVE_MS, () => {
      for (const each of this.#credits) each.storeCredit();
      this.#credits.clear();
    });
  }

  /** The reason to refuse another socket of a network; null when it may be accepted. */
  refusalFor(network: string): UpgradeRefusal | null {
    return this.#sockets.refusalFor(network);
  }

  /** False when the owner of a session has reached its number of sockets here. */
  isOwnerAllowed(session: StreamSession): boolean {
    const owner = limitOwnerOf(session);
    return this.#sockets.isOwnerAllowed(session) && (owner === null || this.#unread.isAllowed(owner));
  }

  /** When the platform last answered a ping of this connection, which does not wake the object; 0 for never. */
  pingedAt(connection: Connection): number {
    return this.#sockets.pingedAt(connection);
  }
}
