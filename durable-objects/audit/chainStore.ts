import type { AccountId } from "../../domain/ids.ts";
import { ChainHasher, GENESIS_HEX } from "../../db/auditChain.ts";
import type { AuditBatch, ChainPosition } from "../../db/auditWriter.ts";
import { type AuditMessage, auditText, FIELD_SEPARATOR, LINE_SEPARATOR, lineStart } from "../../protocol/audit/line.ts";
import type { TrailEvent } from "../../protocol/rpc/accountTrail.ts";
import type { AuditRecord } from "../../domain/account/state/events.ts";
import type { JournalStorage } from "../actor/journal.ts";
import { type EventRun, EventRows } from "./eventRows.ts";

/** Records of version 1 migrated in one read: bounds memory. */
const MIGRATION_PAGE = 500;

/** Events in one run, and characters from which on it ends: with three bytes each they fit a row. */
const RUN_EVENTS_MAX = 500;
const RUN_CHARS = 300_000;

/** Characters of lines that stay in memory for the next batch: as many as a batch has. */
const KEPT_CHARS_MAX = 1_500_000;

/**
 * The undrained part of a shard's chain: the events of each commit with their hashes in one row. The row of the last
 * drained event stays without its line, because the next batch names the hash that it continues. The newest lines are
 * also in memory, so that a batch need not read what was just written.
 */
export class ChainStore {
  readonly #storage: JournalStorage;
  readonly #rows: EventRows;
  readonly #shard: number;
  #head: ChainPosition | null;
  /** Null until an event is appended here. */
  #hasher: ChainHasher | null = null;
  #drained: ChainPosition | null;
  /** Events of the current commit: `write` writes them, and `committed` keeps them. */
  #appended: EventRun[] = [];
  /** The parts of the lines that are appended and not in a run yet, their characters and the first event. */
  #parts: string[] = [];
  #chars = 0;
  #first = 0;
  /** Consecutive committed events, in memory. */
  #kept: EventRun[] = [];
  #keptChars = 0;
  /** The newest event that is drained or was in a batch: those after it are kept. */
  #taken = 0;

  constructor(storage: JournalStorage, shard: number) {
    this.#storage = storage;
    this.#shard = shard;
    this.#rows = new EventRows(storage.sql);
    this.#head = this.#rows.head;
    this.#drained = this.#rows.drained;
    this.#migrateRecords();
    this.#taken = this.#drained?.seq ?? 0;
  }

  /** The newest event of the chain; null before the first. */
  get head(): ChainPosition | null {
    return this.#head;
  }

  /** The last event known to be in PostgreSQL, with the genesis hash before the first; null before the chain begins. */
  get drained(): ChainPosition | null {
    return this.#drained;
  }

  /** Whether any event is undrained. */
  get hasUndrained(): boolean {
    return this.#drained?.seq !== this.#head?.seq;
  }

  /**
   * Appends an event to the chain. Its row is written by `write`, and it is in a batch after `committed`. Throws when its
   * sequence does not follow the previous one.
   */
  append(seq: number, message: AuditMessage): void {
    const before = this.#head ?? this.#begin(seq - 1);
    if (seq !== before.seq + 1) throw new Error(`audit event ${seq} does not follow event ${before.seq}`);
    const start = lineStart(this.#shard, seq);
    const text = typeof message === "string" ? message : auditText(message);
    const hash = (this.#hasher ??= new ChainHasher(before.hash)).next(start, text);
    this.#head = { seq, hash };
    if (this.#parts.length === 0) this.#first = seq;
    else this.#parts.push(LINE_SEPARATOR);
    // A batch has the hash as one more field of the line.
    this.#parts.push(start, text, FIELD_SEPARATOR, hash);
    this.#chars += start.length + text.length + hash.length;
    if (this.#chars >= RUN_CHARS || seq - this.#first + 1 >= RUN_EVENTS_MAX) this.#endRun(this.#head);
  }

  /** Writes the rows of the appended events. Call inside the transaction of their commit. */
  write(): void {
    if (this.#head !== null && this.#parts.length > 0) this.#endRun(this.#head);
    for (const run of this.#appended) this.#rows.add(run);
  }

  /** The commit of the appended events was made. Those of a commit that failed are never in a batch. */
  committed(): void {
    for (const run of this.#appended) this.#keep(run);
    this.#appended = [];
  }

  /**
   * The oldest undrained events: whole runs, at most `eventsMax` and about `bytesMax` unless the first alone has more;
   * `full` when there may be more. Null when there are none.
   */
  nextBatch(eventsMax: number, bytesMax: number): { batch: AuditBatch; full: boolean } | null {
    const after = this.#drained;
    if (after === null || !this.hasUndrained) return null;
    const parts: string[] = [];
    let last = after;
    let bytes = 0;
    for (const run of this.#kept[0]?.first === after.seq + 1 ? this.#kept : this.#rows.read(eventsMax)) {
      if (run.first !== last.seq + 1) throw new Error(`audit event ${run.first} follows event ${last.seq}`);
      if (parts.length > 0 && run.last.seq - after.seq > eventsMax) break;
      parts.push(run.lines);
      last = run.last;
      bytes += run.lines.length;
      if (bytes >= bytesMax) break;
    }
    const batch = { shard: this.#shard, after, last, lines: parts.join(LINE_SEPARATOR) };
    this.#take(last.seq);
    return { batch, full: last.seq !== this.#head?.seq };
  }

  /** Undrained events of an account, oldest first, at most `limit`. */
  undrainedOf(accountId: AccountId, limit: number): TrailEvent[] {
    return this.#rows.ofAccount(accountId, limit);
  }

  /** The hash of an undrained event or of the last drained one; null for any other. */
  hashAt(seq: number): string | null {
    return this.#rows.hashAt(seq);
  }

  /** Deletes the events through this one, which are in PostgreSQL. */
  dropThrough(through: number): void {
    const hash = this.hashAt(through);
    if (hash === null) throw new Error(`audit event ${through} is not waiting`);
    const drained = { seq: through, hash };
    this.#storage.transactionSync(() => this.#rows.dropThrough(drained));
    this.#drained = drained;
    this.#take(through);
  }

  /** Starts a chain after this sequence, with the genesis hash. */
  #begin(seq: number): ChainPosition {
    this.#drained = { seq, hash: GENESIS_HEX };
    this.#rows.mark(this.#drained);
    this.#taken = seq;
    return this.#drained;
  }

  /** Ends the run of appended events with this one. */
  #endRun(last: ChainPosition): void {
    this.#appended.push({ first: this.#first, last, lines: this.#parts.join("") });
    this.#parts = [];
    this.#chars = 0;
  }

  /** Keeps committed events in memory when they follow the kept ones, or when none before them waits on the disk. */
  #keep(run: EventRun): void {
    const before = this.#kept.at(-1)?.last.seq ?? this.#taken;
    if (run.first !== before + 1 || this.#keptChars >= KEPT_CHARS_MAX) return;
    this.#kept.push(run);
    this.#keptChars += run.lines.length;
  }

  /** Events through this one need not be kept: a batch has them, which is made again from the disk if its answer is lost. */
  #take(through: number): void {
    this.#taken = Math.max(this.#taken, through);
    const next = this.#kept.findIndex(({ last }) => last.seq > through);
    for (const { lines } of this.#kept.splice(0, next < 0 ? this.#kept.length : next)) this.#keptChars -= lines.length;
  }

  /** Migrates the undrained records of version 1: the chain begins with the oldest of them. */
  #migrateRecords(): void {
    const { sql } = this.#storage;
    const [old] = sql.exec("SELECT name FROM sqlite_master WHERE name = 'records'");
    if (old === undefined) return;
    this.#storage.transactionSync(() => {
      for (;;) {
        const after = this.#head?.seq ?? 0;
        const rows = [
          ...sql.exec("SELECT seq, body FROM records WHERE seq > ? ORDER BY seq LIMIT ?", after, MIGRATION_PAGE),
        ];
        for (const { seq, body } of rows) this.append(Number(seq), JSON.parse(String(body)) as AuditRecord);
        this.write();
        this.#appended = [];
        if (rows.length < MIGRATION_PAGE) break;
      }
      sql.exec("DROP TABLE records");
    });
  }
}
