import type { AccountId } from "../../domain/ids.ts";
import { bytesOfHex, chainHash, GENESIS_HASH, GENESIS_HEX, hexOf } from "../../db/auditChain.ts";
import type { AuditBatch, ChainPosition } from "../../db/auditWriter.ts";
import { auditLine, FIELD_SEPARATOR, LINE_SEPARATOR } from "../../protocol/audit/line.ts";
import type { TrailEvent } from "../../protocol/rpc/accountTrail.ts";
import type { AuditRecord } from "../../domain/account/state/events.ts";
import type { JournalStorage } from "../actor/journal.ts";

/** Records of version 1 migrated in one read: bounds memory. */
const MIGRATION_PAGE = 500;

/**
 * The undrained part of a shard's chain: one row per event with its line and hash. The row of the last drained event stays
 * without its line, because the next batch names the hash that it continues.
 */
export class ChainStore {
  readonly #storage: JournalStorage;
  readonly #shard: number;
  #head: ChainPosition | null;
  /** The hash of the head as bytes; null until an event is appended here. */
  #headHash: Uint8Array | null = null;
  #drained: ChainPosition | null;

  constructor(storage: JournalStorage, shard: number) {
    this.#storage = storage;
    this.#shard = shard;
    storage.sql.exec("CREATE TABLE IF NOT EXISTS events (seq INTEGER PRIMARY KEY, line TEXT, hash BLOB NOT NULL)");
    this.#head = this.#position("SELECT seq, lower(hex(hash)) AS hash FROM events ORDER BY seq DESC LIMIT 1");
    this.#drained = this.#position("SELECT seq, lower(hex(hash)) AS hash FROM events ORDER BY seq LIMIT 1");
    this.#migrateRecords();
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

  /** Appends an event to the chain. Throws when its sequence does not follow the previous one. */
  append(seq: number, record: AuditRecord): void {
    const before = this.#head ?? this.#begin(seq - 1);
    if (seq !== before.seq + 1) throw new Error(`audit event ${seq} does not follow event ${before.seq}`);
    const line = auditLine(this.#shard, seq, record);
    const hash = chainHash(this.#headHash ?? bytesOfHex(before.hash), line);
    this.#insert(seq, line, hash);
    this.#head = { seq, hash: hexOf(hash) };
    this.#headHash = hash;
  }

  /**
   * The oldest undrained events, at most `eventsMax` and about `bytesMax`; `full` when there may be more. Null when there
   * are none.
   */
  nextBatch(eventsMax: number, bytesMax: number): { batch: AuditBatch; full: boolean } | null {
    const after = this.#drained;
    if (after === null || !this.hasUndrained) return null;
    const rows = this.#storage.sql.exec(
      "SELECT seq, line, lower(hex(hash)) AS hash FROM events WHERE seq > ? ORDER BY seq LIMIT ?",
      after.seq,
      eventsMax,
    );
    const lines: string[] = [];
    let last = after;
    let bytes = 0;
    for (const { seq, line, hash } of rows) {
      if (seq !== last.seq + 1) throw new Error(`audit event ${String(seq)} follows event ${last.seq}`);
      last = { seq, hash: String(hash) };
      bytes += lines[lines.push(`${String(line)}${FIELD_SEPARATOR}${last.hash}`) - 1]?.length ?? 0;
      if (bytes >= bytesMax) break;
    }
    const batch = { shard: this.#shard, after, last, lines: lines.join(LINE_SEPARATOR) };
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
  }

  /** Starts a chain after this sequence, with the genesis hash. */
  #begin(seq: number): ChainPosition {
    this.#insert(seq, null, GENESIS_HASH);
    return (this.#drained = { seq, hash: GENESIS_HEX });
  }

  #insert(seq: number, line: string | null, hash: Uint8Array): void {
    const body = new Uint8Array(hash).buffer;
    this.#storage.sql.exec("INSERT INTO events (seq, line, hash) VALUES (?, ?, ?)", seq, line, body);
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
        if (rows.length < MIGRATION_PAGE) break;
      }
      sql.exec("DROP TABLE records");
    });
  }
}
