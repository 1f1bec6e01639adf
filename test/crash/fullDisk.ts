/**
 * A full disk, simulated by a limit on the size of every file that workerd writes: a write beyond it fails as on a full
 * disk, without root or a file system of its own. A full tmpfs gave the same answers.
 */
import { execFileSync, spawnSync } from "node:child_process";

/** Whether the limits of a running process can be set: Linux with util-linux. */
export const CAN_FILL_DISK = process.platform === "linux" && spawnSync("prlimit", ["--version"]).status === 0;

/** Limits the size of files that the process writes; null removes the limit. */
export function limitFiles(pid: number, bytes: number | null): void {
  // The hard limit stays, so that anybody may raise the soft one again.
  execFileSync("prlimit", ["--pid", String(pid), `--fsize=${bytes ?? "unlimited"}:unlimited`]);
}
