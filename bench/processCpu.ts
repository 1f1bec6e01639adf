/** CPU time of another process. */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";

export interface CpuTime {
  readonly totalMs: number;
  /** The part spent in the operating system: file writes, fsync, network. */
  readonly systemMs: number;
}

/** Clock ticks of /proc: 100 a second on Linux. */
const TICK_MS = 10;

/** CPU time of a process since it started; without /proc the part of the system is unknown and 0. */
export function cpuTime(pid: number): CpuTime {
  const stat = `/proc/${pid}/stat`;
  if (existsSync(stat)) {
    // The program's name may hold spaces and parentheses; what follows it does not.
    const fields = readFileSync(stat, "utf8").split(") ").at(-1)?.split(" ") ?? [];
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
