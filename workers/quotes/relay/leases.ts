/**
 * Cancel-on-disconnect: a socket that asks for it holds a lease at its account, which the relay renews while the socket
 * is alive. When the socket closes or falls silent, the relay ends the lease and the account cancels its orders. When
 * the relay fails too, the lease expires, with the same effect.
 */
import type { AccountId } from "../../../domain/ids.ts";
import type { Origin } from "../../../domain/account/state/events.ts";
import type { Principal } from "../../../protocol/auth/principal.ts";
import { SUBSCRIBE_RETRY_MS, SUBSCRIBE_TRIES, LEASE_IDLE_MS, LEASE_MS } from "./limits.ts";
import type { Connection } from "./connection.ts";
import { isPermitted, principalOf, type StreamCaller } from "./streamSession.ts";

/** The session of a connection that may hold a lease. */
export interface LeasedSession extends StreamCaller {
  readonly origin: Origin | null;
  readonly lease: string | null;
}

/** A connection that may hold a lease. */
export interface LeaseHolder {
  readonly session: LeasedSession;
  readonly isOpen: boolean;
  /** Time of its last message, epoch milliseconds. */
  readonly heardAt: number;
  /** Sets the session, which is its own with another lease, and stores it. */
  save(session: LeasedSession): void;
}

export interface LeasePorts<H> {
  /** False when the account refuses the lease, or has ended it. */
  hold(principal: Principal, lease: string, ttlMs: number, origin: Origin): Promise<boolean>;
  release(accountId: AccountId, lease: string, origin: Origin | null, principal: Principal | null): Promise<void>;
  /** Ends the lease after the account has decided what the client has sent on this connection. */
  end(connection: H, principal: Principal, lease: string, origin: Origin): Promise<void>;
  now(): number;
  wait(ms: number): Promise<void>;
  newName(): string;
  /** When the platform last answered a ping of this socket; 0 for never. */
  pingedAt(connection: H): number;
  /** Closes a socket that is silent, or whose lease has ended. */
  disconnect(connection: H, reason: string): void;
  failed(error: unknown): void;
}

export class Leases<H extends LeaseHolder = Connection> {
  readonly #ports: LeasePorts<H>;
  /** When each lease expires unless it is renewed; unknown after hibernation until the next renewal. */
  readonly #endsAt = new WeakMap<H, number>();

  constructor(ports: LeasePorts<H>) {
    this.#ports = ports;
  }

  /**
   * Takes or renews a socket's lease. False when the account refuses. Rejects when the account is out of reach: the
   * account may hold the lease all the same, which therefore ends with the socket.
   */
  async take(connection: H): Promise<boolean> {
    const lease = connection.session.lease ?? this.#ports.newName();
    let held = true;
    try {
      held = await this.#hold(connection, lease);
    } finally {
      if (held) connection.save({ ...connection.session, lease });
      // The socket may have closed before there was a lease to end.
      if (held && !connection.isOpen) this.ended(connection);
    }
    return held;
  }

  /** Releases the lease of a socket that stays open. No order is cancelled. */
  async release(connection: H): Promise<void> {
    const { lease, accountId, origin } = connection.session;
    if (lease === null || accountId === null) return;
    await this.#ports.release(accountId, lease, origin, principalOf(connection.session));
    connection.save({ ...connection.session, lease: null });
  }

  /**
   * The socket has closed: its account cancels its orders, also those that wait for a book, or when the lease expires, if
   * the account is out of reach. A lease of a caller who may not trade, which an earlier release gave,
   * is released and cancels nothing.
   */
  ended(connection: H): void {
    const { session } = connection;
    const { lease, accountId, origin } = session;
    const principal = principalOf(session);
    if (lease === null || accountId === null || origin === null || principal === null) return;
    const trades = isPermitted(session, "cancel_on_disconnect");
    connection.save({ ...session, lease: null });
    const ports = this.#ports;
    const tell = () =>
      trades ? ports.end(connection, principal, lease, origin) : ports.release(accountId, lease, origin, principal);
    void this.#tell(tell);
  }

  /** Renews the leases of live sockets, and closes silent ones. Never rejects. */
  async renew(connections: Iterable<H>): Promise<void> {
    await Promise.all(Array.from(connections, (connection) => this.#renew(connection)));
  }

  async #renew(connection: H): Promise<void> {
    const { session } = connection;
    const { lease } = session;
    if (lease === null) return;
    if (!isPermitted(session, "cancel_on_disconnect"))
      return this.#ports.disconnect(connection, "cancel_on_disconnect is over");
    const heardAt = Math.max(connection.heardAt, this.#ports.pingedAt(connection));
    if (this.#ports.now() - heardAt > LEASE_IDLE_MS) return this.#ports.disconnect(connection, "nothing heard");
    try {
      if (await this.#hold(connection, lease)) return;
    } catch (error) {
      this.#ports.failed(error);
      const endsAt = this.#endsAt.get(connection) ?? Number.POSITIVE_INFINITY;
      if (this.#ports.now() < endsAt) return;
    }
    if (connection.session.lease === lease) this.#ports.disconnect(connection, "cancel_on_disconnect is over");
  }

  async #hold(connection: H, lease: string): Promise<boolean> {
    const { session } = connection;
    const principal = principalOf(session);
    if (principal === null || session.origin === null || !isPermitted(session, "cancel_on_disconnect")) return false;
    const asked = this.#ports.now();
    const held = await this.#ports.hold(principal, lease, LEASE_MS, session.origin);
    if (held) this.#endsAt.set(connection, asked + LEASE_MS);
    return held;
  }

  async #tell(tell: () => Promise<void>): Promise<void> {
    for (let tries = 1; ; tries++) {
      try {
        return await tell();
      } catch (error) {
        if (tries >= SUBSCRIBE_TRIES) return this.#ports.failed(error);
        await this.#ports.wait(SUBSCRIBE_RETRY_MS * 2 ** (tries - 1));
      }
    }
  }
}
