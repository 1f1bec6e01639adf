import { DAY } from "../../../domain/market/newYork.ts";
import { manifestText, sealedManifest, type SealedManifest } from "../../../protocol/wire/sealedHistory.ts";
import type { TapeStorage } from "../tapeStore.ts";

/** A part of a trading day that is in files. */
export interface Sealed {
  readonly manifest: SealedManifest;
  /** SHA-256 of the text of the manifest. */
  readonly digest: string;
}

/** How sealing failed last. */
export interface SealTrouble {
  readonly failures: number;
  /** When it is tried again, epoch milliseconds. */
  readonly retryAt: number;
  readonly error: string;
}

export const NO_TROUBLE: SealTrouble = { failures: 0, retryAt: 0, error: "" };

/** What a tape has in files: a row for each manifest. The row and the removal of its trades are one transaction. */
export class SealStore {
  readonly #storage: TapeStorage;
  /** The last trade that is in a file; 0 for none. */
  #through = 0;

  constructor(storage: TapeStorage) {
    this.#storage = storage;
    storage.sql.exec(
      `CREATE TABLE IF NOT EXISTS sealed (
         first INTEGER PRIMARY KEY, last INTEGER NOT NULL, first_at INTEGER NOT NULL, last_at INTEGER NOT NULL,
         day TEXT NOT NULL, digest TEXT NOT NULL, manifest TEXT NOT NULL, sealed_at INTEGER NOT NULL);
       CREATE TABLE IF NOT EXISTS unaudited (first INTEGER PRIMARY KEY, body BLOB NOT NULL);
       CREATE TABLE IF NOT EXISTS seal_trouble (
         id INTEGER PRIMARY KEY CHECK (id = 1), failures INTEGER NOT NULL, retry_at INTEGER NOT NULL, error TEXT NOT NULL);
       CREATE TABLE IF NOT EXISTS old_minutes (day INTEGER PRIMARY KEY, dropped INTEGER NOT NULL)`,
    );
    this.#through = this.newest()?.manifest.last_trade_id ?? 0;
  }

  get through(): number {
    return this.#through;
  }

  /** The number of the first trade that is in a file; null when none is. */
  get first(): number | null {
    for (const { first } of this.#storage.sql.exec("SELECT min(first) AS first FROM sealed")) {
      return first === null ? null : Number(first);
    }
    return null;
  }

  /** Adds a manifest and what is not in the audit trail, and removes the trades of the files. */
  add(sealed: Sealed, unaudited: readonly UnauditedPart[], now: number, remove: () => void): void {
    const { manifest, digest } = sealed;
    this.#storage.transactionSync(() => {
      this.#storage.sql.exec(
        `INSERT INTO sealed (first, last, first_at, last_at, day, digest, manifest, sealed_at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
        manifest.first_trade_id,
        manifest.last_trade_id,
        manifest.first_at,
        manifest.last_at,
        manifest.day,
        digest,
        manifestText(manifest),
        now,
      );
      for (const { first, body } of unaudited) {
        this.#storage.sql.exec("INSERT INTO unaudited (first, body) VALUES (?, ?)", first, body.slice().buffer);
      }
      remove();
    });
    this.#through = manifest.last_trade_id;
  }

  newest(): Sealed | null {
    return this.#first("SELECT digest, manifest FROM sealed ORDER BY first DESC LIMIT 1");
  }

  /** All, oldest first. */
  all(): Sealed[] {
    return this.#read("SELECT digest, manifest FROM sealed ORDER BY first");
  }

  partsOf(day: string): Sealed[] {
    return this.#read("SELECT digest, manifest FROM sealed WHERE day = ? ORDER BY first", day);
  }

  /** The one that begins with this trade. */
  at(first: number): Sealed | null {
    return this.#first("SELECT digest, manifest FROM sealed WHERE first = ?", first);
  }

  /** The first one in the order of a page, from a trade on, with a trade that may be between two times. */
  next(from: number, to: number, place: number, descending: boolean): Sealed | null {
    const [numbers, order] = descending ? ["first <= ?", "DESC"] : ["last >= ?", "ASC"];
    return this.#first(
      `SELECT digest, manifest FROM sealed WHERE ${numbers} AND last_at >= ? AND first_at <= ?
       ORDER BY first ${order} LIMIT 1`,
      place,
      from,
      to,
    );
  }

  /** What the audit trail has not of the trades of these numbers, in parts. */
  unaudited(first: number, last: number): Uint8Array[] {
    const rows = this.#storage.sql.exec(
      "SELECT body FROM unaudited WHERE first >= ? AND first <= ? ORDER BY first",
      first,
      last,
    );
    return Array.from(rows, ({ body }) => new Uint8Array(body as ArrayBuffer));
  }

  get trouble(): SealTrouble {
    for (const row of this.#storage.sql.exec("SELECT failures, retry_at, error FROM seal_trouble")) {
      const { failures, retry_at, error } = row;
      return { failures: Number(failures), retryAt: Number(retry_at), error: String(error) };
    }
    return NO_TROUBLE;
  }

  noteTrouble({ failures, retryAt, error }: SealTrouble): void {
    this.#storage.sql.exec(
      "INSERT OR REPLACE INTO seal_trouble (id, failures, retry_at, error) VALUES (1, ?, ?, ?)",
      failures,
      retryAt,
      error,
    );
  }

  /** Days, numbered from 1970-01-01, whose minute bars are in files only. */
  droppedDays(): Set<number> {
    const rows = this.#storage.sql.exec("SELECT day FROM old_minutes WHERE dropped = 1");
    return new Set(Array.from(rows, ({ day }) => Number(day)));
  }

  /** The minute bars of a day are in files only from now on; `remove` deletes them. */
  drop(day: number, remove: () => void): void {
    this.#storage.transactionSync(() => {
      this.#storage.sql.exec("INSERT INTO old_minutes (day, dropped) VALUES (?, 1)", day);
      remove();
    });
  }

  /** The minute bars of a day stay in the table for ever. */
  keep(day: number): void {
    this.#storage.sql.exec("INSERT INTO old_minutes (day, dropped) VALUES (?, 0)", day);
  }

  /** Sealed days whose minute bars were neither dropped nor kept for ever, oldest first. */
  undecidedDays(): number[] {
    const decided = new Set(
      Array.from(this.#storage.sql.exec("SELECT day FROM old_minutes"), ({ day }) => Number(day)),
    );
    const days = Array.from(this.#storage.sql.exec("SELECT DISTINCT day FROM sealed ORDER BY day"), ({ day }) =>
      Math.floor(Date.parse(String(day)) / DAY),
    );
    return days.filter((day) => !decided.has(day));
  }

  #first(query: string, ...binds: (string | number)[]): Sealed | null {
    return this.#read(query, ...binds)[0] ?? null;
  }

  #read(query: string, ...binds: (string | number)[]): Sealed[] {
    return Array.from(this.#storage.sql.exec(query, ...binds), ({ digest, manifest }) => ({
      digest: String(digest),
      manifest: sealedManifest.parse(JSON.parse(String(manifest))),
    }));
  }
}

/** What the audit trail has not of some trades of a file, from one on. */
export interface UnauditedPart {
  readonly first: number;
  readonly body: Uint8Array;
}
