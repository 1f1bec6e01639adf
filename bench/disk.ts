/** The fsync time of this disk, which every commit waits for. */
import { closeSync, fsyncSync, openSync, rmSync, writeSync } from "node:fs";
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
