/** One bare workerd process, without a proxy or retries that would hide a crash. */
import { createRequire } from "node:module";
import { request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { startChild } from "../../dev/children.ts";
import type { Child } from "../../dev/children.ts";

const READY_MS = 20_000;
const POLL_MS = 10;

export interface WorkerdSpec {
  readonly configFile: string;
  readonly logFile: string;
  /** A URL that answers 200 once the workers run. */
  readonly healthUrl: string;
  /** host:port of the inspector; null for none. */
  readonly inspectorAddress: string | null;
}

export interface Workerd {
  readonly pid: number;
  /** Sends SIGKILL. Resolves when the process is gone. */
  kill(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts workerd and waits until it answers. Throws with the end of its log when it does not. */
export async function startWorkerd(spec: WorkerdSpec): Promise<Workerd> {
  const inspector = spec.inspectorAddress === null ? [] : [`--inspector-addr=${spec.inspectorAddress}`];
  const child = await startChild({
    name: "workerd",
    // SIGXFSZ is ignored: a write beyond the file size limit fails as on a full disk.
    command: "sh",
    args: [
      "-c",
      'trap "" XFSZ; exec "$0" "$@"',
      workerdBinary(),
      "serve",
      "--experimental",
      ...inspector,
      spec.configFile,
    ],
    env: {},
    cwd: dirname(spec.configFile),
    logFile: spec.logFile,
    stopSignal: "SIGTERM",
  });
  await untilHealthy(child, spec);
  return {
    pid: child.pid,
    kill: async () => {
      process.kill(-child.pid, "SIGKILL");
      await child.ended;
    },
    stop: () => child.stop(),
  };
}

async function untilHealthy(child: Child, spec: WorkerdSpec): Promise<void> {
  let ended = "";
  void child.ended.then((how) => (ended = how));
  const deadline = Date.now() + READY_MS;
  let status = 0;
  while ((status = await statusOf(spec.healthUrl)) !== 200) {
    if (ended === "" && Date.now() < deadline) {
      await sleep(POLL_MS);
      continue;
    }
    await child.stop();
    const why = ended === "" ? `GET ${spec.healthUrl} answers ${status || "nothing"}` : `it ended: ${ended}`;
    throw new Error(`workerd did not start (${why})\n${readFileSync(spec.logFile, "utf8").slice(-4_000)}`);
  }
}

function statusOf(url: string): Promise<number> {
  return new Promise((resolve) => {
    const outgoing = request(url, { agent: false, timeout: READY_MS }, (incoming) => {
      incoming.resume();
      resolve(incoming.statusCode ?? 0);
    });
    outgoing.on("error", () => resolve(0));
    outgoing.end();
  });
}

/** The workerd binary, not the package's wrapper script, which would be another process to kill. */
function workerdBinary(): string {
  const packageFile = createRequire(import.meta.url).resolve("workerd/package.json");
  const platform = process.platform === "win32" ? "windows" : process.platform;
  const name = `@cloudflare/workerd-${platform}-${process.arch === "x64" ? "64" : process.arch}`;
  const native = createRequire(packageFile).resolve(`${name}/package.json`);
  return join(dirname(native), process.platform === "win32" ? "bin/workerd.exe" : "bin/workerd");
}
