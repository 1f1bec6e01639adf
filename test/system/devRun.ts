/** `npm run dev` and its companions as processes of their own. */
import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, vi } from "vitest";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const NODE = join(ROOT, "node_modules", ".bin", "node");
const READY_MS = 100_000;

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
  await vi.waitFor(
    () => {
      if (run.process.exitCode !== null) throw new Error(run.said());
      expect(run.said()).toMatch(new RegExp(`^ready on http://localhost:${port}$`, "m"));
    },
    { timeout: READY_MS, interval: 50 },
  );
  return run;
}
