import type { AccountId } from "../../domain/ids.ts";
import { ChainHasher, GENESIS_HEX } from "../../db/auditChain.ts";
import type { AuditBatch, ChainPosition } from "../../db/auditWriter.ts";
import { type AuditMessage, auditText, FIELD_SEPARATOR, LINE_SEPARATOR, lineStart } from "../../protocol/audit/line.ts";
import type { TrailEvent } from "../../protocol/rpc/accountTrail.ts";
import type { AuditRecord } from "../../domain/account/state/events.ts";
import type { JournalStorage } from "../actor/journal.ts";

/** An event with its line in two parts. */
interface KeptEvent {
  readonly place: ChainPosition;
  readonly start: string;
  readonly text: string;
}

/** Records of version 1 migrated in one read: bounds memory. */
const MIGRATION_PAGE = 500;

/** Events in one statement: each binds four values, and the platform takes a hundred. */
const ROWS_A_STATEMENT = 25;
const ROW = "(?, ? || ?, unhex(?))";
const INSERT_ONE = `INSERT INTO events (seq, line, hash) VALUES ${ROW}`;
const INSERT_MANY = `INSERT INTO events (seq, line, hash) VALUES ${new Array(ROWS_A_STATEMENT).fill(ROW).join(", ")}`;
const VALUES_A_ROW = 4;
/** Reused list of the values of one statement. */
const manyRows = new Array<string | number>(ROWS_A_STATEMENT * VALUES_A_ROW).fill("");

/** Characters of lines that stay in memory for the next batch: as many as a batch has. */
const KEPT_CHARS_MAX = 1_500_000;

/**
 * The undrained part of a shard's chain: one row per event with its line and hash. The row of the last drained event stays
 * without its line, because the next batch names the hash that it continues. The newest lines are also in memory, so that
 * a batch need not read what was just written.
 */
export class ChainStore {
  readonly #storage: JournalStorage;
  readonly #shard: number;
  #head: ChainPosition | null;
  /** Null until an event is appended here. */
  #hasher: ChainHasher | null = null;
  #drained: ChainPosition | null;
  /** Events of the current commit: `write` writes them, and `committed` keeps them. */
  #appended: KeptEvent[] = [];
  /** Consecutive committed events, in memory. */
  #kept: KeptEvent[] = [];
  #keptChars = 0;
  /** The newest event that is drained or was in a batch: those after it are kept. */
  #taken = 0;

  constructor(storage: JournalStorage, shard: number) {
    this.#storage = storage;
    this.#shard = shard;
    storage.sql.exec("CREATE TABLE IF NOT EXISTS events (seq INTEGER PRIMARY KEY, line TEXT, hash BLOB NOT NULL)");
    this.#head = this.#position("SELECT seq, lower(hex(hash)) AS hash FROM events ORDER BY seq DESC LIMIT 1");
    this.#drained = this.#position("SELECT seq, lower(hex(hash)) AS hash FROM events ORDER BY seq LIMIT 1");
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
    this.#appended.push({ place: this.#head, start, text });
  }

  /** Writes the rows of the appended events. Call inside the transaction of their commit. */
  write(): void {
    const events = this.#appended;
    let next = 0;
    while (events.length - next >= ROWS_A_STATEMENT) {
      for (let row = 0; row < ROWS_A_STATEMENT; row++) {
        const event = events[next++];
        if (event === undefined) break;
        const at = VALUES_A_ROW * row;
        manyRows[at] = event.place.seq;
        manyRows[at + 1] = event.start;
        manyRows[at + 2] = event.text;
        manyRows[at + 3] = event.place.hash;
      }
      this.#storage.sql.exec(INSERT_MANY, ...manyRows);
    }
    for (const { place, start, text } of events.slice(next)) {
      this.#storage.sql.exec(INSERT_ONE, place.seq, start, text, place.hash);
    }
  }

  /** The commit of the appended events was made. Those of a commit that failed are never in a batch. */
  committed(): void {
    for (const event of this.#appended) this.#keep(event);
    this.#appended = [];
  }

  /**
   * The oldest undrained events, at most `eventsMax` and about `bytesMax`; `full` when there may be more. Null when there
   * are none.
   */
  nextBatch(eventsMax: number, bytesMax: number): { batch: AuditBatch; full: boolean } | null {
    const after = this.#drained;
    if (after === null || !this.hasUndrained) return null;
    const parts: string[] = [];
    let last = after;
    let [events, bytes] = [0, 0];
    for (const { place, start, text } of this.#kept[0]?.place.seq === after.seq + 1
      ? this.#kept
      : this.#read(after, eventsMax)) {
      if (place.seq !== last.seq + 1) throw new Error(`audit event ${place.seq} follows event ${last.seq}`);
      if (events > 0) parts.push(LINE_SEPARATOR);
      // A batch has the hash as one more field of the line.
      parts.push(start, text, FIELD_SEPARATOR, place.hash);
      last = place;
      bytes += start.length + text.length + 1 + place.hash.length;
      if (bytes >= bytesMax || ++events >= eventsMax) break;
    }
    const batch = { shard: this.#shard, after, last, lines: parts.join("") };
    this.#take(last.seq);
    return { batch, full: last.seq !== this.#head?.seq };
  }

  /** Undrained events of an account, oldest first, at most `limit`. */
  undrainedOf(accountId: AccountId, limit: number): TrailEvent[] {
    const rows = this.#storage.sql.exec(
      "SELECT seq, line FROM events WHERE instr(line, ?) > 0 ORDER BY seq LIMIT ?",
      // Only the fields for user and account are a UUID between two separators.
      `${FIELD_SEPARATOR}${accountId}${FIELD_SEPARATOR}`,
      limit,
    );
    return Array.from(rows, ({ seq, line }) => ({ seq: Number(seq), line: String(line) }));
  }

  /** The hash of an undrained event or of the last drained one; null for any other. */
  hashAt(seq: number): string | null {
    return this.#position("SELECT seq, lower(hex(hash)) AS hash FROM events WHERE seq = ?", seq)?.hash ?? null;
  }

  /** Deletes the events through this one, which are in PostgreSQL. */
  dropThrough(through: number): void {
    const hash = this.hashAt(through);
    if (hash === null) throw new Error(`audit event ${through} is not waiting`);
    this.#storage.transactionSync(() => {
      this.#storage.sql.exec("DELETE FROM events WHERE seq < ?", through);
      this.#storage.sql.exec("UPDATE events SET line = NULL WHERE seq = ?", through);
    });
    this.#drained = { seq: through, hash };
    this.#take(through);
  }

  /** Starts a chain after this sequence, with the genesis hash. */
  #begin(seq: number): ChainPosition {
    this.#storage.sql.exec("INSERT INTO events (seq, line, hash) VALUES (?, NULL, unhex(?))", seq, GENESIS_HEX);
    this.#taken = seq;
    return (this.#drained = { seq, hash: GENESIS_HEX });
  }

  /** Keeps a committed event in memory when it follows the kept ones, or when none before it waits on the disk. */
  #keep(event: KeptEvent): void {
    const before = this.#kept.at(-1)?.place.seq ?? this.#taken;
    if (event.place.seq !== before + 1 || this.#keptChars >= KEPT_CHARS_MAX) return;
    this.#kept.push(event);
    this.#keptChars += event.text.length;
  }

  /** Events through this one need not be kept: a batch has them, which is made again from the disk if its answer is lost. */
  #take(through: number): void {
    this.#taken = Math.max(this.#taken, through);
    const next = this.#kept.findIndex(({ place }) => place.seq > through);
    for (const { text } of this.#kept.splice(0, next < 0 ? this.#kept.length : next)) this.#keptChars -= text.length;
  }

  /** Undrained events on the disk, oldest first. */
  *#read(after: ChainPosition, eventsMax: number): Iterable<KeptEvent> {
    const query = "SELECT seq, line, lower(hex(hash)) AS hash FROM events WHERE seq > ? ORDER BY seq LIMIT ?";
    for (const { seq, line, hash } of this.#storage.sql.exec(query, after.seq, eventsMax)) {
      yield { place: { seq: Number(seq), hash: String(hash) }, start: "", text: String(line) };
    }
  }

  #position(query: string, ...binds: number[]): ChainPosition | null {
    const [row] = this.#storage.sql.exec(query, ...binds);
    return row === undefined ? null : { seq: Number(row["seq"]), hash: String(row["hash"]) };
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
