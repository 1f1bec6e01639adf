/** The results of the recovery benchmark, and their table. */
import type { FsyncTimes } from "./disk.ts";
import type { JournalSize } from "./journalFile.ts";
import type { Part } from "./recoveryParts.ts";
import { median } from "./report.ts";

/** Milliseconds to the first answer, from the start of the process and from its readiness. */
export interface Restart {
  readonly fromStartMs: number;
  readonly fromReadyMs: number;
}

/** The slowest answer while a snapshot was written, and the median at other times. */
export interface Pause {
  readonly snapshotBytes: number;
  readonly longestMs: number;
  readonly usualMs: number;
}

export interface RecoveryReport {
  readonly machine: string;
  readonly accounts: number;
  readonly resting: number;
  /** Commands journalled before the kill, and the duration. */
  readonly commands: number;
  readonly seconds: number;
  /** At the time of the kill. */
  readonly journal: JournalSize;
  /** One for each snapshot that was written. */
  readonly pauses: readonly Pause[];
  /** Restarts whose first request was for the top of the book, and those whose first was an order. */
  readonly tops: readonly Restart[];
  readonly orders: readonly Restart[];
  /** Milliseconds of one restart's first request by part. */
  readonly parts: Readonly<Record<Part, number>>;
  readonly fsync: FsyncTimes;
}

const PARTS: readonly (readonly [Part, string])[] = [
  ["read", "rows from SQLite"],
  ["decode", "bytes to data"],
  ["load", "snapshot to state"],
  ["replay", "commands of the journal"],
  ["garbage", "collecting garbage"],
  ["sending", "reports pending for accounts, which are sent after the first response"],
  ["other", "everything else"],
];

const METHOD = `Method. The production bundle on a bare workerd; a book client in the same process sends envelopes to the book as accounts do and
acknowledges its reports. Killed with SIGKILL when the journal behind the snapshot is at 98 % of what it may grow to. Every restart
reads the same files; the whole book is compared with the one before. Parts: one more restart with the profiler on, which slows it down.`;

/** Prints the report as a table. */
export function printRecovery(report: RecoveryReport): void {
  const { journal, pauses } = report;
  const mb = (bytes: number): string => `${(bytes / 1e6).toFixed(2)} MB`;
  const longest = pauses.map(({ longestMs }) => longestMs);
  const restarts = (runs: readonly Restart[]): string => {
    const start = runs.map(({ fromStartMs }) => fromStartMs);
    const ready = runs.map(({ fromReadyMs }) => fromReadyMs);
    return `${median(start).toFixed(0).padStart(5)} ms  ${Math.max(...start)
      .toFixed(0)
      .padStart(5)} ms  ${median(ready).toFixed(0).padStart(12)} ms`;
  };
  const lines = [
    "",
    `Recovery of one book: ${report.resting} resting orders of ${report.accounts} accounts, on ${report.machine}`,
    "",
    `  commands          ${report.commands} journalled at ${(report.commands / report.seconds).toFixed(0)}/s`,
    `  snapshot          ${mb(journal.snapshotBytes)}, ${(journal.snapshotBytes / report.resting).toFixed(0)} bytes a resting order`,
    `  journal           ${journal.rows} rows, ${mb(journal.bytes)} behind the snapshot; ${journal.lastRow} rows in all`,
    `  snapshots         ${pauses.length} written; the slowest answer meanwhile p50 ${median(longest).toFixed(0)} ms, longest ${Math.max(0, ...longest).toFixed(0)} ms (usually ${median(pauses.map(({ usualMs }) => usualMs)).toFixed(1)} ms)`,
    `  disk              one fsync takes p50 ${report.fsync.p50Ms.toFixed(2)} ms, p99 ${report.fsync.p99Ms.toFixed(2)} ms when nothing else writes`,
    "",
    "  first answer     median    longest  from readiness",
    `  top of book    ${restarts(report.tops)}`,
    `  an order       ${restarts(report.orders)}`,
    "",
    "  profiled    ms",
    ...PARTS.map(([part, what]) => `  ${part.padEnd(8)} ${report.parts[part].toFixed(0).padStart(5)}  ${what}`),
  ];
  console.log([...lines, "", METHOD].join("\n"));
}
