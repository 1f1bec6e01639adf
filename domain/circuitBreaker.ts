/**
 * When to leave another service alone: after failures in a row nothing is asked of it for a while, then one call tries
 * whether it is back. Times are epoch milliseconds.
 */
import { keepNewest } from "./keepNewest.ts";

/** Failures in a row that open the circuit. */
export const CIRCUIT_FAILURES = 5;
/** For how long it is open: doubled by each try that fails as well. */
export const CIRCUIT_OPEN_MS = 1_000;
export const CIRCUIT_OPEN_MS_MAX = 60_000;
/** A try that has not ended after this was lost, and another may be made. */
export const CIRCUIT_TRY_MS = 30_000;

/** The circuit of one service. */
export class CircuitBreaker {
  private failures = 0;
  private openMs = 0;
  private openUntil = 0;
  private tryUntil = 0;

  /** 0 when a call may be made now, which then must be told of by `succeeded` or `failed`; otherwise how long to wait. */
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
    // What was under way when it opened tells nothing new.
    if (this.failures < CIRCUIT_FAILURES || (this.openMs > 0 && now < this.openUntil)) return;
    this.openMs = Math.min(this.openMs === 0 ? CIRCUIT_OPEN_MS : this.openMs * 2, CIRCUIT_OPEN_MS_MAX);
    this.openUntil = now + this.openMs;
    this.tryUntil = 0;
  }
}

/** The circuits of several services by name. Only so many are remembered: names may come from configuration of others. */
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
