/** The table of the comparison with peers. */
import type { FsyncTimes } from "../disk.ts";
import { medianOf } from "./ratios.ts";
import type { ComparisonReport, Series } from "./ratios.ts";
import type { Measurement } from "./target.ts";

const METHOD = `Closed loops of the same requests, in alternation; medians over rounds. CPU: of all processes of a system (ours: workerd, PostgreSQL of the
audit trail and its bridge, until the trail is complete; classic: Node, PostgreSQL, Redis). KiB: written to the disk, file system's journal included.
At half: an open loop (Poisson arrivals) at half of the peer's closed loop of the same round. Floor: a bare workerd with the hops of an order
(HTTP, RPC, commit, RPC, commit) and no logic.`;

interface Conditions {
  readonly date: string;
  readonly machine: string;
  readonly fsync: FsyncTimes;
  readonly loadBefore: number;
}

/** The text of a dated results file: conditions, table, and the lines of `--json`. */
export function resultsText(report: ComparisonReport, { date, machine, fsync, loadBefore }: Conditions): string {
  return [
    `npm run bench:orders on ${date}: ${machine}`,
    `One fsync takes p50 ${fsync.p50Ms.toFixed(2)} ms, p99 ${fsync.p99Ms.toFixed(2)} ms. Load average before the run: ${loadBefore.toFixed(1)}`,
    ...comparisonLines(report),
    "",
    ...report.comparisons.map((comparison) => JSON.stringify(comparison)),
    "",
  ].join("\n");
}

/** What the table says of a comparison. */
export function comparisonLines({ series, comparisons }: ComparisonReport): string[] {
  const lines = [
    "",
    "  system                      orders/s   p50 ms   p99 ms  CPU ms   KiB  commits   at half: p50 ms   p99 ms",
    ...series.map(seriesLine),
    ...series.flatMap(commitsLine),
    "",
    "  ratio to                 mode        orders/s   CPU    p99 at half   p50    bytes",
    ...comparisons.map(({ peer, mode, ratio }) => {
      const { ordersPerSecond, cpuPerOrder, p99, p50, bytesPerOrder } = ratio;
      const head = `  ${peer.padEnd(24)} ${mode.padEnd(10)} ${fixed(ordersPerSecond, 2, 8)} ${fixed(cpuPerOrder, 2, 7)}`;
      return `${head} ${fixed(p99, 2, 12)} ${fixed(p50, 2, 8)} ${fixed(bytesPerOrder, 2, 8)}`;
    }),
    "",
    METHOD,
  ];
  return lines;
}

function seriesLine({ name, closed, open }: Series): string {
  const of = (from: readonly Measurement[], figure: (measurement: Measurement) => number | null): number | null =>
    medianOf(from, figure);
  const cells = [
    fixed(
      of(closed, (m) => m.ordersPerSecond),
      0,
      8,
    ),
    fixed(
      of(closed, (m) => m.p50Ms),
      1,
      8,
    ),
    fixed(
      of(closed, (m) => m.p99Ms),
      1,
      8,
    ),
    fixed(
      of(closed, (m) => m.cpuMsPerOrder),
      3,
      7,
    ),
    fixed(
      of(closed, (m) => (m.bytesPerOrder === null ? null : m.bytesPerOrder / 1024)),
      1,
      5,
    ),
    fixed(of(closed, totalCommits), 2, 8),
    fixed(
      of(open, (m) => m.p50Ms),
      1,
      17,
    ),
    fixed(
      of(open, (m) => m.p99Ms),
      1,
      8,
    ),
  ];
  return `  ${name.padEnd(26)}  ${cells.join(" ")}`;
}

function commitsLine({ name, closed }: Series): string[] {
  const commits = closed.at(-1)?.commitsPerOrder ?? null;
  if (commits === null) return [];
  const classes = Object.entries(commits).map(([className, count]) => `${className} ${count.toFixed(2)}`);
  return [`  commits of ${name}: ${classes.join(", ")}`];
}

/** Commits an order of all objects together. */
export function totalCommits({ commitsPerOrder }: Measurement): number | null {
  if (commitsPerOrder === null) return null;
  return Object.values(commitsPerOrder).reduce((sum, count) => sum + count, 0);
}

function fixed(value: number | null, digits: number, width: number): string {
  return (value === null ? "–" : value.toFixed(digits)).padStart(width);
}
