/** A throwaway PostgreSQL with the newest schema behind a bridge, for tests that need the real thing. */
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
  /** The owner's: for tests to look into everything. */
  readonly url: string;
  /** What the exchange logs in with: DATABASE_URL. */
  readonly writerUrl: string;
  /** For `neonConfig.fetchEndpoint`, or the variable NEON_FETCH_ENDPOINT. */
  readonly fetchEndpoint: string;
  /** Stops the server and leaves its data; `start` brings it back under the same URL. */
  stop(): Promise<void>;
  /** SIGKILL to every process of the server: no chance to finish anything. `start` brings it back. */
  kill(): Promise<void>;
  start(): Promise<void>;
  /** Stops every process of the server where it is, connections open, until `thaw`. */
  freeze(): void;
  thaw(): void;
  /** Ends everything and removes the data. */
  close(): Promise<void>;
}

/** Makes a cluster in the temporary folder (about two seconds), migrates it and starts a bridge. */
export async function startTestDatabase(): Promise<TestDatabase> {
  const dir = mkdtempSync(join(tmpdir(), "exchange-postgres-"));
  // A server that root lends to another user must be able to pass.
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
