/** Failed proofs of one login, and how long they make the next one wait. */
import { FORGET_MS, waitAfter } from "./backoff.ts";
import type { Tables } from "../tables.ts";

/**
 * What was tried, and with whose attempts it is counted: those of a session, a device or a network. Nobody's attempts make
 * another one wait.
 */
export type AttemptKind = `${"password" | "mfa"}/${string}`;

/** A user mistypes a few times. */
const FREE = 5;

export class Attempts {
  readonly #tables: Tables;
  readonly #now: () => number;

  constructor(tables: Tables, now: () => number) {
    this.#tables = tables;
    this.#now = now;
  }

  /** How long the next try has to wait yet, in milliseconds; 0: it may come. */
  waitMs(kind: AttemptKind): number {
    const { failures, failedAt } = this.#count(kind);
    return Math.max(0, failedAt + waitAfter(failures, FREE) - this.#now());
  }

  /** Counts a failure. Ask and count within one turn of the object: guesses that race must not share a free try. */
  failed(kind: AttemptKind): void {
    const before = this.#count(kind).failures;
    this.#tables.write("DELETE FROM attempt WHERE failed_at < ?", this.#now() - FORGET_MS);
    this.#tables.write(
      "INSERT OR REPLACE INTO attempt (kind, failures, failed_at) VALUES (?, ?, ?)",
      kind,
      before + 1,
      this.#now(),
    );
  }

  /** The next failures begin to count anew. */
  succeeded(kind: AttemptKind): void {
    if (this.#count(kind).failures > 0) this.#tables.write("DELETE FROM attempt WHERE kind = ?", kind);
  }

  /** There is another password: failures of the earlier one count no more. */
  passwordSet(): void {
    this.#tables.write("DELETE FROM attempt WHERE kind GLOB 'password*'");
  }

  #count(kind: AttemptKind): { readonly failures: number; readonly failedAt: number } {
    const found = this.#tables.row("SELECT failures, failed_at FROM attempt WHERE kind = ?", kind);
    const failedAt = Number(found?.["failed_at"] ?? 0);
    if (found === undefined || this.#now() - failedAt > FORGET_MS) return { failures: 0, failedAt: 0 };
    return { failures: Number(found["failures"]), failedAt };
  }
}
