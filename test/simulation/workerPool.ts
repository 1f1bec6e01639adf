import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Totals } from "./simulatedObject.ts";

/** Seeds for one process, with or without a mutant. */
export interface Batch {
  readonly from: number;
  readonly step: number;
  readonly count: number;
  readonly mutant: string | null;
}

/** The result of a seed. */
export interface SeedResult {
  readonly seed: number;
  readonly failure: string | null;
  readonly totals: Totals;
}

/** Runs seeds in parallel processes. Returning `stop` ends all of them. Rejects when a process exits with an error. */
export async function runSeeds(
  seeds: { readonly from: number; readonly count: number; readonly mutant: string | null },
  jobs: number,
  take: (played: SeedResult) => "go on" | "stop",
): Promise<void> {
  const { from, count, mutant } = seeds;
  const controller = new AbortController();
  const batches = Array.from({ length: Math.min(jobs, count) }, (_, nth): Batch => {
    return { from: from + nth, step: jobs, count: Math.ceil((count - nth) / jobs), mutant };
  });
  await Promise.all(batches.map((batch) => playBatch(batch, controller, take)));
}

function playBatch(
  batch: Batch,
  controller: AbortController,
  take: (played: SeedResult) => "go on" | "stop",
): Promise<void> {
  const { signal } = controller;
  const script = fileURLToPath(new URL("batch.ts", import.meta.url));
  return new Promise((resolve, reject) => {
    const child = fork(script, [JSON.stringify(batch)], {
      signal,
      killSignal: "SIGKILL",
      execArgv: ["--no-warnings"],
    });
    child.on("message", (played) => {
      if (!signal.aborted && take(played as SeedResult) === "stop") controller.abort();
    });
    child.on("error", (error) => (signal.aborted ? resolve() : reject(error)));
    child.on("exit", (code) =>
      code === 0 || signal.aborted ? resolve() : reject(new Error(`a process ended with ${code}`)),
    );
  });
}
