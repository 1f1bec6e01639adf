/** The fsync time of this disk, which every commit waits for, and what is written to it. */
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, rmSync, statSync, writeSync } from "node:fs";
import { join } from "node:path";

const WRITES = 300;
const PAGE = Buffer.alloc(4096, 1);

export interface FsyncTimes {
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** Appends pages to a file in the folder, each followed by fsync. */
export function probeFsync(folder: string): FsyncTimes {
  const file = join(folder, "fsync-probe");
  const handle = openSync(file, "w");
  const times: number[] = [];
  try {
    for (let i = 0; i < WRITES; i++) {
      writeSync(handle, PAGE);
      const started = performance.now();
      fsyncSync(handle);
      times.push(performance.now() - started);
    }
  } finally {
    closeSync(handle);
    rmSync(file);
  }
  times.sort((a, b) => a - b);
  const at = (share: number): number => times[Math.floor(WRITES * share)] ?? Number.NaN;
  return { p50Ms: at(0.5), p99Ms: at(0.99) };
}

const SECTOR_BYTES = 512;

/**
 * Bytes that the device of a folder has written since the machine started, for all processes; null where the system does
 * not tell. The counters of processes (/proc/PID/io) are of no use: a write into a large page counts all of it.
 */
export function deviceBytes(folder: string): number | null {
  if (!existsSync("/proc/diskstats")) return null;
  return writtenBytes(readFileSync("/proc/diskstats", "utf8"), statSync(folder).dev);
}

/** Reads /proc/diskstats. `device` is the number that stat gives. */
export function writtenBytes(diskstats: string, device: number): number | null {
  const major = (device >>> 8) & 0xfff;
  const minor = (device & 0xff) | ((device >>> 12) & 0xfff00);
  for (const line of diskstats.split("\n")) {
    const fields = line.trim().split(/\s+/);
    if (Number(fields[0]) === major && Number(fields[1]) === minor) return Number(fields[9]) * SECTOR_BYTES;
  }
  return null;
}
