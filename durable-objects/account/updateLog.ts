import type { TradeUpdate } from "../../domain/account/state/events.ts";
import { UPDATES_A_ROW_MAX, UPDATES_KEPT, UPDATES_PRUNED_AT_ONCE } from "../actor/limits.ts";
import { decodeUpdates, encodeUpdates } from "./updateRows.ts";

type Sql = Pick<SqlStorage, "exec">;

/**
 * The newest trade updates of an account, for streams that resume. The newest are in memory until `write`; a row has those
 * of one write. An update can be read until it is pruned as one of the oldest.
 */
export class UpdateLog {
  readonly #sql: Sql;
  /** Sequence of the oldest written update; null when there is none. */
  #oldest: number | null;
  #unwritten: TradeUpdate[] = [];

  constructor(sql: Sql) {
    this.#sql = sql;
    sql.exec(
      "CREATE TABLE IF NOT EXISTS updates (last INTEGER PRIMARY KEY, first INTEGER NOT NULL, body TEXT NOT NULL)",
    );
    this.#oldest = this.#readOldest();
  }

  /** Sequence of the oldest stored update; null when there is none. */
  get oldest(): number | null {
    return this.#oldest ?? this.#unwritten[0]?.sequence ?? null;
  }

  /** Number of updates that are not written yet. */
  get unwritten(): number {
    return this.#unwritten.length;
  }

  /** Adds the next update in sequence. */
  add(update: TradeUpdate): void {
    this.#unwritten.push(update);
  }

  /** Writes the updates that were added. */
  write(): void {
    const updates = this.#unwritten;
    this.#unwritten = [];
    for (let start = 0; start < updates.length; start += UPDATES_A_ROW_MAX) {
      const part = updates.slice(start, start + UPDATES_A_ROW_MAX);
      const [first, last] = [part[0], part.at(-1)];
      if (first === undefined || last === undefined) continue;
      // A copy: the codec writes its next row over this one.
      const body = Uint8Array.from(encodeUpdates(part)).buffer;
      this.#sql.exec("INSERT INTO updates (last, first, body) VALUES (?, ?, ?)", last.sequence, first.sequence, body);
      this.#oldest ??= first.sequence;
      this.#prune(last.sequence);
    }
  }

  /** At most `limit` updates after the one with this sequence, oldest first. */
  after(sequence: number, limit: number): TradeUpdate[] {
    const found: TradeUpdate[] = [];
    for (const { body } of this.#sql.exec("SELECT body FROM updates WHERE last > ? ORDER BY last", sequence)) {
      const updates = decodeUpdates(body);
      found.push(...updates.filter((update) => update.sequence > sequence));
      if (found.length >= limit) return found.slice(0, limit);
    }
    found.push(...this.#unwritten.filter((update) => update.sequence > sequence));
    return found.slice(0, limit);
  }

  #prune(newest: number): void {
    if (this.#oldest === null || newest - this.#oldest < UPDATES_KEPT + UPDATES_PRUNED_AT_ONCE) return;
    this.#sql.exec("DELETE FROM updates WHERE last <= ?", newest - UPDATES_KEPT);
    this.#oldest = this.#readOldest();
  }

  #readOldest(): number | null {
    const [row] = this.#sql.exec("SELECT first FROM updates ORDER BY last LIMIT 1");
    return row === undefined ? null : Number(row["first"]);
  }
}
