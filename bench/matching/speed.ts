/** Measures throughput, latency of single messages, allocation and garbage collection of the engine. */
import { PerformanceObserver } from "node:perf_hooks";
import { setImmediate as nextTurn } from "node:timers/promises";
import type * as measured from "./run/measured.ts";
import { latencyOf, median } from "./statistics.ts";
import type { Latency } from "./statistics.ts";
import type { Stream } from "./run/stream.ts";

/** The bundle's exports. */
export type Measured = typeof measured;

export interface Speed {
  readonly messages: number;
  /** The number of timed messages; the others fill the book before. */
  readonly timed: number;
  /** Number of lines of the report stream of all messages, and its hash. */
  readonly reports: number;
  readonly sha256: string;
  /** Trades of the timed part. */
  readonly trades: number;
  /** Timed messages a second of each measured repetition. */
  readonly perSecond: readonly number[];
  /** Timed messages per second of CPU, which does not depend on other load of the core. */
  readonly perCpuSecond: readonly number[];
  /** Bytes allocated on the heap and runs of the garbage collector per million messages. */
  readonly allocatedPerMillion: number;
  readonly collectionsPerMillion: number;
}

/** Warm-up repetitions, which do not count. */
const WARM_UP = 5;

/** Runs a stream through new books. Throws when a final state differs from the expected one or between runs. */
export async function measureSpeed({ Runner }: Measured, stream: Stream, repetitions: number): Promise<Speed> {
  const collections = watchCollections();
  const runner = new Runner(stream);
  const perSecond: number[] = [];
  const perCpuSecond: number[] = [];
  const allocated: number[] = [];
  let reports = 0;
  let sha256 = "";
  let trades = 0;
  let collected = 0;
  const millions = (stream.count - stream.setUp) / 1e6;
  for (let nth = -WARM_UP; nth < repetitions; nth++) {
    const run = runner.start();
    globalThis.gc?.();
    const heapBefore = process.memoryUsage().heapUsed;
    const cpuBefore = process.threadCpuUsage();
    const started = performance.now();
    run.finish();
    const ended = performance.now();
    const cpu = process.threadCpuUsage(cpuBefore);
    const heapAfter = process.memoryUsage().heapUsed;
    const { events } = run.engine;
    if (nth === -WARM_UP) {
      ({ trades, sha256 } = run.check());
      reports = events.count;
      runner.keepLog(events);
    } else if (events.count !== reports) {
      throw new Error(`${stream.name} gave ${events.count} reports, and ${reports} before`);
    }
    if (nth < 0) continue;
    perSecond.push((1e9 * millions) / (ended - started));
    perCpuSecond.push((1e12 * millions) / (cpu.user + cpu.system));
    allocated.push((heapAfter - heapBefore) / millions);
    collected += await collections.between(started, ended);
  }
  return {
    messages: stream.count,
    timed: stream.count - stream.setUp,
    reports,
    sha256,
    trades,
    perSecond,
    perCpuSecond,
    allocatedPerMillion: Math.max(0, median(allocated)),
    collectionsPerMillion: collected / repetitions / millions,
  };
}

/**
 * Times each message alone: the median over repetitions of each percentile, in nanoseconds, without the clock's cost.
 */
export function measureLatency({ Runner }: Measured, stream: Stream, repetitions: number): Latency {
  const runner = new Runner(stream);
  const warm = runner.start();
  warm.finish();
  runner.keepLog(warm.engine.events);
  const clock = clockCost();
  const found: Latency[] = [];
  const durations = new Float64Array(stream.count - stream.setUp);
  for (let repetition = 0; repetition < repetitions; repetition++) {
    const run = runner.start();
    for (let nth = 0; nth < durations.length; nth++) {
      const before = performance.now();
      run.step(stream.setUp + nth);
      durations[nth] = 1e6 * (performance.now() - before);
    }
    // The first one warms up the loop.
    if (repetition > 0 || repetitions === 1) found.push(latencyOf(durations, clock));
  }
  return {
    p50: median(found.map(({ p50 }) => p50)),
    p99: median(found.map(({ p99 }) => p99)),
    p999: median(found.map(({ p999 }) => p999)),
  };
}

/** Memory of the whole book per resting order after the stream's set-up, in bytes. */
export async function measureMemory({ Runner }: Measured, stream: Stream): Promise<number> {
  const bytes = async (): Promise<number> => {
    // Freed buffers are counted in the next turn of the event loop.
    for (let turn = 0; turn < 3; turn++) {
      globalThis.gc?.();
      await nextTurn();
    }
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    return heapUsed + arrayBuffers;
  };
  const runner = new Runner(stream);
  // A first run, so that compiled code and the log of events are not counted.
  runner.keepLog(runner.start().engine.events);
  const ids = runner.ids();
  const before = await bytes();
  const { engine } = runner.start(ids);
  const taken = (await bytes()) - before;
  // Used after the measurement, so that the book is not collected before.
  const resting = engine.bids.size + engine.asks.size;
  if (runner.stream !== stream || ids.get(0) >= 0) throw new Error("the stream has changed");
  return taken / resting;
}

/** Nanoseconds between two readings of the clock with nothing between them. */
function clockCost(): number {
  const costs = new Float64Array(200_000);
  for (let nth = 0; nth < costs.length; nth++) {
    const before = performance.now();
    costs[nth] = 1e6 * (performance.now() - before);
  }
  return latencyOf(costs, 0).p50;
}

interface Collections {
  /** The number of collections that began between two times of `performance.now()`. */
  between(from: number, to: number): Promise<number>;
}

function watchCollections(): Collections {
  const starts: number[] = [];
  new PerformanceObserver((list) => starts.push(...list.getEntries().map(({ startTime }) => startTime))).observe({
    entryTypes: ["gc"],
  });
  return {
    between: async (from, to) => {
      // They are reported after the turn of the event loop in which they happened.
      await nextTurn();
      await nextTurn();
      return starts.filter((start) => start >= from && start <= to).length;
    },
  };
}
