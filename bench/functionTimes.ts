/** Where the CPU time of a worker goes, by function. */
import { samplingInterval } from "./attribution.ts";
import type { SourceOf } from "./attribution.ts";
import type { CpuProfile } from "./inspector.ts";

export interface FunctionTime {
  /** Name and source file; names in parentheses are the engine's own work. */
  readonly name: string;
  /** Milliseconds in the function itself, with what it calls of the runtime. */
  readonly selfMs: number;
  /** The same with the functions that it calls. */
  readonly totalMs: number;
}

/** The time of every function that was sampled, the largest self time first. */
export function functionTimes(profile: CpuProfile, sourceOf: SourceOf): FunctionTime[] {
  const intervalMs = samplingInterval(profile) / 1_000;
  const names = new Map(
    profile.nodes.map(({ id, callFrame }) => {
      const source = sourceOf(callFrame);
      return [id, `${callFrame.functionName || "(anonymous)"}${source === "" ? "" : ` ${source}`}`];
    }),
  );
  const parents = new Map(profile.nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id])));
  const times = new Map<string, { selfMs: number; totalMs: number }>();
  const timeOf = (name: string): { selfMs: number; totalMs: number } => {
    const known = times.get(name) ?? { selfMs: 0, totalMs: 0 };
    times.set(name, known);
    return known;
  };
  for (const sample of profile.samples) {
    timeOf(names.get(sample) ?? "").selfMs += intervalMs;
    // A function that calls itself counts once.
    const above = new Set<string>();
    for (let id: number | undefined = sample; id !== undefined; id = parents.get(id)) above.add(names.get(id) ?? "");
    for (const name of above) timeOf(name).totalMs += intervalMs;
  }
  return [...times].map(([name, time]) => ({ name, ...time })).sort((a, b) => b.selfMs - a.selfMs);
}
