/** The exchange's CPU time by hop while it is under a load. */
import { buildBundles } from "../test/rig/bundles.ts";
import { timeByHop } from "./attribution.ts";
import type { Hop } from "./attribution.ts";
import type { CpuProfile } from "./inspector.ts";
import { sourcesOf } from "./sources.ts";
import type { ProfiledWorker } from "./stalls.ts";

/** The exchange's workers with their profiles. Throws when one was not profiled. */
export async function profiledWorkers(profiles: ReadonlyMap<string, CpuProfile>): Promise<ProfiledWorker[]> {
  return (await buildBundles()).map((bundle) => {
    const profile = profiles.get(bundle.name);
    if (profile === undefined) throw new Error(`no profile of ${bundle.name}`);
    return { name: bundle.name, profile, sourceOf: sourcesOf(bundle) };
  });
}

/** Shares of the process's CPU time by hop. Time outside of the profiles counts for the runtime. */
export function hopShares(workers: readonly ProfiledWorker[], processMs: number): [Hop | "runtime", number][] {
  const times = new Map<Hop, number>();
  for (const { name, profile, sourceOf } of workers) {
    for (const [hop, ms] of timeByHop(name, profile, sourceOf)) times.set(hop, (times.get(hop) ?? 0) + ms);
  }
  const seen = [...times.values()].reduce((sum, ms) => sum + ms, 0);
  const shares: [Hop | "runtime", number][] = [...times].map(([hop, ms]) => [hop, ms / processMs]);
  return [...shares, ["runtime", Math.max(0, 1 - seen / processMs)]];
}
