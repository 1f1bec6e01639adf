/** Plan and result of a load run; shared by the benchmark and its generator thread. */
import { once } from "node:events";
import { Worker } from "node:worker_threads";
import type { Key } from "../dev/credentials.ts";
import type { FlowShape } from "./orderFlow.ts";

export type LoadPlan = FlowShape & {
  readonly seconds: number;
  /**
   * `open`: requests are sent at random times at this mean rate whether or not answers come, as a market does.
   * `closed`: so many requests are always under way.
   */
  readonly pace:
    | { readonly kind: "open"; readonly perSecond: number }
    | { readonly kind: "closed"; readonly inFlight: number };
};

export interface LoadResult {
  /** Orders sent in total, and those acknowledged before the run's time was over. */
  readonly orders: number;
  readonly ordersInTime: number;
  readonly cancels: number;
  /** The first few errors in words, and how many there were. */
  readonly errors: readonly string[];
  readonly errorCount: number;
  /** Of every order: milliseconds from the time it was due to be sent to its acknowledgement; sorted. */
  readonly latencies: Float64Array;
  /** From the end of the run's time to the last answer. */
  readonly drainMs: number;
}

export interface GeneratorData {
  readonly url: string;
  readonly traders: readonly Key[];
}

export interface Generator {
  run(plan: LoadPlan): Promise<LoadResult>;
  close(): Promise<void>;
}

/** Starts the generator in a thread of its own, so that nothing else in this process delays its clock. */
export function startGenerator(data: GeneratorData): Generator {
  const worker = new Worker(new URL("generatorThread.ts", import.meta.url), { workerData: data });
  const { promise: failed, reject } = Promise.withResolvers<never>();
  failed.catch(() => {});
  worker.once("error", reject);
  return {
    run: async (plan) => {
      worker.postMessage(plan);
      const [result] = (await Promise.race([once(worker, "message"), failed])) as [LoadResult];
      return result;
    },
    close: async () => void (await worker.terminate()),
  };
}

/** The value below which a share of sorted values lies; NaN when there are none. */
export function quantile(sorted: Float64Array, share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
