/** The three workers in one `wrangler dev`, which is restarted when its health checks fail. */
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { stripVTControlCharacters } from "node:util";
import { exchangeApi } from "./api.ts";
import { startChild } from "./children.ts";
import type { Child } from "./children.ts";
import { CONFIGS } from "./envFiles.ts";
import { StartFailure } from "./failure.ts";
import { chosenVariables, localVariables } from "./localVariables.ts";
import { moveRenamedObjects } from "./renamedObjects.ts";
import type { Secrets } from "./secrets.ts";
import { untilSilent } from "./watchdog.ts";

const READY_MS = 90_000;
/**
 * V8's flags. The platform gives an isolate 128 MB. And without a small initial size V8 first collects the garbage of
 * miniflare's proxies, through which every request goes, when each holds more than 60 MB and as much outside its heap.
 */
const V8_FLAGS = "--max-heap-size=128 --initial-old-space-size=16";
const START_POLL_MS = 100;
const RESTART_MS_MAX = 15_000;

export interface ExchangeSetup {
  /** The project's folder. */
  readonly root: string;
  readonly stateDir: string;
  readonly port: number;
  readonly secrets: Secrets;
  /** Connection string of a login with the role exchange_writer. */
  readonly databaseUrl: string;
  /** URL of the bridge, to which the Neon driver sends its statements. */
  readonly fetchEndpoint: string;
  /** Log every request too, not only warnings and errors. */
  readonly logRequests: boolean;
  /** Called with a message when the exchange is restarted. */
  readonly report: (line: string) => void;
}

export interface RunningExchange {
  readonly url: string;
  stop(): Promise<void>;
}

/** Starts the workers and waits until they answer. Throws StartFailure with the reason otherwise. */
export async function startExchange(setup: ExchangeSetup): Promise<RunningExchange> {
  const url = `http://localhost:${setup.port}`;
  moveRenamedObjects(join(setup.stateDir, "state"));
  let child = await startWorkers(setup, url);
  const stopping = new AbortController();
  const keeper = (async (): Promise<void> => {
    for (let wait = 500; ; wait = Math.min(wait * 2, RESTART_MS_MAX)) {
      const started = Date.now();
      const how = await Promise.race([child.ended, untilSilent(url, stopping.signal)]);
      if (stopping.signal.aborted) return;
      if (Date.now() - started > 60_000) wait = 500;
      setup.report(`the exchange stopped answering (${how}): starting it again`);
      await child.stop();
      await sleep(wait);
      if (stopping.signal.aborted) return;
      try {
        child = await startWorkers(setup, url);
        setup.report("the exchange is back");
      } catch (error) {
        setup.report(error instanceof Error ? error.message : String(error));
      }
    }
  })();
  return {
    url,
    stop: async () => {
      stopping.abort();
      await child.stop();
      await keeper;
      // A restart in progress may have started a new child.
      await child.stop();
    },
  };
}

async function startWorkers(setup: ExchangeSetup, url: string): Promise<Child> {
  const logFile = join(setup.stateDir, "logs", "exchange.log");
  const logStart = existsSync(logFile) ? statSync(logFile).size : 0;
  // An empty file instead of the gateway's .env, because `npm run dev` passes variables by the environment.
  const envFile = join(setup.stateDir, "cache", "empty.env");
  writeFileSync(envFile, "");
  const child = await startChild({
    name: "wrangler dev",
    command: process.execPath,
    args: [
      join(setup.root, "node_modules", "wrangler", "bin", "wrangler.js"),
      "dev",
      ...CONFIGS.flatMap((config) => ["-c", config]),
      "--port",
      String(setup.port),
      "--inspector-port",
      "0",
      "--persist-to",
      join(setup.stateDir, "state"),
      "--env-file",
      envFile,
      "--show-interactive-dev-session=false",
      "--log-level",
      setup.logRequests ? "log" : "warn",
    ],
    env: workerEnvironment(setup),
    cwd: setup.root,
    logFile,
    stopSignal: "SIGTERM",
  });
  let ended = "";
  void child.ended.then((how) => (ended = how));
  const api = exchangeApi(url, 1);
  try {
    const deadline = Date.now() + READY_MS;
    for (;;) {
      if (ended !== "")
        throw new StartFailure(`The exchange did not start (${ended}): ${lastWords(logFile, logStart)}`);
      try {
        await api.health();
        return child;
      } catch {
        // Not ready yet.
      }
      if (Date.now() > deadline) {
        await child.stop();
        throw new StartFailure(`The exchange does not answer on ${url}: ${lastWords(logFile, logStart)}`);
      }
      await sleep(START_POLL_MS);
    }
  } finally {
    api.close();
  }
}

/**
 * The environment of wrangler. Each worker receives the names that its configuration lists as secrets or variables.
 * Tracing is off because it costs three quarters of the speed; other settings avoid shared state, output and network
 * use.
 */
function workerEnvironment(setup: ExchangeSetup): NodeJS.ProcessEnv {
  return {
    ...process.env,
    ...localVariables(setup.secrets, { ...setup, url: `http://localhost:${setup.port}` }),
    ...chosenVariables(process.env),
    MINIFLARE_WORKERD_V8_FLAGS: V8_FLAGS,
    X_LOCAL_OBSERVABILITY: "false",
    CLOUDFLARE_CF_FETCH_ENABLED: "false",
    WRANGLER_REGISTRY_PATH: join(setup.stateDir, "registry"),
    XDG_CONFIG_HOME: join(setup.stateDir, "cache"),
    WRANGLER_CACHE_DIR: join(setup.stateDir, "cache"),
    WRANGLER_WRITE_LOGS: "false",
    WRANGLER_SEND_METRICS: "false",
    WRANGLER_HIDE_BANNER: "true",
    NO_COLOR: "1",
    FORCE_COLOR: "0",
    CI: "1",
  };
}

/** The first error line of the log since this start. */
function lastWords(logFile: string, from: number): string {
  const lines = stripVTControlCharacters(readFileSync(logFile).subarray(from).toString("utf8")).split("\n");
  const error = lines.find((line) => /\[ERROR\]|error/i.test(line))?.replace(/^.*\[(?:ERROR|wrangler:error)\]\s*/, "");
  return `${error?.trim() ?? "no reason given"} (log: ${logFile}).`;
}
