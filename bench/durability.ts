/**
 * `npm run bench:durability [-- --json] [-- --quick]`: the cost of durability for one book. The same book and kernel
 * with a journal on SQLite, and with a journal that stores nothing, are driven in turns by one book client in one
 * workerd.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { errorText } from "../dev/failure.ts";
import type { Keeps } from "./book/benchBook.ts";
import { comparedVenue, startBooks } from "./bookRig.ts";
import type { BookRig } from "./bookRig.ts";
import { probeFsync } from "./disk.ts";
import { printDurability } from "./durabilityReport.ts";
import type { Cost, DurabilityReport, Load } from "./durabilityReport.ts";
import { cpuSince, cpuTime } from "./processCpu.ts";
import { median, machineText } from "./report.ts";

const VARIANTS: readonly Keeps[] = ["all", "bytes", "nothing"];
/** One order at a time, then many concurrent ones. */
const LOADS: readonly Load[] = [
  { perEnvelope: 1, inFlight: 1 },
  { perEnvelope: 1, inFlight: 64 },
  { perEnvelope: 16, inFlight: 64 },
  { perEnvelope: 100, inFlight: 64 },
];
const WARM_UP: Load = { perEnvelope: 10, inFlight: 64 };
const SHAPE = { accounts: 500, resting: 5_000, seed: 11 };

interface Durations {
  readonly rounds: number;
  /** Duration of a run; a round has one run of every load and variant. */
  readonly seconds: number;
}

const FULL: Durations = { rounds: 7, seconds: 1.5 };
const QUICK: Durations = { rounds: 2, seconds: 0.5 };

type Tell = (line: string) => void;

async function bench({ rounds, seconds }: Durations, tell: Tell): Promise<DurabilityReport> {
  const dir = mkdtempSync(join(tmpdir(), "exchange-durability-"));
  try {
    const fsync = probeFsync(dir);
    const rig = await startBooks(dir, await Promise.all(VARIANTS.map(comparedVenue)));
    try {
      tell("filling the books");
      for (const [nth, keeps] of VARIANTS.entries()) {
        // Another seed, because a book client identifies accounts by their addresses.
        await rig.open(keeps, { ...SHAPE, seed: SHAPE.seed + nth });
        await run(rig, keeps, WARM_UP, 2 * seconds);
      }
      const costs = LOADS.map((load) => ({ load, runs: new Map<Keeps, Cost[]>() }));
      const engine: number[] = [];
      for (let round = 0; round < rounds; round++) {
        tell(`round ${round + 1} of ${rounds}`);
        for (const { load, runs } of costs) {
          // The order of the variants alternates between rounds.
          for (const keeps of round % 2 === 0 ? VARIANTS : VARIANTS.toReversed()) {
            runs.set(keeps, [...(runs.get(keeps) ?? []), await run(rig, keeps, load, seconds)]);
          }
        }
        const alone = await rig.engine(SHAPE, seconds / 2);
        engine.push(alone.commands / alone.seconds);
      }
      const loads = costs.map(({ load, runs }) => ({
        ...load,
        all: runs.get("all") ?? [],
        bytes: runs.get("bytes") ?? [],
        nothing: runs.get("nothing") ?? [],
      }));
      return { machine: machineText(), ...SHAPE, loads, enginePerSecond: median(engine), fsync };
    } finally {
      await rig.stop();
    }
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

async function run(rig: BookRig, keeps: Keeps, load: Load, seconds: number): Promise<Cost> {
  const before = cpuTime(rig.pid());
  const plan = { seconds, commands: Number.MAX_SAFE_INTEGER, ...load };
  const result = await rig.drive(keeps, plan);
  const cpu = cpuSince(rig.pid(), before);
  return {
    perSecond: result.commands / result.seconds,
    cpuMicroseconds: (1000 * cpu.totalMs) / result.commands,
    answerMs: median(result.latencies),
  };
}

const USAGE = "npm run bench:durability -- [--json] [--quick]";

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { json: { type: "boolean" }, quick: { type: "boolean" } } });
  const json = values.json === true;
  const report = await bench(values.quick === true ? QUICK : FULL, (line) => {
    if (!json) console.error(line);
  });
  if (json) console.log(JSON.stringify(report));
  else printDurability(report);
}

try {
  await main();
} catch (error) {
  console.error(`bench:durability: ${errorText(error)}\n${USAGE}`);
  process.exitCode = 1;
}
