/** Attributes CPU time: samples of the workers' profiles by source folder. */
import { SAMPLE_MICROSECONDS } from "./inspector.ts";
import type { CallFrame, CpuProfile } from "./inspector.ts";

/** Parts of an order's CPU time. `storage` is SQL run by objects, `kernel` the actor kernel itself. */
export type Hop = "gateway" | "quotes" | "account" | "book" | "audit" | "identity" | "kernel" | "storage" | "engine";

/** Source path of a frame, relative to the project; "" for other code. */
export type SourceOf = (frame: CallFrame) => string;

const FOLDERS: readonly (readonly [prefix: string, hop: Hop])[] = [
  ["durable-objects/actor/journal.ts", "storage"],
  ["durable-objects/account/store.ts", "storage"],
  ["durable-objects/audit/chainStore.ts", "storage"],
  ["durable-objects/identity/tables.ts", "storage"],
  ["durable-objects/account/", "account"],
  ["domain/account/", "account"],
  ["durable-objects/orderbook/", "book"],
  ["domain/matching/", "book"],
  ["durable-objects/audit/", "audit"],
  ["db/", "audit"],
  ["durable-objects/identity/", "identity"],
];
/** Storage calls of the runtime that the kernel makes itself. */
const STORAGE_CALLS = new Set(["transactionSync", "sync", "exec", "setAlarm"]);

/**
 * Milliseconds of a profile by hop. A sample counts one interval and not the gap since the previous one, because the
 * profiler samples an isolate only while a thread runs it.
 */
export function timeByHop(worker: string, profile: CpuProfile, sourceOf: SourceOf): Map<Hop, number> {
  const intervalMs = samplingInterval(profile) / 1000;
  const hops = hopOfNodes(worker, profile, sourceOf);
  const times = new Map<Hop, number>();
  for (const sample of profile.samples) {
    const hop = hops.get(sample);
    if (hop !== undefined) times.set(hop, (times.get(hop) ?? 0) + intervalMs);
  }
  return times;
}

/** The real interval in microseconds, a little over the requested one: the usual gap between consecutive samples. */
export function samplingInterval(profile: CpuProfile): number {
  const gaps = profile.timeDeltas.filter((gap) => gap > 0 && gap < 2 * SAMPLE_MICROSECONDS).sort((a, b) => a - b);
  return gaps[gaps.length >>> 1] ?? SAMPLE_MICROSECONDS;
}

/** Hop by node id. */
function hopOfNodes(worker: string, profile: CpuProfile, sourceOf: SourceOf): Map<number, Hop> {
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]));
  const hops = new Map<number, Hop>();
  const visit = (id: number, inherited: Hop): void => {
    const node = nodes.get(id);
    if (node === undefined) return;
    const hop = hopOfFrame(worker, node.callFrame, inherited, sourceOf);
    hops.set(id, hop);
    // Code inside of a transaction's callback is not storage work.
    const below = isStorageCall(node.callFrame) ? inherited : hop;
    for (const child of node.children ?? []) visit(child, below);
  };
  const root = profile.nodes[0];
  if (root !== undefined) visit(root.id, "engine");
  return hops;
}

/** A frame belongs to the nearest frame above it in a known folder, so that shared code counts for its caller. */
function hopOfFrame(worker: string, frame: CallFrame, inherited: Hop, sourceOf: SourceOf): Hop {
  if (worker === "exchange-gateway") return "gateway";
  if (worker === "exchange-quotes") return "quotes";
  // Garbage cannot be told apart by who made it, native work outside any function not by whom it is for. `(idle)` is
  // such work too: nothing is sampled while no thread is in the isolate.
  if (/^\((garbage collector|program|idle)\)$/.test(frame.functionName)) return "engine";
  if (inherited === "storage" || isStorageCall(frame)) return "storage";
  const source = sourceOf(frame);
  const folder = FOLDERS.find(([prefix]) => source.startsWith(prefix));
  if (folder !== undefined) return folder[1];
  return inherited === "engine" && source.startsWith("durable-objects/actor/") ? "kernel" : inherited;
}

function isStorageCall(frame: CallFrame): boolean {
  return frame.url === "" && STORAGE_CALLS.has(frame.functionName);
}
