/**
 * Speaks Neon's HTTP protocol (POST /sql) and runs the statements on an ordinary PostgreSQL, so that development and
 * tests use the same driver as production. For local use only, because it connects to any server in a connection
 * string.
 */
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import { once } from "node:events";
import pg from "pg";
import * as z from "zod";
import { errorReply, resultReply, textTypes } from "./neonReply.ts";
import type { Reply } from "./neonReply.ts";

const BODY_BYTES_MAX = 64 * 1024 * 1024;
const CONNECTIONS_MAX = 8;
const CONNECT_MS = 5_000;
const QUERY_MS = 60_000;

const Statement = z.object({ query: z.string(), params: z.array(z.unknown()).default([]) });
const Batch = z.object({ queries: z.array(Statement) });
type Statement = z.infer<typeof Statement>;

const ISOLATION: Readonly<Record<string, string>> = {
  ReadUncommitted: "read uncommitted",
  ReadCommitted: "read committed",
  RepeatableRead: "repeatable read",
  Serializable: "serializable",
};

export interface RunningBridge {
  /** For `neonConfig.fetchEndpoint`. */
  readonly url: string;
  close(): Promise<void>;
}

/** Starts the bridge on a local port (0: any free one). */
export async function startBridge(port = 0): Promise<RunningBridge> {
  const pools = new Map<string, pg.Pool>();
  const server = createServer((request, response) => void respond(request, response, pools));
  server.keepAliveTimeout = 60_000;
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the bridge has no port");
  return {
    url: `http://127.0.0.1:${address.port}/sql`,
    close: async () => {
      server.close();
      server.closeAllConnections();
      await Promise.all([...pools.values()].map((pool) => pool.end()));
    },
  };
}

async function respond(request: IncomingMessage, response: ServerResponse, pools: Map<string, pg.Pool>): Promise<void> {
  let reply: Reply;
  try {
    reply = await answer(request, pools);
  } catch (error) {
    reply = errorReply(error);
  }
  response.writeHead(reply.status, { "content-type": "application/json" });
  response.end(JSON.stringify(reply.body));
}

async function answer(request: IncomingMessage, pools: Map<string, pg.Pool>): Promise<Reply> {
  if (request.method !== "POST" || request.url !== "/sql") return refuse(404, "the bridge answers POST /sql only");
  const connectionString = header(request, "neon-connection-string");
  if (connectionString === "") return refuse(400, "the header Neon-Connection-String is missing");
  const text = await readBody(request);
  if (text === null) return refuse(413, `the body is larger than ${BODY_BYTES_MAX} bytes`);
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return refuse(400, "the body is not JSON");
  }
  const asArray = header(request, "neon-array-mode") === "true";
  const pool = poolFor(pools, connectionString);
  const batch = Batch.safeParse(body);
  if (batch.success) {
    const results = await runBatch(pool, batch.data.queries, beginStatement(request));
    return { status: 200, body: { results: results.map((result) => resultReply(result, asArray)) } };
  }
  const single = Statement.safeParse(body);
  if (!single.success) return refuse(400, "the body is neither {query, params} nor {queries}");
  return { status: 200, body: resultReply(await run(pool, single.data), asArray) };
}

function poolFor(pools: Map<string, pg.Pool>, connectionString: string): pg.Pool {
  const known = pools.get(connectionString);
  if (known !== undefined) return known;
  const pool = new pg.Pool({
    connectionString,
    max: CONNECTIONS_MAX,
    connectionTimeoutMillis: CONNECT_MS,
    query_timeout: QUERY_MS,
    keepAlive: true,
  });
  // A restarting server ends idle connections; the pool drops them and opens new ones.
  pool.on("error", () => {});
  pools.set(connectionString, pool);
  return pool;
}

/** `queryMode`: Neon always uses the extended protocol, so two statements in one text are an error here as well. */
function run(on: pg.Pool | pg.PoolClient, { query, params }: Statement): Promise<pg.QueryArrayResult> {
  const config = { text: query, values: params, rowMode: "array", types: textTypes, queryMode: "extended" } as const;
  return on.query(config);
}

async function runBatch(pool: pg.Pool, statements: Statement[], begin: string): Promise<pg.QueryArrayResult[]> {
  const client = await pool.connect();
  // The pool does not handle errors of a client that is checked out.
  const ignore = (): void => {};
  client.on("error", ignore);
  let broken = false;
  try {
    await client.query(begin);
    const results: pg.QueryArrayResult[] = [];
    for (const statement of statements) results.push(await run(client, statement));
    await client.query("commit");
    return results;
  } catch (error) {
    await client.query("rollback").catch(() => (broken = true));
    throw error;
  } finally {
    client.off("error", ignore);
    client.release(broken);
  }
}

function beginStatement(request: IncomingMessage): string {
  const isolation = ISOLATION[header(request, "neon-batch-isolation-level")];
  return [
    "begin",
    isolation === undefined ? "" : `isolation level ${isolation}`,
    header(request, "neon-batch-read-only") === "true" ? "read only" : "",
    header(request, "neon-batch-deferrable") === "true" ? "deferrable" : "",
  ]
    .filter((part) => part !== "")
    .join(" ");
}

function header(request: IncomingMessage, name: string): string {
  const value = request.headers[name];
  return typeof value === "string" ? value : "";
}

async function readBody(request: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= BODY_BYTES_MAX) chunks.push(chunk);
  }
  return size > BODY_BYTES_MAX ? null : Buffer.concat(chunks).toString("utf8");
}

function refuse(status: number, message: string): Reply {
  return { status, body: { message } };
}
