/** `npm run simulate`: whole exchanges under every kind of fault, by seed. docs/testing.md has its options. */
import { parseArgs } from "node:util";
import type { Totals } from "./simulatedObject.ts";
import { runSeeds } from "./workerPool.ts";
import type { SeedResult } from "./workerPool.ts";
import { installHooks } from "./hooks.ts";
import { mutants } from "./mutants.ts";

/** Trace lines shown of a minimised failure. */
const TRACE_LINES = 60;
/** Seeds within which a mutant must be found. */
const MUTANT_SEEDS = 1_000;

const { values } = parseArgs({
  options: {
    seeds: { type: "string", default: "1000" },
    from: { type: "string", default: "1" },
    seed: { type: "string" },
    trace: { type: "boolean", default: false },
    jobs: { type: "string", default: "1" },
    mutants: { type: "boolean", default: false },
    mutant: { type: "string" },
  },
});

const say = (line: string): void => void process.stdout.write(`${line}\n`);
const jobs = Number(values.jobs);
const from = Number(values.from);

if (values.mutants) process.exitCode = (await hunt()) ? 0 : 1;
else if (values.seed !== undefined) process.exitCode = (await explain(Number(values.seed))) ? 0 : 1;
else process.exitCode = (await playAll(Number(values.seeds))) ? 0 : 1;

/** Runs seeds until one fails, and prints the command that repeats it. */
async function playAll(count: number): Promise<boolean> {
  const started = performance.now();
  const sums: Record<string, number> = {};
  let played = 0;
  let failed: SeedResult | null = null;
  await runSeeds({ from, count, mutant: null }, jobs, (result) => {
    played++;
    add(sums, result.totals);
    failed = result.failure === null ? failed : result;
    return result.failure === null ? "go on" : "stop";
  });
  const seconds = (performance.now() - started) / 1000;
  say(`${played} seeds in ${seconds.toFixed(1)} s, ${(played / seconds).toFixed(1)} seeds/s`);
  say(
    Object.entries(sums)
      .map(([name, sum]) => `${name} ${sum}`)
      .join(", "),
  );
  return failed === null || (await explain((failed as SeedResult).seed));
}

function add(sums: Record<string, number>, totals: Totals): void {
  for (const [name, value] of Object.entries(totals)) sums[name] = (sums[name] ?? 0) + Number(value);
}

/** Runs one seed in this process. When it fails, minimises the scenario and shows the end of its trace. */
async function explain(seed: number): Promise<boolean> {
  installHooks(mutants.find(({ name }) => name === values.mutant) ?? null);
  const { run } = await import("./run.ts");
  const { scenarioOf } = await import("./scenario.ts");
  const { shrink } = await import("./shrink.ts");
  const scenario = scenarioOf(seed);
  const { failure, totals, injected } = await run(scenario, values.trace ? say : null);
  if (failure === null) {
    say(`seed ${seed}: nothing is broken: ${JSON.stringify(totals)}`);
    return true;
  }
  say(`seed ${seed}: ${failure}`);
  say(`npm run simulate -- --seed ${seed}${values.mutant === undefined ? "" : ` --mutant "${values.mutant}"`}`);
  const least = await shrink(scenario, failure, injected);
  const lines: string[] = [];
  const again = await run(least, (line) => lines.push(line));
  say(
    `minimised from ${scenario.steps.length} steps, ${scenario.incidents.length} disasters and ${injected.length} faults:`,
  );
  for (const { id, account, action } of [...least.steps, ...least.paperSteps])
    say(`  step ${id} of ${account}: ${JSON.stringify(action)}`);
  for (const rush of least.rushes) say(`  ${JSON.stringify(rush)}`);
  for (const action of least.transferActions) say(`  ${JSON.stringify(action)}`);
  for (const action of least.adminActions) say(`  ${JSON.stringify(action)}`);
  for (const jump of least.timeJumps) say(`  ${JSON.stringify(jump)}`);
  for (const disaster of least.incidents) say(`  ${JSON.stringify(disaster)}`);
  for (const fault of least.faults ?? []) say(`  fault: ${fault}`);
  say(`its last events, of ${lines.length}:`);
  for (const line of lines.slice(-TRACE_LINES)) say(`  ${line.slice(0, 240)}`);
  say(`${again.failure}`);
  return false;
}

/** Runs every planted fault until it is found. False when one was not found. */
async function hunt(): Promise<boolean> {
  const rows: string[][] = [["mutant", "seed", "seconds", "what was broken"]];
  let escaped = 0;
  for (const { name } of mutants.filter((each) => values.mutant === undefined || each.name === values.mutant)) {
    const started = performance.now();
    let found: SeedResult | null = null;
    await runSeeds({ from, count: MUTANT_SEEDS, mutant: name }, jobs, (played) => {
      if (played.failure === null) return "go on";
      found ??= played;
      return "stop";
    });
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    const { seed, failure } = (found as SeedResult | null) ?? { seed: "-", failure: "NOT FOUND" };
    if (found === null) escaped++;
    rows.push([name, String(seed), seconds, (failure ?? "").replace("broken: ", "").slice(0, 90)]);
    say(rows.at(-1)?.join(" | ") ?? "");
  }
  say(`\n${rows.map((row) => `| ${row.join(" | ")} |`).join("\n")}`);
  say(`${rows.length - 1 - escaped} of ${rows.length - 1} found`);
  return escaped === 0;
}
