/** Child processes of a development run: each in its own process group, its output in a log file, ended with us. */
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
  /** As it is called in messages. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  /** Output is appended here. */
  readonly logFile: string;
  /** The signal that asks this program to end in order. */
  readonly stopSignal: "SIGINT" | "SIGTERM";
  readonly uid?: number | undefined;
  readonly gid?: number | undefined;
}

export interface Child {
  readonly pid: number;
  /** Settles when the process has ended, with a few words on how: `exit code 1`, `signal SIGKILL`. */
  readonly ended: Promise<string>;
  /** Asks the process group to end, kills it if it does not, and waits for it. */
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
      // What the child started itself must not outlive it: the group is gone once this signal finds nobody.
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

/** Starts the reaper with the first child; it sees our end as the end of its standard input. */
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
