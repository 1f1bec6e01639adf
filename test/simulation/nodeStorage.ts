import { DatabaseSync } from "node:sqlite";
import type { StatementSync } from "node:sqlite";

type Bind = string | number | ArrayBuffer | null;

/**
 * The storage of one object on SQLite in memory, with the platform's promises and no more: writes are durable some time
 * after they were made, all that were made together at once, and a crash takes those that were not.
 */
export class NodeStorage {
  /** The alarm that is set, as far as it is durable. */
  alarm: number | null = null;
  readonly #db = new DatabaseSync(":memory:");
  readonly #statements = new Map<string, { readonly statement: StatementSync; readonly writes: boolean }>();
  readonly #commitLater: (commit: () => void) => void;
  readonly #committed: () => void;
  readonly #blobBytesMax: number;
  #alarmNow: number | null = null;
  #dirty = false;
  #waiting: (() => void)[] = [];
  #depth = 0;

  /** `commitLater` decides when a commit becomes durable; `committed` is told when one has. Larger blobs are refused. */
  constructor(
    commitLater: (commit: () => void) => void,
    committed: () => void = () => undefined,
    blobBytesMax = 2_000_000,
  ) {
    this.#blobBytesMax = blobBytesMax;
    this.#commitLater = commitLater;
    this.#committed = committed;
    this.#db.exec("BEGIN");
  }

  exec(query: string, ...binds: Bind[]): Iterable<Record<string, unknown>> {
    let known = this.#statements.get(query);
    if (known === undefined) {
      // Only the first statement of several would be prepared.
      if (binds.length === 0 && query.includes(";")) {
        this.#touch();
        this.#db.exec(query);
        return [];
      }
      known = { statement: this.#db.prepare(query), writes: !/^\s*SELECT/.test(query) };
      this.#statements.set(query, known);
    }
    if (known.writes) this.#touch();
    return known.statement.all(...binds.map((bind) => (bind instanceof ArrayBuffer ? this.#blob(bind) : bind)));
  }

  /** Rows of a query, past everything that counts as use of the storage. */
  read(query: string): Record<string, unknown>[] {
    return this.#db.prepare(query).all();
  }

  /** Runs statements in the transaction that is open, without making anything durable later. */
  define(statements: string): void {
    this.#db.exec(statements);
  }

  /** Values by key, in a table that there is from the first one on. */
  readonly kv = {
    get: <T>(key: string): T | undefined => {
      if ([...this.exec("SELECT name FROM sqlite_master WHERE name = 'kv'")].length === 0) return undefined;
      const [row] = this.exec("SELECT value FROM kv WHERE key = ?", key);
      return row === undefined ? undefined : (JSON.parse(String(row["value"])) as T);
    },
    put: <T>(key: string, value: T): void => {
      this.exec("CREATE TABLE IF NOT EXISTS kv (key TEXT PRIMARY KEY, value TEXT NOT NULL)");
      this.exec("INSERT OR REPLACE INTO kv (key, value) VALUES (?, ?)", key, JSON.stringify(value));
    },
  };

  transactionSync<T>(work: () => T): T {
    const name = `t${++this.#depth}`;
    this.#db.exec(`SAVEPOINT ${name}`);
    try {
      const result = work();
      this.#db.exec(`RELEASE ${name}`);
      return result;
    } catch (error) {
      this.#db.exec(`ROLLBACK TO ${name}; RELEASE ${name}`);
      throw error;
    } finally {
      this.#depth--;
    }
  }

  setAlarm(at: number | null): void {
    this.#alarmNow = at;
    this.#touch();
  }

  /** Runs `then` once everything written so far is durable: the platform's output gate, and `sync`. */
  whenDurable(then: () => void): void {
    if (this.#dirty) this.#waiting.push(then);
    else then();
  }

  /** Everything written so far becomes durable now. */
  commit(): void {
    if (!this.#dirty) return;
    this.#db.exec("COMMIT; BEGIN");
    this.alarm = this.#alarmNow;
    this.#dirty = false;
    for (const then of this.#waiting.splice(0)) then();
    this.#committed();
  }

  /** The process has died: what was not durable is gone, and so is whoever waited for it. */
  crash(): void {
    this.#db.exec("ROLLBACK; BEGIN");
    this.#alarmNow = this.alarm;
    this.#dirty = false;
    this.#waiting = [];
  }

  close(): void {
    this.#db.close();
  }

  #blob(bytes: ArrayBuffer): Uint8Array {
    if (bytes.byteLength > this.#blobBytesMax) throw new Error(`a blob of ${bytes.byteLength} bytes is too large`);
    return new Uint8Array(bytes);
  }

  #touch(): void {
    if (this.#dirty) return;
    this.#dirty = true;
    this.#commitLater(() => this.commit());
  }
}
