/** `npm run dev` and its companions as processes of their own. */
import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const NODE = join(ROOT, "node_modules", ".bin", "node");
const READY_MS = 100_000;
const POLL_MS = 50;

export interface Run {
  readonly process: ChildProcess;
  readonly said: () => string;
}

/** Starts a script, by its path from the root. */
export function startScript(script: string, args: string[], env: Record<string, string> = {}): Run {
  const child = spawn(NODE, [join(ROOT, script), ...args], {
    cwd: ROOT,
    env: { ...process.env, DATABASE_URL: "", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let text = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (text += String(chunk)));
  return { process: child, said: () => text };
}

/** The whole exchange on a state folder and a port, when it has said that it is ready. */
export async function startDev(
  state: string,
  port: number,
  { args = [], env = {} }: { args?: string[]; env?: Record<string, string> } = {},
): Promise<Run> {
  const run = startScript("dev/main.ts", ["--state", state, ...args], { ...env, PORT: String(port) });
  const isReady = (): boolean => new RegExp(`^ready on http://localhost:${port}$`, "m").test(run.said());
  const deadline = Date.now() + READY_MS;
  while (!isReady()) {
    if (run.process.exitCode !== null || Date.now() > deadline) throw new Error(run.said());
    await sleep(POLL_MS);
  }
  return run;
}
