import type { AccountId } from "../../domain/ids.ts";
import { bytesOfHex, chainHash, GENESIS_HASH, GENESIS_HEX, hexOf } from "../../db/auditChain.ts";
import type { AuditBatch, ChainPosition } from "../../db/auditWriter.ts";
import { auditLine, FIELD_SEPARATOR, LINE_SEPARATOR } from "../../protocol/audit/line.ts";
import type { TrailEvent } from "../../protocol/rpc/accountTrail.ts";
import type { AuditRecord } from "../../domain/account/state/events.ts";
import type { JournalStorage } from "../actor/journal.ts";

/** Records taken over from version 1 in one read: they may be many, and memory is bounded. */
const MIGRATION_PAGE = 500;

/**
 * The chain of one shard as far as it is not known to be in PostgreSQL: a row per event with its line and hash. The row
 * before the first of them stays without its line, because the next batch has to say what it continues.
 */
export class ChainStore {
  readonly #storage: JournalStorage;
  readonly #shard: number;
  #head: ChainPosition | null;
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

  /** The last event known to be in PostgreSQL, the genesis hash before the first; null before the chain has begun. */
  get drained(): ChainPosition | null {
    return this.#drained;
  }

  /** Whether any event is not drained. */
  get hasUndrained(): boolean {
    return this.#drained?.seq !== this.#head?.seq;
  }

  /** Appends an event to the chain. Its number follows that of the one before. */
  append(seq: number, record: AuditRecord): void {
    const before = this.#head ?? this.#begin(seq - 1);
    if (seq !== before.seq + 1) throw new Error(`audit event ${seq} does not follow event ${before.seq}`);
    const line = auditLine(this.#shard, seq, record);
    const hash = chainHash(bytesOfHex(before.hash), line);
    this.#insert(seq, line, hash);
    this.#head = { seq, hash: hexOf(hash) };
  }

  /**
   * The oldest events that are not drained, at most so many and not many more bytes; `full` when there may be more. Null
   * when there are none.
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

  /** Events of an account that are not drained, oldest first, at most so many. */
  undrainedOf(accountId: AccountId, limit: number): TrailEvent[] {
    const rows = this.#storage.sql.exec(
      "SELECT seq, line FROM events WHERE instr(line, ?) > 0 ORDER BY seq LIMIT ?",
      // No other field is between these two separators and a UUID: user and account have ids.
      `${FIELD_SEPARATOR}${accountId}${FIELD_SEPARATOR}`,
      limit,
    );
    return Array.from(rows, ({ seq, line }) => ({ seq: Number(seq), line: String(line) }));
  }

  /** The hash of an event that is not drained, or of the last one that is; null for any other. */
  hashAt(seq: number): string | null {
    return this.#position("SELECT seq, lower(hex(hash)) AS hash FROM events WHERE seq = ?", seq)?.hash ?? null;
  }

  /** Everything through this event is in PostgreSQL. */
  dropThrough(through: number): void {
    const hash = this.hashAt(through);
    if (hash === null) throw new Error(`audit event ${through} is not waiting`);
    this.#storage.transactionSync(() => {
      this.#storage.sql.exec("DELETE FROM events WHERE seq < ?", through);
      this.#storage.sql.exec("UPDATE events SET line = NULL WHERE seq = ?", through);
    });
    this.#drained = { seq: through, hash };
  }

  /** A chain begins after this number with the genesis hash. */
  #begin(seq: number): ChainPosition {
    this.#insert(seq, null, GENESIS_HASH);
    return (this.#drained = { seq, hash: GENESIS_HEX });
  }

  #insert(seq: number, line: string | null, hash: Uint8Array): void {
    const body = Uint8Array.from(hash).buffer;
    this.#storage.sql.exec("INSERT INTO events (seq, line, hash) VALUES (?, ?, ?)", seq, line, body);
  }

  #position(query: string, ...binds: number[]): ChainPosition | null {
    const [row] = this.#storage.sql.exec(query, ...binds);
    return row === undefined ? null : { seq: Number(row["seq"]), hash: String(row["hash"]) };
  }

  /** Records that version 1 had not drained: the chain begins with the oldest of them. */
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
