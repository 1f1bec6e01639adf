/** CPU time of other processes. */
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";

export interface CpuTime {
  readonly totalMs: number;
  /** The part spent in the operating system: file writes, fsync, network. */
  readonly systemMs: number;
}

/** Clock ticks of /proc: 100 a second on Linux. */
const TICK_MS = 10;

/** CPU time of a process since it started; without /proc the part of the system is unknown and 0. */
export function cpuTime(pid: number): CpuTime {
  if (existsSync(`/proc/${pid}/stat`)) {
    const fields = statFields(pid);
    const user = Number(fields[11]) * TICK_MS;
    const system = Number(fields[12]) * TICK_MS;
    return { totalMs: user + system, systemMs: system };
  }
  const text = execFileSync("ps", ["-o", "time=", "-p", String(pid)], { encoding: "utf8" }).trim();
  const seconds = text.split(/[:-]/).reduce((sum, part) => sum * 60 + Number(part), 0);
  return { totalMs: seconds * 1000, systemMs: 0 };
}

export function cpuSince(pid: number, before: CpuTime): CpuTime {
  const now = cpuTime(pid);
  return { totalMs: now.totalMs - before.totalMs, systemMs: now.systemMs - before.systemMs };
}

/** CPU milliseconds of these processes, their children, and children that have ended. */
export function treeCpuMs(roots: readonly number[]): number {
  if (!existsSync("/proc/self/stat")) return roots.reduce((sum, pid) => sum + cpuTime(pid).totalMs, 0);
  const fields = new Map<number, string[]>();
  for (const name of readdirSync("/proc")) {
    if (/^\d+$/.test(name)) fields.set(Number(name), statFields(Number(name)));
  }
  const tree = new Set(roots);
  for (const pid of tree) {
    for (const [child, [, parent]] of fields) if (Number(parent) === pid) tree.add(child);
  }
  let ticks = 0;
  for (const pid of tree) {
    // User and system time, then those of the children that it has waited for.
    ticks += (fields.get(pid) ?? []).slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
  }
  return ticks * TICK_MS;
}

/** What follows the program's name, which may hold spaces and parentheses; empty when the process has ended. */
function statFields(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)?.split(" ") ?? [];
  } catch {
    return [];
  }
}
