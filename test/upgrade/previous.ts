/**
 * The previous release as processes on a state folder of `npm run dev`, with what that release's start would have made;
 * and a deployment that has got as far as the core.
 */
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
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
import { buildBundles } from "../rig/bundles.ts";
import { BUNDLE, packedConfig, ROOT, unpackRelease } from "./release.ts";

const CORE = "durable-objects/wrangler.toml";

export interface StartedRelease {
  /** Ends every process; what workerd has not written by then is lost. */
  stop(): Promise<void>;
}

export interface PreviousRelease extends StartedRelease {
  readonly demo: Demo;
}

/** Starts it with an administrator, a second one who approves, and the demo's traders; no market makers. */
export async function startPreviousRelease(state: string, port: number): Promise<PreviousRelease> {
  const root = mkdtempSync(join(tmpdir(), "exchange-previous-"));
  unpackRelease(root);
  for (const name of ["logs", "state", "cache"]) mkdirSync(join(state, name), { recursive: true });
  const { url, databaseUrl, secrets, stop } = await start(state, port, root, join(root, "db/migrations"));
  const path = (name: string): string => join(state, name);
  const exchange = exchangeApi(url, 4);
  // It has no tax lots, and no such setting.
  const api = { ...exchange, setLotMethod: () => Promise.resolve() };
  const demo = await prepareDemo(
    api,
    {
      url,
      databaseUrl,
      demoFile: path("demo.json"),
      makersFile: path("makers.json"),
      approverFile: path("approver.json"),
      fourEyes: true,
    },
    secrets,
  );
  exchange.close();
  return { demo, stop };
}

/**
 * Starts the core of this release with the gateway and the quotes worker of the previous one: a deployment sends the core
 * first, after the migrations.
 */
export async function startDeployedCore(state: string, port: number): Promise<StartedRelease> {
  const root = mkdtempSync(join(tmpdir(), "exchange-deployment-"));
  unpackRelease(root);
  const [core] = await buildBundles([join(ROOT, CORE)]);
  if (core === undefined) throw new Error("no core");
  writeFileSync(join(root, CORE), packedConfig(CORE));
  copyFileSync(core.module, join(root, "durable-objects", BUNDLE));
  return await start(state, port, root);
}

/** Starts PostgreSQL and the workers of a folder. */
async function start(state: string, port: number, root: string, migrations?: string) {
  const path = (name: string): string => join(state, name);
  const secrets = await loadSecrets(path("secrets.json"));
  const report = (line: string): void => console.log(line);
  const postgres = await startPostgres({ dir: path("postgres"), logFile: path("logs/postgres.log"), report });
  const bridge = await startBridge();
  await migrate(postgres.url, migrations);
  const exchange = await startExchange({
    root,
    stateDir: state,
    port,
    secrets,
    databaseUrl: await writerLogin(postgres.url, secrets.writerPassword),
    fetchEndpoint: bridge.url,
    logRequests: false,
    report,
  });
  const stop = async (): Promise<void> => {
    await exchange.stop();
    await bridge.close();
    await postgres.stop();
    rmSync(root, { recursive: true, force: true });
  };
  return { url: exchange.url, databaseUrl: postgres.url, secrets, stop };
}
