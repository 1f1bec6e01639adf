/** Results of the benchmark, and their tables. */
import type { Latency } from "./statistics.ts";
import type { WaitingCost } from "./waiting.ts";

/** A stream through the engine. */
export interface StreamLine {
  /** The tape's file, or the workload's name. */
  readonly tape: string;
  readonly messages: number;
  readonly reports: number;
  readonly sha256: string;
  /** The median of all repetitions; messages that fill the book are not timed. */
  readonly messagesPerSecond: number;
  readonly worstPerSecond: number;
  /** The median per second of CPU, which does not depend on other load of the core. */
  readonly perCpuSecond: number;
  readonly repetitions: number;
  readonly fillsPerSecond: number;
  /** Nanoseconds of one message. */
  readonly latency: Latency;
  readonly bytesPerRestingOrder: number | null;
  readonly heapBytesPerMillion: number;
  readonly collectionsPerMillion: number;
}

/** The same stream inside a Durable Object. */
export interface ObjectLine {
  readonly runtime: "workerd";
  readonly tape: string;
  readonly sha256: string;
  readonly messagesPerSecond: number;
  readonly worstPerSecond: number;
  /** Relative to the result in Node in this run. */
  readonly ofNode: number;
}

export interface PeerLine {
  readonly peer: string;
  readonly version: string;
  readonly tape: string;
  readonly messages: number;
  readonly messagesPerSecond: number;
  /** Messages per second of CPU of this engine, relative to the peer's in this run. */
  readonly behind: number;
}

export interface EdgeLine {
  readonly edge: "decode, validate, match, encode";
  readonly orders: number;
  readonly nanoseconds: number;
  readonly worstNanoseconds: number;
}

export interface SnapshotLine {
  readonly snapshot: number;
  readonly bytes: number;
  readonly writeMs: number;
  readonly readMs: number;
  readonly checksumMs: number;
}

export interface CallsLine {
  readonly calls: { readonly orders: number; readonly answerMs: number; readonly cpuMs: number }[];
  /** Cost of a call with a hundred orders relative to a call with one. */
  readonly answerRatio: number;
  readonly cpuRatio: number;
}

export type Line = StreamLine | ObjectLine | PeerLine | EdgeLine | SnapshotLine | CallsLine | WaitingCost;

const METHOD = `Method. Each measurement in a process of its own, the bundle as it is deployed, one core, a fresh book for each repetition, repetitions that
warm up left out; median and slowest of all the others. Timed: messages from memory through the engine, ids of tapes looked up, every report written as
numbers into a buffer; the text of the reports and its SHA-256 are made from that buffer afterwards. ns: each message timed alone, the clock's own
cost taken off. Peers get their ids as strings made beforehand, and are compared by CPU. All results are checked before anything is timed.`;

const HEADINGS = [
  "",
  "M messages/s",
  "worst",
  "for a CPU second",
  "M fills/s",
  "p50 ns",
  "p99",
  "p99.9",
  "B/order",
  "heap B/M",
  "GC/M",
];

/** Prints results as tables. */
export function printLines(machine: string, lines: readonly Line[]): void {
  console.log(`\nMatching engine: one book on one core of ${machine}\n`);
  const streams = lines.filter((line) => "latency" in line);
  if (streams.length > 0) printTable([HEADINGS, ...streams.map(streamRow)]);
  for (const { tape, sha256, reports } of streams) console.log(`  ${tape}: ${reports} reports, SHA-256 ${sha256}`);
  const objects = lines.filter((line) => "runtime" in line);
  if (objects.length > 0)
    printTable([["in a Durable Object", "M messages/s", "worst", "of Node"], ...objects.map(objectRow)]);
  const peers = lines.filter((line) => "peer" in line);
  if (peers.length > 0) printTable([["on npm", "messages", "M messages/s", "times slower"], ...peers.map(peerRow)]);
  const waiting = lines.filter((line) => "waiting" in line);
  if (waiting.length > 0) printTable([WAITING_HEADINGS, ...waiting.map(waitingRow)]);
  for (const line of lines) {
    const text = sentence(line);
    if (text !== null) console.log(`\n  ${text}`);
  }
  console.log(`\n${METHOD}`);
}

function streamRow(line: StreamLine): string[] {
  const { latency, bytesPerRestingOrder: bytes } = line;
  return [
    line.tape.replace(/^.*\//, "").replace(/\..*$/, ""),
    millions(line.messagesPerSecond),
    millions(line.worstPerSecond),
    millions(line.perCpuSecond),
    millions(line.fillsPerSecond),
    ...[latency.p50, latency.p99, latency.p999].map((ns) => ns.toFixed(0)),
    bytes === null ? "" : bytes.toFixed(1),
    line.heapBytesPerMillion.toFixed(0),
    line.collectionsPerMillion.toFixed(2),
  ];
}

function objectRow(line: ObjectLine): string[] {
  const share = `${(100 * line.ofNode).toFixed(0)} %`;
  return [line.tape.replace(/^.*\//, ""), millions(line.messagesPerSecond), millions(line.worstPerSecond), share];
}

function peerRow({ peer, version, messages, messagesPerSecond, behind }: PeerLine): string[] {
  return [`${peer} ${version}`, String(messages), (messagesPerSecond / 1e6).toFixed(3), behind.toFixed(0)];
}

const WAITING_HEADINGS = ["in a deep book", "orders", "heap B/order", "buffers B/order", "CPU us/event", "of a walk"];

function waitingRow(line: WaitingCost): string[] {
  const { waiting, orders, heapBytes, bufferBytes, microseconds, walkMicroseconds } = line;
  const bytes = [heapBytes, bufferBytes].map((each) => each.toFixed(1));
  const isTimed = microseconds !== null && walkMicroseconds !== null;
  const times = isTimed ? [microseconds.toFixed(2), (microseconds / walkMicroseconds).toFixed(4)] : ["", ""];
  return [waiting, String(orders), ...bytes, ...times];
}

function sentence(line: Line): string | null {
  if ("edge" in line) {
    const { edge, nanoseconds, worstNanoseconds } = line;
    return `${edge} one order in binary: ${nanoseconds.toFixed(0)} ns, ${worstNanoseconds.toFixed(0)} in the slowest repetition`;
  }
  if ("snapshot" in line) {
    const { snapshot, bytes, writeMs, readMs, checksumMs } = line;
    const times = `written in ${writeMs.toFixed(0)} ms, restored in ${readMs.toFixed(0)} ms, summed in ${checksumMs.toFixed(0)} ms`;
    return `snapshot of ${snapshot} orders, ${(bytes / 1e6).toFixed(1)} MB: ${times}; the same bytes and checksum again`;
  }
  if ("calls" in line) {
    const [one, many] = line.calls.map(({ answerMs, cpuMs }) => `${answerMs.toFixed(2)} ms (CPU ${cpuMs.toFixed(2)})`);
    const ratio = `${line.answerRatio.toFixed(1)} times as long, ${line.cpuRatio.toFixed(1)} times the CPU`;
    return `a call of OrderBook with 1 order takes ${one}, with 100 orders ${many}: ${ratio}`;
  }
  return null;
}

function millions(perSecond: number): string {
  return (perSecond / 1e6).toFixed(2);
}

function printTable(rows: readonly string[][]): void {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  console.log("");
  for (const row of rows) {
    const cells = row.map((cell, column) =>
      column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
    );
    console.log(`  ${cells.join("  ")}`);
  }
}
