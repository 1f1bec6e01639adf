/** A process that runs seeds and reports each result to its parent: `batch.ts '{"from":1,"step":2,"count":50,"mutant":null}'`. */
import { installHooks } from "./hooks.ts";
import { mutants } from "./mutants.ts";
import type { Batch, SeedResult } from "./workerPool.ts";

const { from, step, count, mutant } = JSON.parse(process.argv[2] ?? "") as Batch;
const patch = mutants.find(({ name }) => name === mutant);
if (mutant !== null && patch === undefined) throw new Error(`no such mutant: ${mutant}`);
installHooks(patch ?? null);
// Loaded after the hooks are installed.
const { run } = await import("./run.ts");
const { scenarioOf } = await import("./scenario.ts");
for (let seed = from; seed < from + step * count; seed += step) {
  const { failure, totals } = await run(scenarioOf(seed), null);
  process.send?.({ seed, failure, totals } satisfies SeedResult);
}
process.disconnect();
