/** A Redis of the machine's redis-server, as a child of this process. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { startChild } from "../../../dev/children.ts";
import type { Child } from "../../../dev/children.ts";

const READY_MS = 20_000;
const POLL_MS = 20;

/** What to say when there is no Redis. */
export const REDIS_MISSING =
  "redis-server is not on the PATH: the classic exchange is left out. Install it with `apt-get install redis-server` or `brew install redis`.";

/** Whether a redis-server is on the PATH. */
export function hasRedis(): boolean {
  try {
    execFileSync("redis-server", ["--version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

/** Starts it with its files in `dir`. It appends commands to a file that is written to disk every second. */
export async function startRedis(port: number, dir: string): Promise<Child> {
  const settings = {
    port: String(port),
    bind: "127.0.0.1",
    dir,
    save: "",
    appendonly: "yes",
    appendfsync: "everysec",
  };
  const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]);
  const logFile = join(dir, "redis.log");
  const env = process.env;
  const child = await startChild({
    name: "Redis",
    command: "redis-server",
    args,
    env,
    cwd: dir,
    logFile,
    stopSignal: "SIGTERM",
  });
  return untilListening(child, port, logFile);
}

/** Waits until something listens on the port. Throws with the end of the child's log. */
export async function untilListening(child: Child, port: number, logFile: string): Promise<Child> {
  const deadline = Date.now() + READY_MS;
  while (!(await listens(port))) {
    if (Date.now() > deadline) {
      await child.stop();
      throw new Error(`nothing listens on port ${port}\n${readFileSync(logFile, "utf8").slice(-2_000)}`);
    }
    await sleep(POLL_MS);
  }
  return child;
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: "127.0.0.1" });
    socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
    socket.once("connect", () => socket.destroy());
  });
}
