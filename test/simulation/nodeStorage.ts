import { DatabaseSync } from "node:sqlite";
import type { StatementSync } from "node:sqlite";

type Bind = string | number | ArrayBuffer | null;

/**
 * The storage of one object on SQLite in memory, with exactly the platform's guarantees: writes become durable later,
 * those made together at once, and a crash loses the others.
 */
export class NodeStorage {
  /** The durable alarm. */
  alarm: number | null = null;
  readonly #db = new DatabaseSync(":memory:");
  readonly #statements = new Map<string, { readonly statement: StatementSync; readonly writes: boolean }>();
  readonly #commitLater: (commit: () => void) => void;
  readonly #committed: () => void;
  readonly #blobBytesMax: number;
  #alarmNow: number | null = null;
  /** The alarm whose handler runs. It stays durable until the handler has ended, so that a crash repeats it. */
  #running: number | null = null;
  #dirty = false;
  #waiting: (() => void)[] = [];
  #depth = 0;

  /** `commitLater` decides when a commit becomes durable; `committed` is called then. Blobs over the limit are refused. */
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
      // prepare() takes only the first of several statements.
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

  /** Rows of a query by the test itself, without faults or commits. */
  read(query: string): Record<string, unknown>[] {
    return this.#db.prepare(query).all();
  }

  /** Runs statements of the test in the open transaction, without scheduling a commit. */
  define(statements: string): void {
    this.#db.exec(statements);
  }

  /** Values by key, in a table that is created on first use. */
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

  /** The handler of the alarm starts. Inside of it no alarm is set. */
  alarmStarts(): void {
    this.#running = this.alarm;
    this.#alarmNow = null;
  }

  /** The handler has ended: its alarm is deleted, unless another was set. */
  alarmEnded(): void {
    this.#running = null;
    this.#touch();
  }

  get alarmRuns(): boolean {
    return this.#running !== null;
  }

  /** Calls `then` once all writes so far are durable: the output gate, and `sync`. */
  whenDurable(then: () => void): void {
    if (this.#dirty) this.#waiting.push(then);
    else then();
  }

  /** Makes all writes so far durable now. */
  commit(): void {
    if (!this.#dirty) return;
    this.#db.exec("COMMIT; BEGIN");
    this.alarm = this.#alarmNow ?? this.#running;
    this.#dirty = false;
    for (const then of this.#waiting.splice(0)) then();
    this.#committed();
  }

  /** The process has died: writes that were not durable are lost, with their callbacks. */
  crash(): void {
    this.#db.exec("ROLLBACK; BEGIN");
    this.#alarmNow = this.alarm;
    this.#running = null;
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
