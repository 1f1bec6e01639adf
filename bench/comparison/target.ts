/** A system under load, and one measurement of it. */
import { execFileSync } from "node:child_process";
import { deviceBytes } from "../disk.ts";
import { quantile } from "../load.ts";
import type { LoadPlan, LoadResult } from "../load.ts";

export interface Target {
  /** `classic`, `single`, …: what the table and the JSON call it. */
  readonly name: string;
  /** Concurrent requests of its closed loop. */
  readonly inFlight: number;
  run(plan: Omit<LoadPlan, "accounts" | "symbols" | "batch" | "sockets">): Promise<LoadResult>;
  /** CPU time of all its processes. */
  cpuMs(): number;
  /** Waits until it has done everything that the orders caused, as the drain of the audit trail. */
  settle(): Promise<void>;
  /** Commits by object class; null for systems without objects. */
  commits(): Readonly<Record<string, number>> | null;
}

export interface Measurement {
  /** Acknowledged orders, until the last acknowledgement. */
  readonly ordersPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly cpuMsPerOrder: number;
  /** Written to the disk, journal of the file system included; null where the system does not tell. */
  readonly bytesPerOrder: number | null;
  /** By object class. */
  readonly commitsPerOrder: Readonly<Record<string, number>> | null;
  readonly errorCount: number;
  readonly errors: readonly string[];
}

/** Runs a load on a target. `dir` is a folder on the disk that it writes to. */
export async function measure(
  target: Target,
  dir: string,
  seconds: number,
  pace: LoadPlan["pace"],
): Promise<Measurement> {
  const bytesBefore = flushedBytes(dir);
  const commitsBefore = target.commits();
  const cpuBefore = target.cpuMs();
  const result = await target.run({ seconds, pace });
  await target.settle();
  const cpuMs = target.cpuMs() - cpuBefore;
  const commits = target.commits();
  const bytes = flushedBytes(dir);
  const { orders, latencies, errorCount, errors } = result;
  return {
    ordersPerSecond: orders / (seconds + result.drainMs / 1000),
    p50Ms: quantile(latencies, 0.5),
    p99Ms: quantile(latencies, 0.99),
    cpuMsPerOrder: cpuMs / orders,
    bytesPerOrder: bytes === null || bytesBefore === null ? null : (bytes - bytesBefore) / orders,
    commitsPerOrder: commits === null ? null : perOrder(commits, commitsBefore ?? {}, orders),
    errorCount,
    errors,
  };
}

/** Bytes that the disk has written after everything in memory was written to it. */
function flushedBytes(dir: string): number | null {
  if (deviceBytes(dir) === null) return null;
  execFileSync("sync");
  return deviceBytes(dir);
}

function perOrder(
  now: Readonly<Record<string, number>>,
  before: Readonly<Record<string, number>>,
  orders: number,
): Record<string, number> {
  const entries = Object.entries(now).map(([name, count]) => [name, (count - (before[name] ?? 0)) / orders] as const);
  return Object.fromEntries(entries.filter(([, count]) => count >= 0.005));
}
