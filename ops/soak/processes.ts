/** The running processes of a folder, read from /proc. */
import { readdirSync, readFileSync, readlinkSync } from "node:fs";

export interface RunningProcess {
  readonly pid: number;
  /** What the process is. */
  readonly name: string;
  /** Resident memory. */
  readonly megabytes: number;
}

/** The processes whose command line names the folder, but for this one. */
export function processesOf(folder: string): RunningProcess[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .flatMap((pid) => {
      try {
        const command = readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
        const resident = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
        if (!command.includes(folder) || resident === undefined) return [];
        const name = /(workerd|postgres|makers|wrangler|reaper|esbuild)/.exec(command.slice(folder.length))?.[1];
        return [{ pid: Number(pid), name: name ?? "other", megabytes: Number(resident) / 1024 }];
      } catch {
        // The process has ended meanwhile.
        return [];
      }
    });
}

/** The TCP ports on which a process listens on this machine. */
export function listeningPorts(pid: number): number[] {
  const sockets = new Set(
    readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
      try {
        return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1] ?? [];
      } catch {
        return [];
      }
    }),
  );
  return readFileSync(`/proc/${pid}/net/tcp`, "utf8")
    .split("\n")
    .flatMap((line) => {
      const [, local, , state, , , , , , inode] = line.trim().split(/\s+/);
      if (state !== LISTEN || local === undefined || inode === undefined || !sockets.has(inode)) return [];
      return [Number.parseInt(local.slice(local.indexOf(":") + 1), 16)];
    });
}

/** The state of a listening socket in /proc/net/tcp. */
const LISTEN = "0A";
