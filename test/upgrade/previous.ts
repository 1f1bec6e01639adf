/** The previous release as a process on a state folder of `npm run dev`, with what that release's start would have made. */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { migrate } from "../../db/migrate.ts";
import { exchangeApi } from "../../dev/api.ts";
import { prepareDemo } from "../../dev/demo.ts";
import type { Demo } from "../../dev/demo.ts";
import { startExchange } from "../../dev/exchange.ts";
import { startBridge } from "../../dev/neonBridge.ts";
import { startPostgres } from "../../dev/postgres.ts";
import { writerLogin } from "../../dev/postgresLogin.ts";
import { loadSecrets } from "../../dev/secrets.ts";
import { unpackRelease } from "./release.ts";

export interface PreviousRelease {
  readonly demo: Demo;
  /** Ends every process; what workerd has not written by then is lost. */
  stop(): Promise<void>;
}

/** Starts it with an administrator, a second one who approves, and the demo's traders; no market makers. */
export async function startPreviousRelease(state: string, port: number): Promise<PreviousRelease> {
  const root = mkdtempSync(join(tmpdir(), "exchange-previous-"));
  unpackRelease(root);
  for (const name of ["logs", "state", "cache"]) mkdirSync(join(state, name), { recursive: true });
  const path = (name: string): string => join(state, name);
  const secrets = await loadSecrets(path("secrets.json"));
  const report = (line: string): void => console.log(line);
  const postgres = await startPostgres({ dir: path("postgres"), logFile: path("logs/postgres.log"), report });
  const bridge = await startBridge();
  await migrate(postgres.url, join(root, "db/migrations"));
  const databaseUrl = await writerLogin(postgres.url, secrets.writerPassword);
  const exchange = await startExchange({
    root,
    stateDir: state,
    port,
    secrets,
    databaseUrl,
    fetchEndpoint: bridge.url,
    logRequests: false,
    report,
  });
  const api = exchangeApi(exchange.url, 4);
  const demo = await prepareDemo(
    api,
    {
      url: exchange.url,
      databaseUrl: postgres.url,
      demoFile: path("demo.json"),
      makersFile: path("makers.json"),
      approverFile: path("approver.json"),
      fourEyes: true,
    },
    secrets,
  );
  api.close();
  return {
    demo,
    stop: async () => {
      await exchange.stop();
      await bridge.close();
      await postgres.stop();
      rmSync(root, { recursive: true, force: true });
    },
  };
}
