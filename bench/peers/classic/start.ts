/**
 * Starts the classic exchange: one Node process with Express, a PostgreSQL of its own and a Redis. PostgreSQL has
 * everything durable before an order is answered. Redis holds the books, which the open orders in PostgreSQL would
 * restore, and appends to its file every second.
 */
import { randomBytes } from "node:crypto";
import { chmodSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import jwt from "jsonwebtoken";
import pg from "pg";
import { startChild } from "../../../dev/children.ts";
import type { Child } from "../../../dev/children.ts";
import { freePort } from "../../../dev/ports.ts";
import { startRedis, untilListening } from "./redis.ts";
import type { Transactions } from "./store.ts";
import { startPostgres, wipePostgres } from "../../../dev/postgres.ts";

export interface ClassicSpec {
  /** Starts a Node process for each of these forms, of which one is used at a time. */
  readonly transactions: readonly Transactions[];
  /** Holds files and logs; the caller removes it. */
  readonly dir: string;
  readonly accounts: number;
  readonly dollars: number;
  /** Shares of each symbol that every account has. */
  readonly shares: number;
  readonly symbols: readonly string[];
}

export interface Classic {
  /** http://127.0.0.1:port of each form. */
  readonly urls: readonly string[];
  /** Connection string of its PostgreSQL. */
  readonly databaseUrl: string;
  /** An access token for each account. */
  readonly tokens: readonly string[];
  /** Process ids of Node, PostgreSQL (whose children do its work) and Redis. */
  readonly pids: readonly number[];
  /** Throws unless cash, shares and holds add up. No order may be in progress. */
  checkBalances(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts everything with funded accounts. */
export async function startClassic(spec: ClassicSpec): Promise<Classic> {
  mkdirSync(spec.dir, { recursive: true });
  // The server of PostgreSQL may run as another user, which must be able to traverse the folder.
  chmodSync(spec.dir, 0o711);
  const started: (() => Promise<unknown>)[] = [];
  const stop = async (): Promise<void> => {
    for (const end of started.toReversed()) await end();
  };
  try {
    const place = { dir: join(spec.dir, "postgres"), logFile: join(spec.dir, "postgres.log"), report: () => {} };
    started.push(() => wipePostgres(place.dir));
    const postgres = await startPostgres(place);
    started.push(() => postgres.stop());
    await fund(postgres.url, spec);
    const redisPort = await freePort(undefined);
    const redis = await startRedis(redisPort, spec.dir);
    started.push(() => redis.stop());
    const secret = randomBytes(32).toString("base64url");
    const servers: { url: string; child: Child }[] = [];
    for (const transactions of spec.transactions) {
      const port = await freePort(undefined);
      const child = await startServer(port, spec.dir, {
        CLASSIC_DATABASE_URL: postgres.url,
        CLASSIC_REDIS_PORT: String(redisPort),
        CLASSIC_JWT_SECRET: secret,
        CLASSIC_TRANSACTIONS: transactions,
      });
      started.push(() => child.stop());
      servers.push({ url: `http://127.0.0.1:${port}`, child });
    }
    return {
      urls: servers.map(({ url }) => url),
      databaseUrl: postgres.url,
      tokens: Array.from({ length: spec.accounts }, (_, id) => jwt.sign({}, secret, { subject: String(id) })),
      pids: [...servers.map(({ child }) => child.pid), postgres.pid(), redis.pid],
      checkBalances: () => withClient(postgres.url, (client) => checkBalances(client, spec)),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startServer(port: number, dir: string, variables: Record<string, string>): Promise<Child> {
  const logFile = join(dir, "server.log");
  const child = await startChild({
    name: "the classic exchange",
    command: process.execPath,
    args: ["--no-warnings", fileURLToPath(new URL("server.ts", import.meta.url))],
    env: { ...process.env, ...variables, CLASSIC_PORT: String(port), NODE_ENV: "production" },
    cwd: dir,
    logFile,
    stopSignal: "SIGTERM",
  });
  return untilListening(child, port, logFile);
}

async function fund(url: string, { accounts, dollars, shares, symbols }: ClassicSpec): Promise<void> {
  await withClient(url, async (client) => {
    await client.query(readFileSync(new URL("schema.sql", import.meta.url), "utf8"));
    await client.query("INSERT INTO accounts (id, cash) SELECT id, $2 FROM generate_series(0, $1 - 1) AS id", [
      accounts,
      dollars * 10_000,
    ]);
    await client.query(
      "INSERT INTO positions (account_id, symbol, qty) SELECT id, symbol, $1 FROM accounts, unnest($2::text[]) AS symbol",
      [shares, symbols],
    );
  });
}

async function checkBalances(client: pg.Client, { accounts, dollars, shares, symbols }: ClassicSpec): Promise<void> {
  const { rows } = await client.query<Record<string, string>>(`
    SELECT (SELECT sum(cash) FROM accounts) AS cash, (SELECT sum(held) FROM accounts) AS cash_held,
      (SELECT sum(qty) FROM positions) AS shares, (SELECT sum(held) FROM positions) AS shares_held,
      (SELECT coalesce(sum(price * (qty - filled)), 0) FROM orders WHERE side = 'buy' AND status <> 'canceled') AS bids,
      (SELECT coalesce(sum(qty - filled), 0) FROM orders WHERE side = 'sell' AND status <> 'canceled') AS asks,
      (SELECT coalesce(2 * sum(qty), 0) FROM fills) AS traded, (SELECT coalesce(sum(filled), 0) FROM orders) AS filled`);
  const row = rows[0] ?? {};
  const pairs: [string, number, number][] = [
    ["cash", Number(row["cash"]), accounts * dollars * 10_000],
    ["held cash", Number(row["cash_held"]), Number(row["bids"])],
    ["shares", Number(row["shares"]), accounts * shares * symbols.length],
    ["held shares", Number(row["shares_held"]), Number(row["asks"])],
    ["filled", Number(row["filled"]), Number(row["traded"])],
  ];
  for (const [what, is, should] of pairs) {
    if (is !== should) throw new Error(`the classic exchange is wrong: ${what} is ${is} and not ${should}`);
  }
}

async function withClient<T>(url: string, use: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await use(client);
  } finally {
    await client.end();
  }
}
