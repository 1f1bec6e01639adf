import type { AccountId } from "../../domain/ids.ts";
import type { ChainPosition } from "../../db/auditWriter.ts";
import { accountOf, FIELD_SEPARATOR, LINE_SEPARATOR } from "../../protocol/audit/line.ts";
import type { TrailEvent } from "../../protocol/rpc/accountTrail.ts";
import type { JournalStorage } from "../actor/journal.ts";

type Sql = JournalStorage["sql"];

/** Consecutive events of a chain, in the form in which a batch has them: each line ends with its hash as one more field. */
export interface EventRun {
  readonly first: number;
  /** Sequence and hash of the last one. */
  readonly last: ChainPosition;
  readonly lines: string;
}

/**
 * The rows of a shard's undrained events. A row has the events of one commit, because a row costs more than a line. The
 * row of the last drained event is in the table `events`, with its hash and without a line; there a release before
 * format 8 has also kept its undrained events, one a row.
 */
export class EventRows {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
    sql.exec(
      `CREATE TABLE IF NOT EXISTS events (seq INTEGER PRIMARY KEY, line TEXT, hash BLOB NOT NULL);
       CREATE TABLE IF NOT EXISTS event_runs (
         last INTEGER PRIMARY KEY, first INTEGER NOT NULL, hash TEXT NOT NULL, lines TEXT NOT NULL
       )`,
    );
  }

  /** The last drained event; null before the chain begins. */
  get drained(): ChainPosition | null {
    return this.#position("SELECT seq, lower(hex(hash)) AS hash FROM events ORDER BY seq LIMIT 1");
  }

  /** The newest event; null before the chain begins. */
  get head(): ChainPosition | null {
    const newest = this.#position("SELECT last AS seq, hash FROM event_runs ORDER BY last DESC LIMIT 1");
    return newest ?? this.#position("SELECT seq, lower(hex(hash)) AS hash FROM events ORDER BY seq DESC LIMIT 1");
  }

  /** Marks an event as drained. */
  mark({ seq, hash }: ChainPosition): void {
    this.#sql.exec("INSERT OR REPLACE INTO events (seq, line, hash) VALUES (?, NULL, unhex(?))", seq, hash);
  }

  add({ first, last, lines }: EventRun): void {
    const query = "INSERT INTO event_runs (last, first, hash, lines) VALUES (?, ?, ?, ?)";
    this.#sql.exec(query, last.seq, first, last.hash, lines);
  }

  /** The undrained events, oldest first, at most `eventsMax` runs. */
  *read(eventsMax: number): Iterable<EventRun> {
    const old = "SELECT seq, line, lower(hex(hash)) AS hash FROM events WHERE line IS NOT NULL ORDER BY seq LIMIT ?";
    let left = eventsMax;
    for (const { seq, line, hash } of this.#sql.exec(old, eventsMax)) {
      left--;
      const last = { seq: Number(seq), hash: String(hash) };
      yield { first: last.seq, last, lines: `${String(line)}${FIELD_SEPARATOR}${last.hash}` };
    }
    const runs = "SELECT first, last, hash, lines FROM event_runs ORDER BY last LIMIT ?";
    for (const row of this.#sql.exec(runs, left)) yield runOf(row);
  }

  /** The hash of an undrained event or of the last drained one; null for any other. */
  hashAt(seq: number): string | null {
    const single =
      this.#position("SELECT last AS seq, hash FROM event_runs WHERE last = ?", seq) ??
      this.#position("SELECT seq, lower(hex(hash)) AS hash FROM events WHERE seq = ?", seq);
    if (single !== null) return single.hash;
    return this.#eventsAround(seq).find((event) => event.seq === seq)?.hash ?? null;
  }

  /** Deletes the events through this one, and marks it as drained. Call inside a transaction. */
  dropThrough(last: ChainPosition): void {
    const rest = this.#eventsAround(last.seq).filter(({ seq }) => seq > last.seq);
    const end = rest.at(-1);
    if (end !== undefined) {
      const lines = rest.map(({ line, hash }) => line + FIELD_SEPARATOR + hash).join(LINE_SEPARATOR);
      this.#sql.exec("UPDATE event_runs SET first = ?, lines = ? WHERE last = ?", last.seq + 1, lines, end.seq);
    }
    this.#sql.exec("DELETE FROM event_runs WHERE last <= ?", last.seq);
    this.#sql.exec("DELETE FROM events WHERE seq < ?", last.seq);
    this.mark(last);
  }

  /** Undrained events of an account, oldest first, at most `limit`. */
  ofAccount(accountId: AccountId, limit: number): TrailEvent[] {
    const found: TrailEvent[] = [];
    for (const event of this.#naming(accountId)) {
      if (found.length >= limit) break;
      if (accountOf(event.line) === accountId) found.push(event);
    }
    return found;
  }

  /** Undrained events that have this id in any field, and others of their runs, oldest first. */
  *#naming(id: string): Iterable<TrailEvent> {
    const marker = `${FIELD_SEPARATOR}${id}${FIELD_SEPARATOR}`;
    const old = "SELECT seq, line FROM events WHERE instr(line, ?) > 0 ORDER BY seq";
    for (const { seq, line } of this.#sql.exec(old, marker)) yield { seq: Number(seq), line: String(line) };
    const runs = "SELECT first, last, hash, lines FROM event_runs WHERE instr(lines, ?) > 0 ORDER BY last";
    for (const row of this.#sql.exec(runs, marker)) {
      for (const { seq, line } of eventsOf(runOf(row))) yield { seq, line };
    }
  }

  /** The events of the run that has this one and ends after it; none when it ends a run. */
  #eventsAround(seq: number): ReturnType<typeof eventsOf> {
    const after = "SELECT first, last, hash, lines FROM event_runs WHERE last > ? ORDER BY last LIMIT 1";
    const [row] = this.#sql.exec(`SELECT * FROM (${after}) WHERE first <= ?`, seq, seq);
    return row === undefined ? [] : eventsOf(runOf(row));
  }

  #position(query: string, ...binds: number[]): ChainPosition | null {
    const [row] = this.#sql.exec(query, ...binds);
    return row === undefined ? null : { seq: Number(row["seq"]), hash: String(row["hash"]) };
  }
}

/** The events of a run, each with its line and the hash that the run names. */
export function eventsOf({ first, lines }: Pick<EventRun, "first" | "lines">): (ChainPosition & { line: string })[] {
  return lines.split(LINE_SEPARATOR).map((text, nth) => {
    const end = text.lastIndexOf(FIELD_SEPARATOR);
    return { seq: first + nth, line: text.slice(0, end), hash: text.slice(end + 1) };
  });
}

function runOf({ first, last, hash, lines }: Record<string, unknown>): EventRun {
  return { first: Number(first), last: { seq: Number(last), hash: String(hash) }, lines: String(lines) };
}
