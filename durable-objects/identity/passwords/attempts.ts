/** Failed attempts at one login, and how long they make the next one wait. */
import { FORGET_MS, waitAfter } from "./backoff.ts";
import type { Tables } from "../tables.ts";

/**
 * The kind of proof, and the session, device or network whose failures are counted. Failures of one do not make another
 * wait.
 */
export type AttemptKind = `${"password" | "mfa"}/${string}`;

/** Failures that cost nothing: users mistype. */
const FREE = 5;

export class Attempts {
  readonly #tables: Tables;
  readonly #now: () => number;

  constructor(tables: Tables, now: () => number) {
    this.#tables = tables;
    this.#now = now;
  }

  /** How long the next attempt has to wait, in milliseconds; 0: not at all. */
  waitMs(kind: AttemptKind): number {
    const { failures, failedAt } = this.#count(kind);
    return Math.max(0, failedAt + waitAfter(failures, FREE) - this.#now());
  }

  /** Counts a failure. To be called in the same turn as `waitMs`: concurrent attempts must not share a free one. */
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

  /** Resets the count. */
  succeeded(kind: AttemptKind): void {
    if (this.#count(kind).failures > 0) this.#tables.write("DELETE FROM attempt WHERE kind = ?", kind);
  }

  /** The password was changed: failures with the earlier one no longer count. */
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
