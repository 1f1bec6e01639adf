/** Child processes of a development run, each in its own process group with a log file. They end with this process. */
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { mkdirSync, openSync, closeSync } from "node:fs";
import { Socket } from "node:net";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { errorText } from "./failure.ts";

/** How long a child may take to stop before it is killed. */
const STOP_MS = 8_000;

export interface ChildSpec {
  /** Its name in messages. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  /** Output is appended here. */
  readonly logFile: string;
  /** The signal on which this program shuts down. */
  readonly stopSignal: "SIGINT" | "SIGTERM";
  readonly uid?: number | undefined;
  readonly gid?: number | undefined;
}

export interface Child {
  readonly pid: number;
  /** Resolves when the process has ended, with the reason: `exit code 1`, `signal SIGKILL`. */
  readonly ended: Promise<string>;
  /** Signals the process group to shut down, kills it after a timeout, and waits for its end. */
  stop(): Promise<void>;
}

/** Starts a child. Rejects when the program cannot be started at all. */
export async function startChild(spec: ChildSpec): Promise<Child> {
  mkdirSync(dirname(spec.logFile), { recursive: true });
  const log = openSync(spec.logFile, "a");
  let child: ChildProcess;
  try {
    child = spawn(spec.command, spec.args, {
      cwd: spec.cwd,
      env: spec.env,
      detached: true,
      stdio: ["ignore", log, log],
      ...(spec.uid === undefined ? {} : { uid: spec.uid }),
      ...(spec.gid === undefined ? {} : { gid: spec.gid }),
    });
    await new Promise<void>((resolve, reject) => {
      child.once("spawn", resolve);
      child.once("error", (error) => reject(new Error(`cannot start ${spec.name}: ${errorText(error)}`)));
    });
  } finally {
    closeSync(log);
  }
  const { pid } = child;
  if (pid === undefined) throw new Error(`cannot start ${spec.name}`);
  tellReaper(`watch ${pid} ${spec.stopSignal}`);
  const ended = new Promise<string>((resolve) => {
    child.once("exit", (code, signal) => {
      // Kills the child's own children too: the group has ended when no process receives the signal.
      signalGroup(pid, "SIGKILL");
      tellReaper(`forget ${pid}`);
      resolve(signal === null ? `exit code ${code}` : `signal ${signal}`);
    });
  });
  return { pid, ended, stop: () => stopGroup(pid, spec.stopSignal, ended) };
}

async function stopGroup(pid: number, signal: NodeJS.Signals, ended: Promise<string>): Promise<void> {
  signalGroup(pid, signal);
  const timer = setTimeout(() => signalGroup(pid, "SIGKILL"), STOP_MS);
  await ended;
  clearTimeout(timer);
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // No such group: everything in it has ended.
  }
}

let reaper: ChildProcess | undefined;

/** Starts the reaper with the first child. Its standard input closes when this process ends. */
function tellReaper(line: string): void {
  if (reaper === undefined) {
    reaper = spawn(process.execPath, [fileURLToPath(new URL("reaper.ts", import.meta.url))], {
      detached: true,
      stdio: ["pipe", "ignore", "ignore"],
    });
    reaper.on("error", () => {});
    reaper.stdin?.on("error", () => {});
    reaper.unref();
    if (reaper.stdin instanceof Socket) reaper.stdin.unref();
  }
  reaper.stdin?.write(`${line}\n`);
}
