/**
 * A circuit breaker for calls to another service. Consecutive failures open it; while it is open no call is made. Then one
 * trial call decides whether it closes. Times are epoch milliseconds.
 */
import { keepNewest } from "./keepNewest.ts";

/** Consecutive failures that open the circuit. */
export const CIRCUIT_FAILURES = 5;
/** How long the circuit stays open; each failed trial doubles it. */
export const CIRCUIT_OPEN_MS = 1_000;
export const CIRCUIT_OPEN_MS_MAX = 60_000;
/** A trial call without a result after this time counts as lost, and another may be made. */
export const CIRCUIT_TRY_MS = 30_000;

/** The circuit breaker of one service. */
export class CircuitBreaker {
  private failures = 0;
  private openMs = 0;
  private openUntil = 0;
  private tryUntil = 0;

  /**
   * 0 when a call may be made now, otherwise the wait in milliseconds. Report the result by `succeeded` or `failed`.
   */
  enter(now: number): number {
    if (this.openMs === 0) return 0;
    const wait = Math.max(this.openUntil, this.tryUntil) - now;
    if (wait > 0) return wait;
    this.tryUntil = now + CIRCUIT_TRY_MS;
    return 0;
  }

  succeeded(): void {
    this.failures = 0;
    this.openMs = 0;
    this.tryUntil = 0;
  }

  failed(now: number): void {
    this.failures++;
    // A call that started before the circuit opened does not lengthen the wait.
    if (this.failures < CIRCUIT_FAILURES || (this.openMs > 0 && now < this.openUntil)) return;
    this.openMs = Math.min(this.openMs === 0 ? CIRCUIT_OPEN_MS : this.openMs * 2, CIRCUIT_OPEN_MS_MAX);
    this.openUntil = now + this.openMs;
    this.tryUntil = 0;
  }
}

/** Circuit breakers by service name. Their number is bounded, because names may come from clients' configuration. */
export class CircuitBreakers {
  private readonly circuits = new Map<string, CircuitBreaker>();
  private readonly max: number;

  constructor(max = 100) {
    this.max = max;
  }

  of(name: string): CircuitBreaker {
    const circuit = this.circuits.get(name) ?? new CircuitBreaker();
    keepNewest(this.circuits, name, circuit, this.max);
    return circuit;
  }
}
