import type { DeadLetter } from "../../protocol/rpc/actor.ts";
import type { JournalEntry } from "./formats.ts";
import { EntryTooLarge } from "./journal.ts";
import type { JournalStorage } from "./journal.ts";
import { DEAD_LETTERS_MAX, DEAD_LETTER_TEXT_MAX, DEAD_LETTER_AFTER_FAILURES } from "./limits.ts";

/** The message that could not be applied: it fails the commit, and the object notes it before it restarts. */
export class FailedMessage extends Error {
  readonly from: string;
  readonly seq: number;

  constructor(from: string, seq: number, cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.from = from;
    this.seq = seq;
  }
}

interface Suspect {
  readonly failures: number;
  /** What the last try failed with. */
  readonly error: string;
}

/**
 * Mail that cannot be applied. A message that failed is suspect; one that goes on failing is put aside, so that the mail
 * after it is not held up. Each failure restarts the object, so what is suspect is read when it starts.
 */
export class DeadLetters {
  readonly #sql: JournalStorage["sql"];
  /** What was suspect when the object started, by sender and sequence. */
  readonly #failing = new Map<string, Map<number, Suspect>>();
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
      const suspects = this.#failing.get(String(sender)) ?? new Map<number, Suspect>();
      suspects.set(Number(seq), { failures: Number(failures), error: String(error) });
      this.#failing.set(String(sender), suspects);
    }
    const [row] = sql.exec("SELECT count(*) AS parked FROM parked");
    this.#count = Number(row?.["parked"]);
  }

  /** Notes that a message could not be applied. Gives how often that has been so. */
  recordFailure({ from, seq, message }: FailedMessage): number {
    // Counted on disk: what was rolled back may have changed what is in memory.
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
   * The first message of a sender in a range of sequences that must not be tried again; null when there is none. None is
   * once too many are parked: then it is not the mail that is wrong, and it had better wait for a release that takes it.
   */
  firstToDeadLetter(from: string, first: number, last: number): number | null {
    if (this.#count >= DEAD_LETTERS_MAX) return null;
    const poison = [...(this.#failing.get(from) ?? [])]
      .filter(([seq, { failures }]) => seq >= first && seq <= last && failures >= DEAD_LETTER_AFTER_FAILURES)
      .map(([seq]) => seq);
    return poison.length === 0 ? null : Math.min(...poison);
  }

  /** Puts a message aside. Gives why it could not be applied. Call inside the transaction that passes over it. */
  add(from: string, seq: number, message: unknown, now: number): string {
    const error = this.#failing.get(from)?.get(seq)?.error ?? "";
    const text = JSON.stringify(message).slice(0, DEAD_LETTER_TEXT_MAX);
    const insert = "INSERT INTO parked (sender, seq, at, error, message) VALUES (?, ?, ?, ?, ?)";
    this.#sql.exec(insert, from, seq, now, error, text);
    this.#count++;
    return error;
  }

  /** Mail of a sender was applied or passed over through `seq`: what was suspect of it is so no longer. */
  forgetThrough(from: string, seq: number): void {
    const suspects = this.#failing.get(from);
    if (suspects === undefined) return;
    for (const suspect of [...suspects.keys()]) if (suspect <= seq) suspects.delete(suspect);
    if (suspects.size === 0) this.#failing.delete(from);
    this.#sql.exec("DELETE FROM suspects WHERE sender = ? AND seq <= ?", from, seq);
  }

  /** What was put aside, newest first. */
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

/** The message that made a commit fail; null when none is to blame. */
export function failedMessageOf(error: unknown): FailedMessage | null {
  if (error instanceof FailedMessage) return error;
  if (!(error instanceof EntryTooLarge)) return null;
  const [kind, from, seq] = error.entry as JournalEntry<unknown, unknown>;
  return kind === "mail" ? new FailedMessage(from, seq, error) : null;
}

/** What is to be stored contradicts what is there: that is wrong with the message, not with the disk. */
export function isConstraintViolation(error: unknown): boolean {
  return String(error).includes("constraint failed");
}
