import type { DeadLetter } from "../../protocol/rpc/actor.ts";
import type { JournalEntry } from "./formats.ts";
import { EntryTooLarge } from "./journal.ts";
import type { JournalStorage } from "./journal.ts";
import { DEAD_LETTERS_MAX, DEAD_LETTER_TEXT_MAX, DEAD_LETTER_AFTER_FAILURES } from "./limits.ts";

/** A message that could not be applied. It fails the commit; the object records the failure and restarts. */
export class FailedMessage extends Error {
  readonly from: string;
  readonly seq: number;

  constructor(from: string, seq: number, cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.from = from;
    this.seq = seq;
  }
}

interface Failures {
  readonly failures: number;
  /** Error of the last attempt. */
  readonly error: string;
}

/**
 * Failing messages and dead letters of one actor. A message that fails DEAD_LETTER_AFTER_FAILURES times is dead-lettered,
 * so that the messages after it are applied. Each failure restarts the object, which reads the failing messages (table
 * `suspects`) when it starts. Dead letters are in table `parked`.
 */
export class DeadLetters {
  readonly #sql: JournalStorage["sql"];
  /** Failing messages when the object started, by sender and sequence. */
  readonly #failing = new Map<string, Map<number, Failures>>();
  #count: number;

  constructor(sql: JournalStorage["sql"]) {
    this.#sql = sql;
    sql.exec(
      `CREATE TABLE IF NOT EXISTS suspects (sender TEXT NOT NULL, seq INTEGER NOT NULL, failures INTEGER NOT NULL,
         error TEXT NOT NULL, PRIMARY KEY (sender, seq)) WITHOUT ROWID;
       CREATE TABLE IF NOT EXISTS parked (id INTEGER PRIMARY KEY, sender TEXT NOT NULL, seq INTEGER NOT NULL,
         at INTEGER NOT NULL, error TEXT NOT NULL, message TEXT NOT NULL)`,
    );
    for (const { sender, seq, failures, error } of sql.exec("SELECT sender, seq, failures, error FROM suspects")) {
      const failing = this.#failing.get(String(sender)) ?? new Map<number, Failures>();
      failing.set(Number(seq), { failures: Number(failures), error: String(error) });
      this.#failing.set(String(sender), failing);
    }
    const [row] = sql.exec("SELECT count(*) AS parked FROM parked");
    this.#count = Number(row?.["parked"]);
  }

  /** Records that a message could not be applied. Returns the number of its failures. */
  recordFailure({ from, seq, message }: FailedMessage): number {
    // Counted on disk: memory may hold changes that were rolled back.
    this.#sql.exec(
      `INSERT INTO suspects (sender, seq, failures, error) VALUES (?, ?, 1, ?)
       ON CONFLICT (sender, seq) DO UPDATE SET failures = failures + 1, error = excluded.error`,
      from,
      seq,
      message.slice(0, DEAD_LETTER_TEXT_MAX),
    );
    const [row] = this.#sql.exec("SELECT failures FROM suspects WHERE sender = ? AND seq = ?", from, seq);
    return Number(row?.["failures"]);
  }

  /**
   * The first sequence of a sender in a range whose message must be dead-lettered; null when there is none. Always null
   * once DEAD_LETTERS_MAX is reached: then the release is at fault, and messages wait for one that can apply them.
   */
  firstToDeadLetter(from: string, first: number, last: number): number | null {
    if (this.#count >= DEAD_LETTERS_MAX) return null;
    const due = [...(this.#failing.get(from) ?? [])]
      .filter(([seq, { failures }]) => seq >= first && seq <= last && failures >= DEAD_LETTER_AFTER_FAILURES)
      .map(([seq]) => seq);
    return due.length === 0 ? null : Math.min(...due);
  }

  /** Adds a dead letter. Returns the error of its last failure. Call inside the transaction that skips the message. */
  add(from: string, seq: number, message: unknown, now: number): string {
    const error = this.#failing.get(from)?.get(seq)?.error ?? "";
    const text = JSON.stringify(message).slice(0, DEAD_LETTER_TEXT_MAX);
    const insert = "INSERT INTO parked (sender, seq, at, error, message) VALUES (?, ?, ?, ?, ?)";
    this.#sql.exec(insert, from, seq, now, error, text);
    this.#count++;
    return error;
  }

  /** Forgets the failures of a sender through `seq`: these messages were applied or dead-lettered. */
  forgetThrough(from: string, seq: number): void {
    const failing = this.#failing.get(from);
    if (failing === undefined) return;
    for (const each of [...failing.keys()]) if (each <= seq) failing.delete(each);
    if (failing.size === 0) this.#failing.delete(from);
    this.#sql.exec("DELETE FROM suspects WHERE sender = ? AND seq <= ?", from, seq);
  }

  /** The dead letters, newest first. */
  list(): DeadLetter[] {
    const rows = this.#sql.exec("SELECT sender, seq, at, error, message FROM parked ORDER BY id DESC");
    return [...rows].map(({ sender, seq, at, error, message }) => ({
      from: String(sender),
      seq: Number(seq),
      at: Number(at),
      error: String(error),
      message: String(message),
    }));
  }
}

/** The message that made a commit fail; null when it failed for another reason. */
export function failedMessageOf(error: unknown): FailedMessage | null {
  if (error instanceof FailedMessage) return error;
  if (!(error instanceof EntryTooLarge)) return null;
  const [kind, from, seq] = error.entry as JournalEntry<unknown, unknown>;
  return kind === "mail" ? new FailedMessage(from, seq, error) : null;
}

/** Whether an error is a violated constraint: the fault of the message, not of the disk. */
export function isConstraintViolation(error: unknown): boolean {
  return String(error).includes("constraint failed");
}
