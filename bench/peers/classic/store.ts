/** Orders, fills, balances and positions in PostgreSQL, each change durable in one transaction. */
import pg from "pg";
import type { Fill, LimitOrder, Side } from "./book.ts";

export interface NewOrder extends LimitOrder {
  readonly clientOrderId: string;
}

export interface PlacedOrder {
  readonly symbol: string;
  readonly side: Side;
  readonly price: number;
}

export interface Store {
  /** Holds cash or shares and inserts the order. Gives its id. Throws Refused. */
  place(order: NewOrder): Promise<string>;
  /** Books the fills of an order that has traded. */
  settle(taker: string, order: LimitOrder, fills: readonly Fill[]): Promise<void>;
  /** The order of an account; null without. */
  find(id: string, accountId: number): Promise<PlacedOrder | null>;
  /** Marks an order as cancelled and releases what was held for the rest of it. */
  release(id: string, accountId: number, order: PlacedOrder, rest: number): Promise<void>;
  close(): Promise<void>;
}

/** An order that is not taken. */
export class Refused extends Error {
  readonly code: "insufficient_balance" | "duplicate_client_order_id";

  constructor(code: Refused["code"]) {
    super(code);
    this.code = code;
  }
}

/** All are prepared on each connection. */
const STATEMENTS = {
  begin: "BEGIN",
  commit: "COMMIT",
  lock: "SELECT FROM accounts WHERE id = ANY ($1) ORDER BY id FOR NO KEY UPDATE",
  insert: `INSERT INTO orders (account_id, client_order_id, symbol, side, price, qty)
    VALUES ($1, $2, $3, $4, $5, $6) RETURNING id`,
  fill: "INSERT INTO fills (taker_id, maker_id, price, qty) VALUES ($1, $2, $3, $4)",
  fillOrder: `UPDATE orders SET filled = filled + $2, updated_at = now(),
    status = CASE WHEN filled + $2 = qty THEN 'filled' ELSE 'partially_filled' END WHERE id = $1`,
  cancelOrder: "UPDATE orders SET status = 'canceled', updated_at = now() WHERE id = $1",
  cash: "UPDATE accounts SET cash = cash + $2, held = held + $3 WHERE id = $1",
  shares: "UPDATE positions SET qty = qty + $3, held = held + $4 WHERE account_id = $1 AND symbol = $2",
  receive: `INSERT INTO positions AS p (account_id, symbol, qty) VALUES ($1, $2, $3)
    ON CONFLICT (account_id, symbol) DO UPDATE SET qty = p.qty + excluded.qty`,
  find: "SELECT symbol, side, price FROM orders WHERE id = $1 AND account_id = $2",
} as const;

/** Whole transactions as one statement each. */
const PROCEDURES = {
  buy: `WITH held AS (
      UPDATE accounts SET held = held + $4::bigint * $5::bigint WHERE id = $1 RETURNING id
    ) INSERT INTO orders (account_id, client_order_id, symbol, side, price, qty)
    SELECT id, $2, $3, 'buy', $4, $5 FROM held RETURNING id`,
  sell: `WITH held AS (
      UPDATE positions SET held = held + $5 WHERE account_id = $1 AND symbol = $3 RETURNING account_id
    ) INSERT INTO orders (account_id, client_order_id, symbol, side, price, qty)
    SELECT account_id, $2, $3, 'sell', $4, $5 FROM held RETURNING id`,
  settle: "SELECT settle($1, $2, $3, $4, $5, $6, $7, $8, $9)",
} as const;

const TEXTS = { ...STATEMENTS, ...PROCEDURES };

/**
 * How transactions reach PostgreSQL. `awaited`: a round trip for each statement, on a connection of its own meanwhile.
 * `pipelined`: all statements of a transaction are sent together. `procedures`: a transaction is one statement.
 */
export type Transactions = "awaited" | "pipelined" | "procedures";

type Row = Record<string, unknown>;
type Statement = readonly [name: keyof typeof TEXTS, ...values: unknown[]];

/** The error codes of PostgreSQL. */
const UNIQUE_VIOLATION = "23505";
const CHECK_VIOLATION = "23514";

type Run = (statements: readonly Statement[]) => Promise<Row[][]>;

/** Connects `connections` times. */
export async function connectStore(url: string, connections: number, transactions: Transactions): Promise<Store> {
  const pool = transactions === "awaited" ? awaitingPool(url, connections) : await pipeliningPool(url, connections);
  const { run } = pool;
  const transaction = async (...statements: readonly Statement[]): Promise<Row[][]> =>
    (await run([["begin"], ...statements, ["commit"]])).slice(1, -1);
  const inserted = async (order: NewOrder): Promise<Row | undefined> => {
    const { accountId, clientOrderId, symbol, side, price, quantity } = order;
    if (transactions === "procedures") {
      return (await run([[side, accountId, clientOrderId, symbol, price, quantity]]))[0]?.[0];
    }
    const hold: Statement =
      side === "buy" ? ["cash", accountId, 0, price * quantity] : ["shares", accountId, symbol, 0, quantity];
    return (await transaction(hold, ["insert", accountId, clientOrderId, symbol, side, price, quantity]))[1]?.[0];
  };
  return {
    place: async (order) => {
      try {
        const row = await inserted(order);
        if (row === undefined) throw new Refused("insufficient_balance");
        return String(row["id"]);
      } catch (error) {
        if (!(error instanceof pg.DatabaseError)) throw error;
        if (error.code === UNIQUE_VIOLATION) throw new Refused("duplicate_client_order_id");
        if (error.code === CHECK_VIOLATION) throw new Refused("insufficient_balance");
        throw error;
      }
    },
    settle: async (taker, order, fills) => {
      if (transactions === "procedures") await run([settleCall(taker, order, fills)]);
      else await transaction(...settlement(taker, order, fills));
    },
    find: async (id, accountId) => {
      const row = (await run([["find", id, accountId]]))[0]?.[0];
      if (row === undefined) return null;
      return {
        symbol: String(row["symbol"]),
        side: row["side"] === "buy" ? "buy" : "sell",
        price: Number(row["price"]),
      };
    },
    release: async (id, accountId, { symbol, side, price }, rest) => {
      const release: Statement =
        side === "buy" ? ["cash", accountId, 0, -price * rest] : ["shares", accountId, symbol, 0, -rest];
      await transaction(["lock", [accountId]], ["cancelOrder", id], release);
    },
    close: pool.close,
  };
}

/** A transaction has a connection for itself, and waits for the result of each statement. */
function awaitingPool(url: string, connections: number) {
  const pool = new pg.Pool({ connectionString: url, max: connections });
  const run: Run = async (statements) => {
    const client = await pool.connect();
    try {
      const results: Row[][] = [];
      for (const [name, ...values] of statements) {
        results.push((await client.query<Row>({ name, text: TEXTS[name], values })).rows);
      }
      return results;
    } catch (error) {
      await client.query("ROLLBACK");
      throw error;
    } finally {
      client.release();
    }
  };
  return { run, close: () => pool.end() };
}

/** Each connection sends statements without waiting for the results of those before. */
async function pipeliningPool(url: string, connections: number) {
  const clients = Array.from({ length: connections }, () => {
    return { client: new pg.Client({ connectionString: url, pipeline: true }), running: 0 };
  });
  await Promise.all(clients.map(({ client }) => client.connect()));
  const run: Run = async (statements) => {
    const least = clients.reduce((a, b) => (b.running < a.running ? b : a));
    least.running++;
    try {
      // Sent together, so transactions of one connection do not mix.
      const results = await Promise.allSettled(
        statements.map(([name, ...values]) => least.client.query<Row>({ name, text: TEXTS[name], values })),
      );
      // The first failure is the cause of those after it. The commit of a failed transaction rolls it back.
      for (const result of results) if (result.status === "rejected") throw result.reason;
      return results.map((result) => (result.status === "fulfilled" ? result.value.rows : []));
    } finally {
      least.running--;
    }
  };
  return { run, close: async () => void (await Promise.all(clients.map(({ client }) => client.end()))) };
}

function settleCall(taker: string, { accountId, symbol, side, price }: LimitOrder, fills: readonly Fill[]): Statement {
  return [
    "settle",
    taker,
    accountId,
    symbol,
    side,
    price,
    fills.map((fill) => fill.maker),
    fills.map((fill) => fill.makerAccount),
    fills.map((fill) => fill.price),
    fills.map((fill) => fill.quantity),
  ];
}

/**
 * Fills, orders, balances and positions of a trade. Accounts are locked first and in the sequence of their ids, so that
 * two transactions never wait for each other.
 */
function settlement(taker: string, order: LimitOrder, fills: readonly Fill[]): Statement[] {
  const { accountId, symbol, side, price } = order;
  const [total, paid] = fills.reduce(
    ([shares, cash], fill) => [shares + fill.quantity, cash + fill.quantity * fill.price],
    [0, 0],
  );
  const accounts = [accountId, ...fills.map(({ makerAccount }) => makerAccount)];
  return [
    ["lock", accounts],
    ...fills.flatMap(({ maker, makerAccount, price: at, quantity }): Statement[] => [
      ["fill", taker, maker, at, quantity],
      ["fillOrder", maker, quantity],
      ...(side === "buy"
        ? sold(makerAccount, symbol, quantity, at * quantity)
        : bought(makerAccount, symbol, quantity, at * quantity, at * quantity)),
    ]),
    ["fillOrder", taker, total],
    ...(side === "buy" ? bought(accountId, symbol, total, paid, price * total) : sold(accountId, symbol, total, paid)),
  ];
}

function bought(account: number, symbol: string, quantity: number, paid: number, held: number): Statement[] {
  return [
    ["cash", account, -paid, -held],
    ["receive", account, symbol, quantity],
  ];
}

function sold(account: number, symbol: string, quantity: number, received: number): Statement[] {
  return [
    ["cash", account, received, 0],
    ["shares", account, symbol, -quantity, -quantity],
  ];
}
