/** Jobs of child processes, and their start. */
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { EdgeCost } from "./edge.ts";
import type { PeerName, PeerSpeed } from "./peers.ts";
import type { SnapshotTimes } from "./run/snapshot.ts";
import type { Speed } from "./speed.ts";
import type { Latency } from "./statistics.ts";
import type { WaitingCost, WaitingKind } from "./waiting.ts";

/** `file`: the stream. `bundle`: the module that is measured. */
export type Job =
  | {
      readonly task: "speed" | "latency" | "edge" | "snapshot";
      readonly file: string;
      readonly bundle: string;
      readonly repetitions: number;
    }
  | { readonly task: "waiting"; readonly kind: WaitingKind; readonly orders: number }
  | { readonly task: "memory"; readonly file: string; readonly bundle: string }
  | {
      readonly task: "peer";
      readonly file: string;
      readonly peer: PeerName;
      /** Timed messages. */
      readonly limit: number;
      readonly repetitions: number;
    };

interface Results {
  readonly speed: Speed;
  readonly latency: Latency;
  /** Bytes per resting order. */
  readonly memory: number;
  readonly edge: EdgeCost;
  readonly snapshot: SnapshotTimes;
  readonly peer: PeerSpeed;
  readonly waiting: WaitingCost;
}

const CHILD = fileURLToPath(new URL("child.ts", import.meta.url));

/** Runs a job in a new process. Throws with that process's output when it fails. */
export async function perform<T extends Job["task"]>(job: Job & { readonly task: T }): Promise<Results[T]> {
  const args = ["--no-warnings", "--expose-gc", CHILD, JSON.stringify(job)];
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  execFile(process.execPath, args, (error, stdout, stderr) => {
    if (error === null) resolve(stdout);
    else reject(new Error(stderr.trim() === "" ? error.message : stderr.trim()));
  });
  return JSON.parse(await promise) as Results[T];
}
