/** The benchmark's results, and their table. */
import { cpus, totalmem } from "node:os";
import type { FsyncTimes } from "./disk.ts";
import type { Step } from "./saturation.ts";
import { stallLines } from "./stalls.ts";
import type { Stall } from "./stalls.ts";

export interface OrdersReport {
  readonly machine: string;
  readonly accounts: number;
  readonly symbols: number;
  /** The highest sustained rate: acknowledged orders a second. */
  readonly ordersPerSecond: number;
  readonly steps: readonly Step[];
  readonly closedLoop: { readonly inFlight: number; readonly ordersPerSecond: number };
  /** At half of saturation. CPU is that of the whole workerd process. */
  readonly half: {
    readonly ordersPerSecond: number;
    readonly ackP50Ms: number;
    readonly ackP99Ms: number;
    readonly cpuMsPerOrder: number;
    readonly systemCpuMsPerOrder: number;
    /** By object class. */
    readonly commitsPerOrder: Readonly<Record<string, number>>;
  };
  readonly hops: readonly { readonly hop: string; readonly share: number; readonly cpuMsPerOrder: number }[];
  /** Longest first, at half of saturation, while it is profiled. */
  readonly stalls: readonly Stall[];
  /** The same closed loop over other numbers of accounts and symbols. */
  readonly shapes: readonly { readonly shape: string; readonly ordersPerSecond: number }[];
  /** From the last acknowledgement until PostgreSQL had every order. */
  readonly auditBehindMs: number;
  readonly totalOrders: number;
  readonly errorCount: number;
  readonly errors: readonly string[];
  /** The disk's time of one fsync before the run. */
  readonly fsync: FsyncTimes;
  readonly seconds: number;
}

const HOPS: readonly (readonly [hop: string, what: string])[] = [
  ["gateway", "HTTP: authentication, parsing, answering"],
  ["account", "account objects: risk, ledger, settlement"],
  ["book", "order books: matching, market data"],
  ["audit", "audit shards: drain to PostgreSQL"],
  ["identity", "logins: checking keys"],
  ["quotes", "relays"],
  ["kernel", "actor kernel: batches, mail (not divided)"],
  ["storage", "journal encoding and SQL run by objects"],
  ["engine", "inside the objects' isolate, no function: RPC in and out, garbage"],
  ["runtime", "outside the isolates: HTTP, RPC, event loop, commits and fsync"],
];

const METHOD = `Method. Production bundles on a bare workerd with objects in SQLite on disk: each commit is fsynced before it is acknowledged.
Load: an open loop (Poisson arrivals) from another thread; latency counts from when a request was due, so a queue is not hidden.
Saturation: the highest offered rate at which p99 stayed under half a second, tried twice. CPU: of the workerd process (/proc) at half of
saturation, divided by samples of each isolate's profiler in a second run at that rate: a sample belongs to the nearest source folder up its stack.
Stalls: a request that needs no object is sent every few milliseconds; a slow one is explained by the samples meanwhile, by the time that
the thread waited for a processor, and by the time that it neither ran nor waited, which is the disk.
Generator, PostgreSQL and bridge share the machine's cores with it.`;

/** A short description of the machine. */
export function machineText(): string {
  const cores = cpus();
  return `${cores.length} × ${cores[0]?.model.trim() ?? "unknown CPU"}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}`;
}

/** The median of some values; NaN without any. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >>> 1] ?? Number.NaN;
}

/** Prints the report as a table. */
export function printReport(report: OrdersReport): void {
  const { half } = report;
  const lines = [
    "",
    `Orders over HTTP: ${report.accounts} accounts, ${report.symbols} symbols, on ${report.machine}`,
    "",
    `  saturation        ${fixed(report.ordersPerSecond, 0)} orders/s`,
    `  at half of it     ${fixed(half.ordersPerSecond, 0)} orders/s: acknowledged in p50 ${fixed(half.ackP50Ms, 1)} ms, p99 ${fixed(half.ackP99Ms, 1)} ms`,
    `  CPU per order     ${fixed(half.cpuMsPerOrder, 3)} ms, of it ${fixed(half.systemCpuMsPerOrder, 3)} ms in the operating system`,
    `  commits per order ${Object.entries(half.commitsPerOrder)
      .map(([name, count]) => `${name} ${fixed(count, 2)}`)
      .join(", ")}`,
    `  disk              one fsync takes p50 ${fixed(report.fsync.p50Ms, 2)} ms, p99 ${fixed(report.fsync.p99Ms, 2)} ms when nothing else writes`,
    `  audit             complete in PostgreSQL ${fixed(report.auditBehindMs, 0)} ms after the last acknowledgement`,
    `  in total          ${report.totalOrders} orders, ${report.errorCount} errors, ${fixed(report.seconds, 0)} s`,
    "",
    "  offered/s  achieved/s   p50 ms   p99 ms",
    ...report.steps.map(
      ({ offered, achieved, p50, p99, followed }) =>
        `  ${fixed(offered, 0, 9)}  ${fixed(achieved, 0, 10)} ${fixed(p50, 1, 8)} ${fixed(p99, 1, 8)}${followed ? "" : "  not followed"}`,
    ),
    "",
    "  CPU ms/order  share",
    ...hopLines(report),
    "",
    ...stallLines(report.stalls),
  ];
  if (report.shapes.length > 0) {
    lines.push("", `  closed loop of ${report.closedLoop.inFlight} requests`);
    const base = report.shapes[0]?.ordersPerSecond ?? 0;
    for (const { shape, ordersPerSecond } of report.shapes) {
      lines.push(`  ${fixed(ordersPerSecond, 0, 9)}/s ${fixed((100 * ordersPerSecond) / base, 0, 5)} %  ${shape}`);
    }
  }
  console.log([...lines, "", METHOD].join("\n"));
}

function hopLines({ hops }: OrdersReport): string[] {
  return HOPS.flatMap(([name, what]) => {
    const found = hops.find(({ hop }) => hop === name);
    if (found === undefined) return [];
    return [`  ${fixed(found.cpuMsPerOrder, 3, 12)} ${fixed(100 * found.share, 0, 4)} %  ${name.padEnd(9)} ${what}`];
  });
}

function fixed(value: number, digits: number, width = 0): string {
  return value.toFixed(digits).padStart(width);
}
