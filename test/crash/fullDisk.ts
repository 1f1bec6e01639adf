/**
 * A state folder that runs full, played by a limit on the size of every file that workerd writes: a write beyond it fails
 * as on a full disk, and it needs neither root nor a file system of its own. (A real one, a small tmpfs that was filled up,
 * made the same answers.)
 */
import { execFileSync, spawnSync } from "node:child_process";

/** Whether the limits of a running process can be set: Linux with util-linux. */
export const CAN_FILL_DISK = process.platform === "linux" && spawnSync("prlimit", ["--version"]).status === 0;

/** Limits the size of files that the process writes; null removes the limit. */
export function limitFiles(pid: number, bytes: number | null): void {
  // The hard limit stays, so that anybody may raise the soft one again.
  execFileSync("prlimit", ["--pid", String(pid), `--fsize=${bytes ?? "unlimited"}:unlimited`]);
}
