/** CPU time of the shards' drain by stage, from a profile. */
import { samplingInterval } from "./attribution.ts";
import type { SourceOf } from "./attribution.ts";
import type { CallFrame, CpuProfile } from "./inspector.ts";

/**
 * `read`: reads events from SQLite and builds the batch. `drop`: deletes events. `request`: the driver and its JSON.
 */
export const STAGES = ["read", "drop", "request", "garbage", "other"] as const;
export type Stage = (typeof STAGES)[number];

/** Milliseconds by stage. A frame is of the nearest stage above it. */
export function timeByStage(profile: CpuProfile, sourceOf: SourceOf): Record<Stage, number> {
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]));
  const stages = new Map<number, Stage>();
  const visit = (id: number, inherited: Stage): void => {
    const node = nodes.get(id);
    if (node === undefined) return;
    const stage = stageOf(node.callFrame, sourceOf(node.callFrame)) ?? inherited;
    stages.set(id, stage);
    for (const child of node.children ?? []) visit(child, stage);
  };
  const root = profile.nodes[0];
  if (root !== undefined) visit(root.id, "other");
  const times: Record<Stage, number> = { read: 0, drop: 0, request: 0, garbage: 0, other: 0 };
  for (const sample of profile.samples) times[stages.get(sample) ?? "other"] += samplingInterval(profile) / 1000;
  return times;
}

function stageOf({ functionName }: CallFrame, source: string): Stage | null {
  if (functionName === "(garbage collector)") return "garbage";
  // The profiler samples only while a thread runs the isolate, so this is native work.
  if (source === "durable-objects/audit/chainStore.ts") return functionName === "dropThrough" ? "drop" : "read";
  if (source.includes("@neondatabase") || source === "db/auditWriter.ts") return "request";
  return null;
}
