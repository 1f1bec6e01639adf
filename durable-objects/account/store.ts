import type { Order } from "../../domain/account/state/order.ts";
import type { StoredDeposit } from "../../protocol/rpc/accountPrivacy.ts";
import type { OrderFilter } from "../../protocol/rpc/orderFilter.ts";
import { matchesFilter } from "./orderBounds.ts";
import type { OrderBounds } from "./orderBounds.ts";

type Sql = Pick<SqlStorage, "exec">;

/** Columns of a closed order. The platform allows a hundred parameters in a statement. */
const COLUMNS = 7;
const ROWS_AT_ONCE = 14;
const ROW = `(${Array.from({ length: COLUMNS }, () => "?").join(", ")})`;
const INSERT = "INSERT OR IGNORE INTO closed_orders (sequence, id, client_order_id, symbol, side, submitted_at, body)";
const INSERT_ROW = `${INSERT} VALUES ${ROW}`;
/** Each statement costs as much as several rows: rows are written together. */
const INSERT_ROWS = `${INSERT} VALUES ${Array.from({ length: ROWS_AT_ONCE }, () => ROW).join(", ")}`;

const FIND_CLIENT_IDS =
  "SELECT client_order_id AS id FROM closed_orders WHERE client_order_id IN (SELECT value FROM json_each(?))";
const PRINTABLE = /^[ -~]*$/;

/**
 * Stores closed orders and deposits as rows, because they accumulate for the account's life. A deposit is written in the
 * transaction of its commit; orders that have closed lately are in memory until `writeClosedOrders`.
 */
export class AccountStore {
  readonly #sql: Sql;
  /** Closed orders that are not written yet, by id. */
  readonly #unwritten = new Map<string, Order>();
  readonly #unwrittenByClientId = new Map<string, Order>();
  /** Orders that calls under way will read, by id: how many calls, and the order once its row is written. */
  readonly #awaited = new Map<string, { calls: number; written: Order | undefined }>();
  /** Client order ids that are in no row, as `findAbsent` has found; until rows are written again. */
  readonly #absent = new Set<string>();

  constructor(sql: Sql) {
    this.#sql = sql;
    sql.exec(
      `CREATE TABLE IF NOT EXISTS closed_orders (
         sequence INTEGER PRIMARY KEY,
         id TEXT NOT NULL UNIQUE,
         client_order_id TEXT NOT NULL UNIQUE,
         symbol TEXT NOT NULL,
         side TEXT NOT NULL,
         submitted_at INTEGER NOT NULL,
         body TEXT NOT NULL
       );
       CREATE TABLE IF NOT EXISTS deposits (reference TEXT PRIMARY KEY, asset TEXT NOT NULL, amount INTEGER NOT NULL)`,
    );
  }

  /** Adds an order that has closed. */
  addClosedOrder(order: Order): void {
    this.#unwritten.set(order.id, order);
    this.#unwrittenByClientId.set(order.clientOrderId, order);
  }

  /** Number of closed orders that are not written yet. */
  get unwrittenOrders(): number {
    return this.#unwritten.size;
  }

  /**
   * Writes the closed orders that were added. None has an id of another, because such an order is refused; if one had, its row
   * must not keep the account from committing.
   */
  writeClosedOrders(): void {
    let values: (string | number)[] = [];
    for (const order of this.#unwritten.values()) {
      const { sequence, id, clientOrderId, symbol, side, submittedAt } = order;
      const awaited = this.#awaited.get(id);
      if (awaited !== undefined) awaited.written = order;
      values.push(sequence, id, clientOrderId, symbol, side, submittedAt, JSON.stringify(order));
      if (values.length < ROWS_AT_ONCE * COLUMNS) continue;
      this.#sql.exec(INSERT_ROWS, ...values);
      values = [];
    }
    for (let at = 0; at < values.length; at += COLUMNS) this.#sql.exec(INSERT_ROW, ...values.slice(at, at + COLUMNS));
    this.#unwritten.clear();
    this.#unwrittenByClientId.clear();
    this.#absent.clear();
  }

  /** A call under way will read these orders: those that close until `forget` stay in memory when they are written. */
  await(ids: readonly string[]): void {
    for (const id of ids) {
      const awaited = this.#awaited.get(id);
      if (awaited === undefined) this.#awaited.set(id, { calls: 1, written: undefined });
      else awaited.calls++;
    }
  }

  /** Ends an `await` of the same ids. */
  forget(ids: readonly string[]): void {
    for (const id of ids) {
      const awaited = this.#awaited.get(id);
      if (awaited !== undefined && --awaited.calls === 0) this.#awaited.delete(id);
    }
  }

  /** Number of orders that calls under way will read. */
  get awaitedOrders(): number {
    return this.#awaited.size;
  }

  closedOrder(id: string): Order | undefined {
    const known = this.#unwritten.get(id) ?? this.#awaited.get(id)?.written;
    return known ?? this.#first("SELECT body FROM closed_orders WHERE id = ?", id);
  }

  closedOrderByClientId(clientOrderId: string): Order | undefined {
    const unwritten = this.#unwrittenByClientId.get(clientOrderId);
    if (unwritten !== undefined || this.#absent.has(clientOrderId)) return unwritten;
    return this.#first("SELECT body FROM closed_orders WHERE client_order_id = ?", clientOrderId);
  }

  /**
   * Looks up the client order ids of a batch in one statement. Those in no row need none of their own until rows are
   * written.
   */
  findAbsent(clientOrderIds: readonly string[]): void {
    this.#absent.clear();
    // Other characters may be different ones in JSON than in a parameter.
    for (const id of clientOrderIds) if (PRINTABLE.test(id)) this.#absent.add(id);
    const rows = this.#sql.exec(FIND_CLIENT_IDS, JSON.stringify([...this.#absent]));
    for (const { id } of rows) this.#absent.delete(String(id));
  }

  /**
   * Closed orders that match the filter, in no order; those that are among the first `filter.limit` of its direction, and
   * maybe others. `groups`: without legs and without these parents, whose legs are still open.
   */
  closedOrders(filter: OrderFilter, bounds: OrderBounds, groups?: { readonly except: readonly string[] }): Order[] {
    const except = new Set(filter.status === "closed" ? groups?.except : []);
    const isListed = (order: Order) => groups === undefined || (!order.parentId && !except.has(order.id));
    const unwritten = [...this.#unwritten.values()].filter((order) => isListed(order));
    return [
      ...this.#writtenOrders(filter, bounds, groups),
      ...unwritten.filter((order) => matchesFilter(order, filter, bounds)),
    ];
  }

  #writtenOrders(filter: OrderFilter, bounds: OrderBounds, groups?: { readonly except: readonly string[] }): Order[] {
    const { afterMicros, untilMicros, afterSequence, beforeSequence } = bounds;
    const conditions: string[] = [];
    const binds: (string | number)[] = [];
    const where = (condition: string, ...values: readonly (string | number | null)[]) => {
      const given = values.filter((value) => value !== null);
      if (given.length < values.length) return;
      conditions.push(condition);
      binds.push(...given);
    };
    // The column has milliseconds; within the millisecond of a bound the order's microseconds decide.
    const ms = (micros: number | null) => (micros === null ? null : Math.floor(micros / 1_000));
    const time = `(submitted_at $ ? OR (submitted_at = ? AND COALESCE(body ->> '$.submittedMicros', submitted_at * 1000) $ ?))`;
    where(time.replaceAll("$ ?", "> ?"), ms(afterMicros), ms(afterMicros), afterMicros);
    where(time.replaceAll("$ ?", "< ?"), ms(untilMicros), ms(untilMicros), untilMicros);
    where("sequence > ?", afterSequence);
    where("sequence < ?", beforeSequence);
    where("side = ?", filter.side);
    where(
      "symbol IN (SELECT value FROM json_each(?))",
      filter.symbols === null ? null : JSON.stringify(filter.symbols),
    );
    if (groups !== undefined) {
      where("body ->> '$.parentId' IS NULL");
      where(
        "id NOT IN (SELECT value FROM json_each(?))",
        JSON.stringify(filter.status === "closed" ? groups.except : []),
      );
    }
    const clause = conditions.length === 0 ? "" : `WHERE ${conditions.join(" AND ")}`;
    const order = filter.direction === "asc" ? "ASC" : "DESC";
    const query = `SELECT body FROM closed_orders ${clause} ORDER BY sequence ${order} LIMIT ?`;
    return [...this.#sql.exec(query, ...binds, filter.limit)].map(readOrder);
  }

  addDeposit(reference: string, asset: string, amount: number): void {
    this.#sql.exec("INSERT INTO deposits (reference, asset, amount) VALUES (?, ?, ?)", reference, asset, amount);
  }

  deposit(reference: string): { asset: string; amount: number } | undefined {
    const [row] = this.#sql.exec("SELECT asset, amount FROM deposits WHERE reference = ?", reference);
    return row === undefined ? undefined : { asset: String(row["asset"]), amount: Number(row["amount"]) };
  }

  /** Deposits after a row number, oldest first. */
  deposits(after: number, limit: number): StoredDeposit[] {
    const query =
      "SELECT rowid AS place, reference, asset, amount FROM deposits WHERE rowid > ? ORDER BY rowid LIMIT ?";
    return Array.from(this.#sql.exec(query, after, limit), ({ place, reference, asset, amount }) => ({
      place: Number(place),
      reference: String(reference),
      asset: String(asset),
      amount: Number(amount),
    }));
  }

  #first(query: string, bind: string): Order | undefined {
    const [row] = this.#sql.exec(query, bind);
    return row === undefined ? undefined : readOrder(row);
  }
}

function readOrder(row: Record<string, SqlStorageValue>): Order {
  return JSON.parse(String(row["body"])) as Order;
}
