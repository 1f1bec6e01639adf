/** Memory of our workers' isolates, over the inspector of the workerd that runs them. */
import { setTimeout as sleep } from "node:timers/promises";
import { inspectorTargets, openInspector } from "./inspector.ts";
import type { Inspector, Target } from "./inspector.ts";

/** Megabytes of an isolate. */
export interface IsolateMemory {
  readonly used: number;
  readonly total: number;
  /** Memory of ArrayBuffers, outside of the heap. */
  readonly buffers: number;
}

const MEGABYTE = 2 ** 20;
/** Our workers; under `wrangler dev` with the prefix `core:user:`. */
const OURS = /^(?:core:user:)?(exchange-\w+)$/;
/** How long an isolate may take to answer. */
const ANSWER_MS = 5_000;

/**
 * Memory of each of our isolates by worker, after a full garbage collection if `collected`. Without those that do not
 * answer (an isolate without requests) or hang up (a busy one may refuse a session).
 */
export async function isolateMemory(
  inspectorUrl: string,
  collected: boolean,
  answerMs = ANSWER_MS,
  isWanted: (name: string) => boolean = () => true,
): Promise<Map<string, IsolateMemory>> {
  const memory = new Map<string, IsolateMemory>();
  for (const target of (await inspectorTargets(inspectorUrl)).filter(isOurs)) {
    if (!isWanted(nameOf(target))) continue;
    const inspector = await openInspector(target);
    try {
      const measured = measure(inspector, collected).catch(() => null);
      const found = await Promise.race([measured, sleep(answerMs, null)]);
      if (found !== null) memory.set(nameOf(target), found);
    } finally {
      inspector.close();
    }
  }
  return memory;
}

async function measure({ send }: Inspector, collected: boolean): Promise<IsolateMemory> {
  if (collected) await send("HeapProfiler.collectGarbage");
  const usage = (await send("Runtime.getHeapUsage")) as {
    usedSize: number;
    totalSize: number;
    backingStorageSize?: number;
  };
  return {
    used: usage.usedSize / MEGABYTE,
    total: usage.totalSize / MEGABYTE,
    buffers: (usage.backingStorageSize ?? 0) / MEGABYTE,
  };
}

/** Whether a target is one of our workers. */
export function isOurs({ id }: Target): boolean {
  return OURS.test(id);
}

function nameOf({ id }: Target): string {
  return OURS.exec(id)?.[1] ?? id;
}
