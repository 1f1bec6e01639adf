/** Plan and result of a load run; shared by the benchmark and its generator thread. */
import { once } from "node:events";
import { Worker } from "node:worker_threads";
import type { Key } from "../dev/credentials.ts";
import type { FlowShape } from "./orderFlow.ts";

export type LoadPlan = FlowShape & {
  readonly seconds: number;
  /** Commands in one request (POST /v1/orders/batch); left out: each is a request of its own. */
  readonly batch?: number;
  /** Batches are frames of order entry sockets (/v1/trading/stream), one for each account. */
  readonly sockets?: boolean;
  /**
   * `open`: requests are sent at random times, independent of answers, at this mean rate of orders and cancels, also in
   * batches. `closed`: a constant number of concurrent requests.
   */
  readonly pace:
    | { readonly kind: "open"; readonly perSecond: number }
    | { readonly kind: "closed"; readonly inFlight: number };
};

export interface LoadResult {
  /** Orders sent in total, and those acknowledged before the end of the run's time. */
  readonly orders: number;
  readonly ordersInTime: number;
  readonly cancels: number;
  /** Texts of the first few errors, and the number of errors. */
  readonly errors: readonly string[];
  readonly errorCount: number;
  /** Milliseconds from the due time to the acknowledgement of every order, sorted. */
  readonly latencies: Float64Array;
  /** From the end of the run's time to the last answer. */
  readonly drainMs: number;
}

/** Where orders are sent. POST takes an order and answers 200 with its `id`, DELETE of `/id` answers 204. */
export interface GeneratorData {
  /** http://host:port/path */
  readonly ordersUrl: string;
  /** Headers that authenticate each account of the flow. */
  readonly credentials: readonly Readonly<Record<string, string>>[];
  /** The keys that sockets are authenticated with; none where there are no sockets. */
  readonly keys: readonly Key[];
}

/** Orders of these traders on the exchange. */
export function exchangeOrders(url: string, traders: readonly Key[]): GeneratorData {
  const credentials = traders.map(({ keyId, secret }) => {
    return { "apca-api-key-id": keyId, "apca-api-secret-key": secret };
  });
  return { ordersUrl: `${url}/v2/orders`, credentials, keys: traders };
}

export interface Generator {
  run(plan: LoadPlan): Promise<LoadResult>;
  close(): Promise<void>;
}

/** Starts the generator in a thread of its own, so that other work of this process does not delay its schedule. */
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

/** A percentile of sorted values; NaN without any. */
export function quantile(sorted: Float64Array, share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
