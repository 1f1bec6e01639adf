/**
 * Compares the real market with the naive one over random days with every kind of order: `npm run model -- --ops 1000000 --seed 1`.
 * Prints the number of orders of each kind by phase and the number of reports of each kind. Stops at the first difference
 * and prints the shortest sequence of events that reproduces it.
 */
import { parseArgs } from "node:util";
import { printTables, Tables } from "./random/tables.ts";
import { playDay } from "./play.ts";

const { values } = parseArgs({
  options: { ops: { type: "string" }, seed: { type: "string" }, quiet: { type: "boolean" } },
});
const ops = Number(values.ops ?? 100_000);
const first = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31));
const tables = new Tables();
/** Combinations that are named; a short run has hundreds. */
const UNSEEN_SHOWN = 10;

const start = performance.now();
console.log(`seed ${first}`);
let seed = first;
for (; tables.events < ops; seed++) {
  const fault = playDay(seed, tables);
  if (fault === null) continue;
  console.error(fault);
  process.exitCode = 1;
  break;
}
if (values.quiet !== true) printTables(tables);
const { cells, byPhase } = tables.missing();
const unseen = [...cells, ...byPhase];
if (unseen.length > 0) {
  console.log(`not seen, ${unseen.length} combinations: ${unseen.slice(0, UNSEEN_SHOWN).join("; ")}`);
}
const seconds = (performance.now() - start) / 1_000;
console.log(`${tables.events} events in ${seed - first} days, ${seconds.toFixed(1)} s`);
