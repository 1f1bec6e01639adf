import { NodeStorage } from "../simulation/nodeStorage.ts";

/** A value as SQLite holds it; a blob as base64 text. */
type Cell = string | number | null | { readonly base64: string };

/** Everything that one object has on disk. */
export interface Disk {
  readonly address: string;
  readonly tables: readonly {
    readonly sql: string;
    readonly name: string;
    readonly rows: readonly Record<string, Cell>[];
  }[];
}

/** Object classes by the first part of their address. */
export type Classes = Readonly<Record<string, new (ctx: never, env: never) => object>>;

type Methods = Record<string, (...args: unknown[]) => unknown>;

/** The part of the platform that the real objects need to run a day and to restart from their disks. */
export class Host {
  /** Unreachable addresses: messages for them stay in their outboxes. */
  readonly cut = new Set<string>();
  readonly #classes: Classes;
  readonly #storages = new Map<string, NodeStorage>();
  readonly #objects = new Map<string, Methods>();
  #closed = false;

  constructor(classes: Classes, disks: readonly Disk[] = []) {
    this.#classes = classes;
    for (const { address, tables } of disks) {
      const storage = this.#storage(address);
      for (const { sql, name, rows } of tables) {
        storage.exec(sql);
        for (const row of rows) {
          const columns = Object.keys(row);
          const places = columns.map(() => "?").join(", ");
          storage.exec(
            `INSERT INTO ${name} (${columns.join(", ")}) VALUES (${places})`,
            ...Object.values(row).map(unpack),
          );
        }
      }
    }
  }

  /** Calls a method of an object, which is started when it does not run yet. */
  async call<T>(address: string, method: string, ...args: unknown[]): Promise<T> {
    return (await this.#object(address)[method]?.(...structuredClone(args))) as T;
  }

  /** The disks of all objects. */
  disks(): Disk[] {
    return [...this.#storages].map(([address, storage]) => {
      const made = storage.exec(
        "SELECT name, sql FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY rowid",
      );
      const tables = [...made].map(({ name, sql }) => {
        const rows = [...storage.exec(`SELECT * FROM ${String(name)} ORDER BY 1`)];
        const cells = (row: Record<string, unknown>) =>
          Object.fromEntries(Object.entries(row).map(([column, value]) => [column, pack(value)]));
        return { name: String(name), sql: String(sql), rows: rows.map(cells) };
      });
      return { address, tables };
    });
  }

  close(): void {
    this.#closed = true;
    for (const storage of this.#storages.values()) storage.close();
  }

  #storage(address: string): NodeStorage {
    let storage = this.#storages.get(address);
    if (storage === undefined) {
      storage = new NodeStorage((commit) => queueMicrotask(commit));
      this.#storages.set(address, storage);
    }
    return storage;
  }

  #object(address: string): Methods {
    const there = this.#objects.get(address);
    if (there !== undefined) return there;
    const Class = this.#classes[address.slice(0, address.indexOf("/"))];
    if (Class === undefined) throw new Error(`no such object: ${address}`);
    const storage = this.#storage(address);
    const ctx = {
      id: { name: address.slice(address.indexOf("/") + 1) },
      abort: (reason: string) => {
        // Work that is still running after close() finds no disk.
        if (!this.#closed) throw new Error(`${address} aborts: ${reason}`);
      },
      storage: {
        sql: storage,
        kv: storage.kv,
        transactionSync: <T>(work: () => T) => storage.transactionSync(work),
        sync: () => new Promise<void>((resolve) => storage.whenDurable(resolve)),
        setAlarm: () => Promise.resolve(),
        deleteAlarm: () => Promise.resolve(),
      },
    };
    const object = new Class(ctx as never, this.#env() as never) as Methods;
    this.#objects.set(address, object);
    return object;
  }

  #env() {
    const objects = (kind: string) => ({
      getByName: (name: string) =>
        new Proxy(
          {},
          {
            get:
              (_target, method) =>
              async (...args: unknown[]) => {
                // A callback to an object that is starting waits until it has started.
                await Promise.resolve();
                const address = `${kind}/${name}`;
                if (this.cut.has(address)) throw new Error(`${address} is out of reach`);
                return structuredClone(await this.call(address, String(method), ...args));
              },
          },
        ),
    });
    const namespaces = {
      ACCOUNT: objects("account"),
      ORDER_BOOK: objects("book"),
      AUDIT_SHARD: objects("audit"),
      TRANSFERS: objects("transfers"),
      HOUSE_ACCOUNT: objects("house"),
      PAPER_ACCOUNT: objects("paper-account"),
      PAPER_BOOK: objects("paper-book"),
    };
    // A closed port: records stay in their shard.
    const database = {
      DATABASE_URL: "postgres://nobody:nothing@127.0.0.1/none",
      NEON_FETCH_ENDPOINT: "http://127.0.0.1:1",
      PII_MASTER_KEYS: JSON.stringify({ current: "k1", keys: { k1: btoa("0".repeat(32)) } }),
    };
    return { ...namespaces, ...database, AUDIT_SHARDS: "1" };
  }
}

function pack(value: unknown): Cell {
  if (value instanceof Uint8Array) return { base64: Buffer.from(value).toString("base64") };
  if (typeof value === "string" || typeof value === "number" || value === null) return value;
  throw new Error(`not a value of SQLite: ${typeof value}`);
}

function unpack(cell: Cell): string | number | ArrayBuffer | null {
  if (typeof cell !== "object" || cell === null) return cell;
  const bytes = Buffer.from(cell.base64, "base64");
  return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length);
}
