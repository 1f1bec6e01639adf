/** Recovery time by part, from a profile. */
import type { SourceOf } from "./attribution.ts";
import { samplingInterval } from "./attribution.ts";
import type { CallFrame, CpuProfile } from "./inspector.ts";

/**
 * `read`: rows from SQLite. `decode`: bytes to data. `load`: the snapshot's data to state. `replay`: the journal's
 * commands. `sending`: messages that were pending before the kill, sent around the first answer.
 */
export type Part = "read" | "decode" | "load" | "replay" | "sending" | "garbage" | "other";

/** Milliseconds by part. A frame counts for the nearest part above it. */
export function timeByPart(profile: CpuProfile, sourceOf: SourceOf): Record<Part, number> {
  const times: Record<Part, number> = { read: 0, decode: 0, load: 0, replay: 0, sending: 0, garbage: 0, other: 0 };
  const parts = partOfNodes(profile, sourceOf);
  const intervalMs = samplingInterval(profile) / 1000;
  for (const sample of profile.samples) {
    const part = parts.get(sample);
    if (part !== undefined) times[part] += intervalMs;
  }
  return times;
}

function partOfNodes(profile: CpuProfile, sourceOf: SourceOf): Map<number, Part> {
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]));
  const parts = new Map<number, Part>();
  const visit = (id: number, inherited: Part): void => {
    const node = nodes.get(id);
    if (node === undefined) return;
    const part = partOfFrame(node.callFrame, sourceOf(node.callFrame)) ?? inherited;
    parts.set(id, part);
    for (const child of node.children ?? []) visit(child, part);
  };
  const root = profile.nodes[0];
  if (root !== undefined) visit(root.id, "other");
  return parts;
}

function partOfFrame({ functionName }: CallFrame, source: string): Part | null {
  if (functionName === "(garbage collector)") return "garbage";
  // The compiler inlines the kernel's own `decode`.
  if (source.includes("msgpackr")) return "decode";
  if (source === "durable-objects/actor/journal.ts") return "read";
  if (source === "durable-objects/actor/outboxSender.ts") return "sending";
  if (source === "durable-objects/actor/entryApplier.ts" || functionName === "applyCommand") return "replay";
  if (functionName === "load" || functionName === "loadMarket") return "load";
  return null;
}
