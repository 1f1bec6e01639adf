/**
 * The sockets that an object holds: a connection for each, how many there may be, and which must authenticate in time.
 * Relays and order entry share it.
 */
import type { AccountId } from "../../../domain/ids.ts";
import { AuthenticationTimeouts } from "./authenticationTimeouts.ts";
import { ConnectionLimiter } from "./connectionLimiter.ts";
import { limitOwnerOf, type StreamCaller } from "./streamSession.ts";
import type { UpgradeRefusal } from "./upgradeRefusal.ts";

/** What of a session counts here. `network` is empty, or left out by an earlier release, when it is unknown. */
export interface SocketSession extends StreamCaller {
  readonly openedAt: number;
  readonly network?: string;
}

export interface SocketPorts<Connection> {
  now(): number;
  /** Runs once after `ms`; the returned function cancels that. */
  after(ms: number, run: () => void): () => void;
  /** Every socket that the platform knows, those that are closing too. */
  sockets(): readonly WebSocket[];
  /** When the platform last answered a ping of this socket; null for never. */
  pingAnsweredAt(socket: WebSocket): Date | null;
  /** The connection did not authenticate in time. */
  timedOut(connection: Connection): void;
}

export class Sockets<Connection extends { readonly session: SocketSession }> {
  readonly #ports: SocketPorts<Connection>;
  readonly #max: number;
  readonly #limiter = new ConnectionLimiter<WebSocket>();
  readonly #timeouts: AuthenticationTimeouts<Connection>;
  readonly #bySocket = new WeakMap<WebSocket, Connection>();
  readonly #sockets = new WeakMap<Connection, WebSocket>();

  /** `max` is the number of sockets that the object may hold. */
  constructor(ports: SocketPorts<Connection>, max: number) {
    this.#ports = ports;
    this.#max = max;
    this.#timeouts = new AuthenticationTimeouts(ports);
  }

  ofSocket(socket: WebSocket): Connection | undefined {
    return this.#bySocket.get(socket);
  }

  add(socket: WebSocket, connection: Connection): void {
    this.#bySocket.set(socket, connection);
    this.#sockets.set(connection, socket);
    this.update(connection);
    const { accountId, openedAt } = connection.session;
    if (accountId === null) this.#timeouts.start(connection, openedAt);
  }

  /**
   * The attachment of a socket that was open before the object woke. Null without one, and when the socket is closing:
   * then it only counts.
   */
  restored<Attachment extends { readonly session: SocketSession }>(socket: WebSocket): Attachment | null {
    const attachment = socket.deserializeAttachment() as Attachment | null;
    if (attachment === null) return null;
    this.#limiter.update(socket, ownerOf(attachment.session));
    return socket.readyState === WebSocket.OPEN ? attachment : null;
  }

  /** The session of a connection has changed. */
  update(connection: Connection): void {
    const { session } = connection;
    const socket = this.#sockets.get(connection);
    if (socket !== undefined) this.#limiter.update(socket, ownerOf(session));
    if (session.accountId !== null) this.#timeouts.cancel(connection);
  }

  /** The connection is over. Its socket counts until it has closed. */
  left(connection: Connection): void {
    this.#timeouts.cancel(connection);
  }

  /** The socket has closed. */
  closed(socket: WebSocket): void {
    this.#limiter.remove(socket);
  }

  /** Those connections whose sockets the platform no longer knows. */
  ended(connections: Iterable<Connection>): Connection[] {
    const present = new Set(this.#ports.sockets());
    return [...connections].filter((connection) => {
      const socket = this.#sockets.get(connection);
      return socket === undefined || !present.has(socket);
    });
  }

  /** The reason to refuse another socket of a network; null when it may be accepted. */
  refusalFor(network: string): UpgradeRefusal | null {
    if (this.#limitReached(network) === null) return null;
    // The platform may not have reported the end of a socket that this object has closed.
    this.#limiter.retain(new Set(this.#ports.sockets()));
    return this.#limitReached(network);
  }

  #limitReached(network: string): UpgradeRefusal | null {
    if (this.#limiter.size >= this.#max) return "unavailable";
    return this.#limiter.isNetworkAllowed(network) ? null : "rate_limited";
  }

  /** False when the owner of a session has reached its number of sockets here. */
  isOwnerAllowed(session: SocketSession): boolean {
    const owner = limitOwnerOf(session);
    return owner === null || this.#limiter.isAccountAllowed(owner);
  }

  /** When the platform last answered a ping of this connection, which does not wake the object; 0 for never. */
  pingedAt(connection: Connection): number {
    const socket = this.#sockets.get(connection);
    return socket === undefined ? 0 : (this.#ports.pingAnsweredAt(socket)?.getTime() ?? 0);
  }
}

function ownerOf(session: SocketSession): { network: string; accountId: AccountId | null } {
  return { network: session.network ?? "", accountId: limitOwnerOf(session) };
}
