/** Ends sockets that do not authenticate in time. One timer runs, for the oldest, and only while there are any. */
import { AUTHENTICATION_TIMEOUT_MS } from "./limits.ts";

export interface AuthenticationTimeoutPorts<Connection> {
  now(): number;
  /** Runs once after `ms`; the returned function cancels that. */
  after(ms: number, run: () => void): () => void;
  /** Called when a connection has not authenticated in time. */
  timedOut(connection: Connection): void;
}

/** Connections whose time ends within this are handled by one timer. */
const TIMER_GRANULARITY_MS = 250;

export class AuthenticationTimeouts<Connection extends object> {
  readonly #ports: AuthenticationTimeoutPorts<Connection>;
  readonly #dueAt = new Map<Connection, number>();
  #cancelTimer: (() => void) | null = null;

  constructor(ports: AuthenticationTimeoutPorts<Connection>) {
    this.#ports = ports;
  }

  start(connection: Connection, at: number): void {
    this.#dueAt.set(connection, at + AUTHENTICATION_TIMEOUT_MS);
    this.#arm();
  }

  /** The connection has authenticated or closed. */
  cancel(connection: Connection): void {
    if (this.#dueAt.delete(connection) && this.#dueAt.size === 0) this.#disarm();
  }

  #arm(): void {
    if (this.#cancelTimer !== null) return;
    const [oldest] = this.#dueAt.values();
    if (oldest === undefined) return;
    const wait = Math.max(oldest - this.#ports.now(), 0) + TIMER_GRANULARITY_MS;
    this.#cancelTimer = this.#ports.after(wait, () => this.#expireDue());
  }

  /** A pending timer would keep the object from hibernating. */
  #disarm(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = null;
  }

  #expireDue(): void {
    this.#cancelTimer = null;
    const now = this.#ports.now();
    for (const [connection, dueAt] of this.#dueAt) {
      if (dueAt > now) break;
      this.#dueAt.delete(connection);
      this.#ports.timedOut(connection);
    }
    this.#arm();
  }
}
