/** A PostgreSQL for development and tests: the embedded one, restarted when it ends, or the server of DATABASE_URL. */
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import * as z from "zod";
import { startChild } from "./children.ts";
import type { Child } from "./children.ts";
import { StartFailure, errorCode, errorText } from "./failure.ts";
import { readJsonFile, writeJsonFile } from "./files.ts";
import { freePort } from "./ports.ts";
import { adoptFiles, checkVersion, initialise, stopOrphan } from "./postgresCluster.ts";
import { identity, postgresHome, refugeFor } from "./postgresHome.ts";
import type { PostgresHome } from "./postgresHome.ts";

const USER = "exchange";
const DATABASE = "exchange";
/** Crash recovery of a big cluster takes a while; an empty one starts in half a second. */
const READY_MS = 60_000;
const POLL_MS = 50;
const RESTART_MS_MIN = 250;
const RESTART_MS_MAX = 5_000;

export interface PostgresPlace {
  /** Folder of the cluster: `data/` and `postgres.json` (port and password) in it. */
  readonly dir: string;
  readonly logFile: string;
  /** Called with a message when the server ended unexpectedly, and when it is back. */
  readonly report: (line: string) => void;
}

export interface RunningPostgres {
  /** `postgresql://…` of the exchange's database. */
  readonly url: string;
  /** The present process id of the server; its workers are its children. */
  pid(): number;
  /** Fast shutdown. A later start on the same folder has the same data and, if it is free, the same port. */
  stop(): Promise<void>;
}

const Settings = z.object({ port: z.number().int().positive(), password: z.string().min(1) });

/**
 * Starts the cluster of a folder, which the first start creates, and restarts it when it ends unexpectedly. Throws
 * StartFailure when it cannot run on this machine.
 */
export async function startPostgres(place: PostgresPlace): Promise<RunningPostgres> {
  mkdirSync(place.dir, { recursive: true });
  const dataDir = join(place.dir, "data");
  const home = await postgresHome(dataDir);
  const settingsFile = join(place.dir, "postgres.json");
  const known = readJsonFile(settingsFile, Settings);
  checkVersion(home);
  const isNew = !existsSync(home.dataDir);
  if (!isNew && known === null) {
    throw new StartFailure(
      `${settingsFile} is missing beside its cluster: start with --fresh to wipe the state folder.`,
    );
  }
  await stopOrphan(home.dataDir);
  const password = known?.password ?? randomBytes(18).toString("base64url");
  const port = await freePort(known?.port);
  // Written before the cluster is created, which cannot be used without its password.
  writeJsonFile(settingsFile, { port, password });
  if (isNew) initialise(home, USER, password, place.logFile);
  else adoptFiles(home);
  const url = (database: string): string => `postgresql://${USER}:${password}@127.0.0.1:${port}/${database}`;

  let child = await startServer(home, port, place.logFile, url("postgres"));
  await createDatabase(url("postgres"));
  let stopping = false;
  const keeper = (async (): Promise<void> => {
    for (;;) {
      const how = await child.ended;
      if (stopping) return;
      place.report(`PostgreSQL ended (${how}): starting it again`);
      const next = await restart(
        () => startServer(home, port, place.logFile, url("postgres")),
        () => stopping,
      );
      if (next === null) return;
      if (stopping) return await next.stop();
      child = next;
      place.report("PostgreSQL is back");
    }
  })();
  return {
    url: url(DATABASE),
    pid: () => child.pid,
    stop: async () => {
      stopping = true;
      await child.stop();
      await keeper;
    },
  };
}

/** Removes a cluster that is not running, wherever its data is. */
export async function wipePostgres(dir: string): Promise<void> {
  const dataDir = join(dir, "data");
  for (const place of [dataDir, join(refugeFor(dataDir), "data")]) await stopOrphan(place);
  rmSync(dir, { recursive: true, force: true });
  rmSync(refugeFor(dataDir), { recursive: true, force: true });
}

/** Whether a migrated database has audit events. */
export async function holdsAuditTrail(databaseUrl: string): Promise<boolean> {
  let found = false;
  await withClient(databaseUrl, async (client) => {
    found = (await client.query("select from audit_events limit 1")).rowCount === 1;
  });
  return found;
}

/** Checks that the server of DATABASE_URL answers. Throws StartFailure with its host, never its password. */
export async function checkDatabase(databaseUrl: string): Promise<void> {
  let host = "";
  try {
    host = new URL(databaseUrl).host;
  } catch {
    throw new StartFailure("DATABASE_URL is not a URL of the form postgresql://user:password@host:port/database.");
  }
  try {
    await ping(databaseUrl);
  } catch (error) {
    throw new StartFailure(`Cannot connect to the PostgreSQL server of DATABASE_URL (${host}): ${errorText(error)}.`);
  }
}

async function startServer(home: PostgresHome, port: number, logFile: string, url: string): Promise<Child> {
  const logStart = existsSync(logFile) ? statSync(logFile).size : 0;
  const settings = {
    listen_addresses: "127.0.0.1",
    unix_socket_directories: "",
    max_connections: "60",
    shared_buffers: "64MB",
    lc_messages: "C",
  };
  const child = await startChild({
    name: "PostgreSQL",
    command: home.postgres,
    args: [
      "-D",
      home.dataDir,
      "-p",
      String(port),
      ...Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]),
    ],
    env: process.env,
    cwd: dirname(home.dataDir),
    logFile,
    stopSignal: "SIGINT",
    ...identity(home),
  });
  let ended = "";
  void child.ended.then((how) => (ended = how));
  const deadline = Date.now() + READY_MS;
  for (;;) {
    if (ended !== "") throw new StartFailure(`PostgreSQL did not start (${ended}): ${lastWords(logFile, logStart)}`);
    try {
      await ping(url);
      return child;
    } catch (error) {
      if (errorCode(error) === "28P01") {
        await child.stop();
        throw new StartFailure(
          `PostgreSQL in ${home.dataDir} has another password: start with --fresh to wipe the state folder.`,
        );
      }
      if (Date.now() > deadline) {
        await child.stop();
        throw new StartFailure(`PostgreSQL does not answer on port ${port} (${errorText(error)}); see ${logFile}.`);
      }
    }
    await sleep(POLL_MS);
  }
}

/** The last FATAL or PANIC line of the server's log since this start. */
function lastWords(logFile: string, from: number): string {
  const lines = readFileSync(logFile).subarray(from).toString("utf8").split("\n");
  const fatal = lines.findLast((line) => /FATAL|PANIC|error/i.test(line)) ?? lines.findLast((line) => line !== "");
  return `${fatal?.replace(/^.*?(?:FATAL|PANIC):\s*/, "").trim() ?? "no reason given"} (log: ${logFile}).`;
}

async function restart(start: () => Promise<Child>, stopped: () => boolean): Promise<Child | null> {
  for (let wait = RESTART_MS_MIN; !stopped(); wait = Math.min(wait * 2, RESTART_MS_MAX)) {
    try {
      return await start();
    } catch {
      // The log has the reason. After kill -9 the old processes end a moment later.
      await sleep(wait);
    }
  }
  return null;
}

async function ping(url: string): Promise<void> {
  await withClient(url, async (client) => void (await client.query("select 1")));
}

async function createDatabase(url: string): Promise<void> {
  await withClient(url, async (client) => {
    const { rowCount } = await client.query("select 1 from pg_database where datname = $1", [DATABASE]);
    if (rowCount === 0) await client.query(`create database ${DATABASE}`);
  });
}

async function withClient(url: string, use: (client: pg.Client) => Promise<void>): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  client.on("error", () => {});
  try {
    await client.connect();
    await use(client);
  } finally {
    await client.end().catch(() => {});
  }
}
