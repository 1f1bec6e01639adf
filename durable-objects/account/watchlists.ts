import { fail } from "../../domain/account/entry/refusal.ts";
import type { Outcome, Refusal } from "../../domain/account/entry/refusal.ts";
import type { Watchlist, WatchlistChange, WatchlistKey } from "../../protocol/rpc/watchlists.ts";
import { SYMBOLS_MAX, WATCHLISTS_MAX } from "../../protocol/wire/watchlists.ts";

/** A change of a watchlist, for the owner's other devices. */
export interface WatchlistEvent {
  readonly event: "created" | "updated" | "deleted";
  readonly watchlist: Watchlist;
}

export interface WatchlistPorts {
  readonly sql: { exec(query: string, ...binds: (string | number)[]): Iterable<Record<string, unknown>> };
  now(): number;
  /** Why the account takes no changes; null when it does. */
  refusal(): Refusal | null;
  publish(event: WatchlistEvent): void;
}

/**
 * The watchlists of an account. They are a table beside the journal: no money depends on them, and the platform holds the
 * response to a change until its row is durable.
 */
export class Watchlists {
  readonly #ports: WatchlistPorts;

  constructor(ports: WatchlistPorts) {
    this.#ports = ports;
    ports.sql.exec(
      `CREATE TABLE IF NOT EXISTS watchlists (
         place INTEGER PRIMARY KEY AUTOINCREMENT,
         id TEXT NOT NULL UNIQUE,
         name TEXT NOT NULL UNIQUE,
         symbols TEXT NOT NULL,
         created_at INTEGER NOT NULL,
         updated_at INTEGER NOT NULL
       )`,
    );
  }

  /** Every watchlist, in the order of creation. */
  list(): Watchlist[] {
    return Array.from(this.#ports.sql.exec("SELECT * FROM watchlists ORDER BY place"), readWatchlist);
  }

  find(key: WatchlistKey): Watchlist | null {
    const [column, value] = "id" in key ? (["id", key.id] as const) : (["name", key.name] as const);
    const [row] = this.#ports.sql.exec(`SELECT * FROM watchlists WHERE ${column} = ?`, value);
    return row === undefined ? null : readWatchlist(row);
  }

  change(change: WatchlistChange): Outcome<Watchlist> {
    const refusal = this.#ports.refusal();
    if (refusal !== null) return fail(refusal);
    if (change.kind === "create") return this.#create(change.name, change.symbols);
    const found = this.find(change.of);
    if (found === null) {
      const watchlist = "id" in change.of ? change.of.id : change.of.name;
      return fail({ reason: "watchlist_not_found", watchlist });
    }
    switch (change.kind) {
      case "update":
        return this.#update(found, change.name ?? found.name, change.symbols ?? found.symbols);
      case "add":
        return this.#update(found, found.name, [...found.symbols, change.symbol]);
      case "remove": {
        const symbols = found.symbols.filter((symbol) => symbol !== change.symbol);
        if (symbols.length < found.symbols.length) return this.#update(found, found.name, symbols);
        return fail({ reason: "not_in_watchlist", symbol: change.symbol });
      }
      case "delete":
        this.#ports.sql.exec("DELETE FROM watchlists WHERE id = ?", found.id);
        return this.#done("deleted", found);
    }
  }

  /** Deletes every watchlist: their names are the owner's texts. */
  erase(): void {
    this.#ports.sql.exec("DELETE FROM watchlists");
  }

  #create(name: string, asked: readonly string[]): Outcome<Watchlist> {
    const { sql } = this.#ports;
    if (this.find({ name }) !== null) return fail({ reason: "watchlist_name_taken" });
    const [row] = sql.exec("SELECT COUNT(*) AS lists FROM watchlists");
    if (Number(row?.["lists"]) >= WATCHLISTS_MAX) {
      return fail({ reason: "too_many_watchlists", limit: WATCHLISTS_MAX });
    }
    const symbols = [...new Set(asked)];
    if (symbols.length > SYMBOLS_MAX) return tooLong();
    const now = this.#ports.now();
    const made = { id: crypto.randomUUID(), name, symbols, createdAt: now, updatedAt: now };
    sql.exec(
      "INSERT INTO watchlists (id, name, symbols, created_at, updated_at) VALUES (?, ?, ?, ?, ?)",
      made.id,
      name,
      JSON.stringify(symbols),
      now,
      now,
    );
    return this.#done("created", made);
  }

  /** A change that leaves the list as it is writes nothing, and is not told to other devices. */
  #update(found: Watchlist, name: string, asked: readonly string[]): Outcome<Watchlist> {
    const symbols = [...new Set(asked)];
    if (symbols.length > SYMBOLS_MAX) return tooLong();
    if (name !== found.name && this.find({ name }) !== null) {
      return fail({ reason: "watchlist_name_taken" });
    }
    const text = JSON.stringify(symbols);
    if (name === found.name && text === JSON.stringify(found.symbols)) return { ok: true, value: found };
    const changed = { ...found, name, symbols, updatedAt: Math.max(this.#ports.now(), found.updatedAt + 1) };
    this.#ports.sql.exec(
      "UPDATE watchlists SET name = ?, symbols = ?, updated_at = ? WHERE id = ?",
      name,
      text,
      changed.updatedAt,
      found.id,
    );
    return this.#done("updated", changed);
  }

  #done(event: WatchlistEvent["event"], watchlist: Watchlist): Outcome<Watchlist> {
    this.#ports.publish({ event, watchlist });
    return { ok: true, value: watchlist };
  }
}

function tooLong(): Outcome<Watchlist> {
  return fail({ reason: "watchlist_too_long", limit: SYMBOLS_MAX });
}

function readWatchlist(row: Record<string, unknown>): Watchlist {
  return {
    id: String(row["id"]),
    name: String(row["name"]),
    symbols: JSON.parse(String(row["symbols"])) as string[],
    createdAt: Number(row["created_at"]),
    updatedAt: Number(row["updated_at"]),
  };
}
