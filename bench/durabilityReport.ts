/** The results of the durability benchmark, and their table. */
import type { FsyncTimes } from "./disk.ts";
import { median } from "./report.ts";

/** One run of one variant: commands a second, CPU time of the whole process per command, median latency. */
export interface Cost {
  readonly perSecond: number;
  readonly cpuMicroseconds: number;
  readonly answerMs: number;
}

/** Commands in an envelope, and concurrent envelopes. */
export interface Load {
  readonly perEnvelope: number;
  readonly inFlight: number;
}

export interface DurabilityReport {
  readonly machine: string;
  readonly accounts: number;
  readonly resting: number;
  /** A run of each variant per round, in the order of the rounds. */
  readonly loads: readonly (Load & {
    readonly all: readonly Cost[];
    readonly bytes: readonly Cost[];
    readonly nothing: readonly Cost[];
  })[];
  /** Commands a second of the matching engine alone. */
  readonly enginePerSecond: number;
  readonly fsync: FsyncTimes;
}

const METHOD = `Method. One workerd; per variant a book in an isolate of its own, and one book client that drives them in turn through their envelopes:
round by round, first and last changing places; medians over the rounds. "durable": the kernel with journal and alarms on SQLite, each
commit fsynced before its answer. "encoded": the journal's rows are made and thrown away. "nothing": no journal. The ratio is "nothing"
to "durable" of the same round. Figures include the book client and the calls, which share the book's thread. Engine: matching alone in memory.`;

/** Prints the report as a table. */
export function printDurability(report: DurabilityReport): void {
  const fixed = (value: number, digits: number, width: number) => value.toFixed(digits).padStart(width);
  const middle = (runs: readonly Cost[], of: keyof Cost) => median(runs.map((run) => run[of]));
  const lines = [
    "",
    `Cost of durability of one book: ${report.accounts} accounts, ${report.resting} resting orders, on ${report.machine}`,
    "",
    "  envelopes  of so many  orders/s                              CPU µs/order       answer in ms",
    "  at once      commands   durable   encoded   nothing   ratio  durable  nothing  durable  nothing",
    ...report.loads.map(({ perEnvelope, inFlight, all, bytes, nothing }) => {
      const ratio = median(nothing.map(({ perSecond }, round) => perSecond / (all[round]?.perSecond ?? Number.NaN)));
      const rates = [all, bytes, nothing].map((runs) => fixed(middle(runs, "perSecond"), 0, 9));
      const cpu = [all, nothing].map((runs) => fixed(middle(runs, "cpuMicroseconds"), 1, 8));
      const answers = [all, nothing].map((runs) => fixed(middle(runs, "answerMs"), 1, 8));
      return `  ${fixed(inFlight, 0, 9)} ${fixed(perEnvelope, 0, 11)} ${rates.join(" ")} ${fixed(ratio, 2, 7)} ${cpu.join(" ")} ${answers.join(" ")}`;
    }),
    "",
    `  engine alone  ${fixed(report.enginePerSecond, 0, 7)} orders/s`,
    `  disk          one fsync takes p50 ${report.fsync.p50Ms.toFixed(2)} ms, p99 ${report.fsync.p99Ms.toFixed(2)} ms when nothing else writes`,
  ];
  console.log([...lines, "", METHOD].join("\n"));
}
