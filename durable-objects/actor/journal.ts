import { concatBytes } from "../../protocol/stream/bytes.ts";
import { FORMAT, readEntries, readSnapshot } from "./formats.ts";
import { JOURNAL_BYTES_BEFORE_SNAPSHOT, ROW_BYTES_MAX } from "./limits.ts";
import type { Projection } from "./projection.ts";
import { decodeFormatted, encodeRow } from "./rowCodec.ts";

/** The storage of a journal. Structural, so that tests run the same SQL elsewhere. */
export interface JournalStorage {
  readonly sql: {
    exec(query: string, ...binds: (string | number | ArrayBuffer | null)[]): Iterable<Record<string, unknown>>;
  };
  transactionSync<T>(work: () => T): T;
}

/** An entry that exceeds a row and cannot be divided. */
export class EntryTooLarge extends Error {
  readonly entry: unknown;

  constructor(entry: unknown, bytes: number) {
    super(`journal entry of ${bytes} bytes`);
    this.entry = entry;
  }
}

/**
 * Journal and snapshot of one actor. A row holds the entries of one commit and its time; a snapshot replaces every row up
 * to its own.
 */
export class Journal<Entry> {
  readonly #storage: JournalStorage;
  readonly #halve: (entry: Entry) => readonly Entry[];
  readonly #projection: Pick<Projection<unknown>, "isDue" | "write"> | undefined;
  #lastRow = 0;
  #rowsSinceSnapshot = 0;
  #bytesSinceSnapshot = 0;
  #snapshotBytes = 0;
  /** The row through which the projection is written; null for a journal without one. */
  #projected: number | null = null;

  /** `halve` divides an entry that is too large for a row into two of the same effect; it returns none when it cannot. */
  constructor(
    storage: JournalStorage,
    halve: (entry: Entry) => readonly Entry[] = () => [],
    projection?: Pick<Projection<unknown>, "isDue" | "write">,
  ) {
    this.#storage = storage;
    this.#halve = halve;
    this.#projection = projection;
    storage.sql.exec(
      `CREATE TABLE IF NOT EXISTS journal (row INTEGER PRIMARY KEY, body BLOB NOT NULL);
       CREATE TABLE IF NOT EXISTS snapshot (part INTEGER PRIMARY KEY, row INTEGER NOT NULL, body BLOB NOT NULL);
       CREATE TABLE IF NOT EXISTS projected (id INTEGER PRIMARY KEY CHECK (id = 1), row INTEGER NOT NULL)`,
    );
  }

  /**
   * Reads the snapshot, if there is one, then every later commit in order. `isProjected`: the rows of its events are
   * written.
   */
  recover(
    onSnapshot: (saved: unknown) => void,
    onCommit: (entries: readonly Entry[], at: number, isProjected: boolean) => void,
  ): void {
    for (const { row } of this.#storage.sql.exec("SELECT row FROM projected")) this.#projected = Number(row);
    const parts = [...this.#storage.sql.exec("SELECT part, row, body FROM snapshot ORDER BY part")];
    for (const [index, { part }] of parts.entries()) {
      if (part !== index) throw new Error(`snapshot part ${index} is missing`);
    }
    const first = parts[0];
    if (first !== undefined) {
      this.#lastRow = Number(first["row"]);
      const bytes = concatBytes(parts.map((part) => toBytes(part["body"])));
      this.#snapshotBytes = bytes.length;
      const [format, saved] = decodeFormatted(bytes) as [unknown, unknown];
      onSnapshot(readSnapshot(format, saved));
    }
    const rows = this.#storage.sql.exec("SELECT row, body FROM journal WHERE row > ? ORDER BY row", this.#lastRow);
    for (const { row, body } of rows) {
      if (row !== this.#lastRow + 1) throw new Error(`journal row ${String(row)} follows row ${this.#lastRow}`);
      const bytes = toBytes(body);
      const [format, at, entries] = decodeFormatted(bytes) as [unknown, number, unknown];
      onCommit(readEntries<Entry>(format, entries), at, this.#projected === null || Number(row) <= this.#projected);
      this.#lastRow = row;
      this.#rowsSinceSnapshot++;
      this.#bytesSinceSnapshot += bytes.length;
    }
  }

  /** Writes one commit. Call inside its transaction. Throws EntryTooLarge. */
  append(entries: readonly Entry[], at: number): void {
    // Releases without a projection have written the rows of every commit with it.
    if (this.#projection !== undefined && this.#projected === null) this.#markProjected();
    const bytes = encodeRow([FORMAT, at, entries]);
    if (bytes.length > ROW_BYTES_MAX) {
      const parts = entries.length > 1 ? entries : entries.flatMap((entry) => this.#halve(entry));
      if (parts.length < 2) throw new EntryTooLarge(entries[0], bytes.length);
      const middle = parts.length >>> 1;
      this.append(parts.slice(0, middle), at);
      this.append(parts.slice(middle), at);
      return;
    }
    this.#storage.sql.exec("INSERT INTO journal (row, body) VALUES (?, ?)", ++this.#lastRow, toBuffer(bytes));
    this.#rowsSinceSnapshot++;
    this.#bytesSinceSnapshot += bytes.length;
  }

  /** Writes the projection when it is due, or before a snapshot. Call inside the transaction of a commit, after `append`. */
  writeProjection(): void {
    const projection = this.#projection;
    if (projection === undefined || !(projection.isDue || this.snapshotDue)) return;
    projection.write();
    this.#markProjected();
  }

  #markProjected(): void {
    this.#storage.sql.exec("INSERT OR REPLACE INTO projected (id, row) VALUES (1, ?)", this.#lastRow);
    this.#projected = this.#lastRow;
  }

  /** Rows and bytes since the last snapshot, and the bytes of the snapshot. */
  get size(): { rows: number; bytes: number; snapshotBytes: number } {
    const [rows, bytes] = [this.#rowsSinceSnapshot, this.#bytesSinceSnapshot];
    return { rows, bytes, snapshotBytes: this.#snapshotBytes };
  }

  get snapshotDue(): boolean {
    return this.#bytesSinceSnapshot > Math.max(JOURNAL_BYTES_BEFORE_SNAPSHOT, 2 * this.#snapshotBytes);
  }

  /** Replaces the snapshot and drops the journal it covers. A projection is written before, through the newest commit. */
  writeSnapshot(saved: unknown): void {
    if ((this.#projected ?? this.#lastRow) !== this.#lastRow) throw new Error("a snapshot would drop unwritten rows");
    const bytes = encodeRow([FORMAT, saved]);
    this.#storage.transactionSync(() => {
      const { sql } = this.#storage;
      sql.exec("DELETE FROM snapshot");
      for (let part = 0; part * ROW_BYTES_MAX < bytes.length; part++) {
        const body = toBuffer(bytes.subarray(part * ROW_BYTES_MAX, (part + 1) * ROW_BYTES_MAX));
        sql.exec("INSERT INTO snapshot (part, row, body) VALUES (?, ?, ?)", part, this.#lastRow, body);
      }
      sql.exec("DELETE FROM journal WHERE row <= ?", this.#lastRow);
    });
    this.#snapshotBytes = bytes.length;
    this.#rowsSinceSnapshot = 0;
    this.#bytesSinceSnapshot = 0;
  }
}

function toBytes(blob: unknown): Uint8Array {
  if (blob instanceof ArrayBuffer) return new Uint8Array(blob);
  if (blob instanceof Uint8Array) return blob;
  throw new Error("journal: not a blob");
}

function toBuffer(bytes: Uint8Array): ArrayBuffer {
  const copy = new ArrayBuffer(bytes.length);
  new Uint8Array(copy).set(bytes);
  return copy;
}
