/** A temporary PostgreSQL with the newest schema behind a bridge, for tests. */
import { randomUUID } from "node:crypto";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { migrate } from "../db/migrate.ts";
import { startBridge } from "./neonBridge.ts";
import { startPostgres, wipePostgres } from "./postgres.ts";
import type { RunningPostgres } from "./postgres.ts";
import { signalTree } from "./processTree.ts";
import { writerLogin } from "./postgresLogin.ts";

export interface TestDatabase {
  /** Connection string of the owner, which may read everything. */
  readonly url: string;
  /** DATABASE_URL of the exchange. */
  readonly writerUrl: string;
  /** For `neonConfig.fetchEndpoint`, or the variable NEON_FETCH_ENDPOINT. */
  readonly fetchEndpoint: string;
  /** Process id of the server; its workers are its children. */
  pid(): number;
  /** Stops the server and leaves its data; `start` brings it back under the same URL. */
  stop(): Promise<void>;
  /** Kills every process of the server with SIGKILL. `start` starts it again. */
  kill(): Promise<void>;
  start(): Promise<void>;
  /** Suspends every process of the server, with open connections, until `thaw`. */
  freeze(): void;
  thaw(): void;
  /** Ends everything and removes the data. */
  close(): Promise<void>;
}

/** Creates a cluster in the temporary folder (about two seconds), migrates it and starts a bridge. */
export async function startTestDatabase(): Promise<TestDatabase> {
  const dir = mkdtempSync(join(tmpdir(), "exchange-postgres-"));
  // The server may run as another user, which must be able to traverse the folder.
  chmodSync(dir, 0o711);
  const place = { dir: join(dir, "postgres"), logFile: join(dir, "postgres.log"), report: () => {} };
  let server: RunningPostgres = await startPostgres(place);
  await migrate(server.url);
  const writerUrl = await writerLogin(server.url, randomUUID());
  const bridge = await startBridge();
  const { url } = server;
  return {
    url,
    writerUrl,
    fetchEndpoint: bridge.url,
    pid: () => server.pid(),
    stop: () => server.stop(),
    kill: async () => {
      signalTree(server.pid(), "SIGKILL");
      await server.stop();
    },
    freeze: () => signalTree(server.pid(), "SIGSTOP"),
    thaw: () => signalTree(server.pid(), "SIGCONT"),
    start: async () => {
      server = await startPostgres(place);
      if (server.url !== url) throw new Error("PostgreSQL came back on another port");
    },
    close: async () => {
      await bridge.close();
      await server.stop();
      await wipePostgres(place.dir);
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
