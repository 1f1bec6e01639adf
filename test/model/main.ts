/**
 * Holds the market against the naive one over random days of every kind of order: `npm run model -- --ops 1000000 --seed 1`.
 * Prints how often each kind of order came in which phase and how often each report was made, and stops at the first
 * difference with the shortest sequence that shows it.
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
if (cells.length + byPhase.length > 0) console.log(`not seen: ${[...cells, ...byPhase].join("; ")}`);
const seconds = (performance.now() - start) / 1_000;
console.log(`${tables.events} events in ${seed - first} days, ${seconds.toFixed(1)} s`);
