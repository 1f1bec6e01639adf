/** What a child process is asked to measure, and asking it. */
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { PeerName, PeerSpeed } from "./peers.ts";
import type { Speed } from "./speed.ts";
import type { Latency } from "./statistics.ts";

export type Job =
  | { readonly task: "speed"; readonly file: string; readonly repetitions: number }
  | { readonly task: "latency"; readonly file: string; readonly repetitions: number }
  | { readonly task: "memory"; readonly file: string }
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
  /** Bytes for each resting order. */
  readonly memory: number;
  readonly peer: PeerSpeed;
}

const CHILD = fileURLToPath(new URL("child.ts", import.meta.url));

/** Does a job in a fresh process. Throws with what that process said when it fails. */
export async function perform<J extends Job>(job: J): Promise<Results[J["task"]]> {
  const { stdout } = await promisify(execFile)(process.execPath, ["--expose-gc", CHILD, JSON.stringify(job)], {
    maxBuffer: 2 ** 26,
  });
  return JSON.parse(stdout) as Results[J["task"]];
}
