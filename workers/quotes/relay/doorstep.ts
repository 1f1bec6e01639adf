/** Sockets that have not authenticated yet, in the order they came. One timer, for the oldest, and only while there are any. */
import { AUTH_WITHIN_MS } from "./limits.ts";

export interface DoorstepPorts<Visitor> {
  now(): number;
  /** Runs once after `ms`; what it gives cancels that. */
  after(ms: number, run: () => void): () => void;
  /** The visitor's time to authenticate is over. */
  late(visitor: Visitor): void;
}

/** Visitors whose time ends within this are swept together. */
const SWEEP_GRAIN_MS = 250;

export class Doorstep<Visitor extends object> {
  readonly #ports: DoorstepPorts<Visitor>;
  readonly #dueAt = new Map<Visitor, number>();
  #cancel: (() => void) | null = null;

  constructor(ports: DoorstepPorts<Visitor>) {
    this.#ports = ports;
  }

  arrived(visitor: Visitor, at: number): void {
    this.#dueAt.set(visitor, at + AUTH_WITHIN_MS);
    this.#arm();
  }

  /** The visitor has come in, or has left. */
  gone(visitor: Visitor): void {
    if (this.#dueAt.delete(visitor) && this.#dueAt.size === 0) this.#disarm();
  }

  #arm(): void {
    if (this.#cancel !== null) return;
    const [oldest] = this.#dueAt.values();
    if (oldest === undefined) return;
    const wait = Math.max(oldest - this.#ports.now(), 0) + SWEEP_GRAIN_MS;
    this.#cancel = this.#ports.after(wait, () => this.#sweep());
  }

  /** A timer that is pending keeps the object from hibernating. */
  #disarm(): void {
    this.#cancel?.();
    this.#cancel = null;
  }

  #sweep(): void {
    this.#cancel = null;
    const now = this.#ports.now();
    for (const [visitor, dueAt] of this.#dueAt) {
      if (dueAt > now) break;
      this.#dueAt.delete(visitor);
      this.#ports.late(visitor);
    }
    this.#arm();
  }
}
