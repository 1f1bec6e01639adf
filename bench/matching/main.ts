/**
 * `npm run bench:matching [-- --json] [-- --quick] [-- --only PART…] [-- --tape FILE…]`: the speed of the matching
 * engine, compared with order books on npm in the same run.
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import * as z from "zod";
import { errorText } from "../../dev/failure.ts";
import { buildBundles } from "../../test/rig/bundles.ts";
import { machineText } from "../report.ts";
import { TAPES, writeFlows } from "./files.ts";
import type { FlowKind } from "./run/flow.ts";
import { DURABLE_CONFIG, measureInWorkerd } from "./inWorkerd.ts";
import { perform } from "./job.ts";
import { PEERS } from "./peers.ts";
import { printLines } from "./report.ts";
import type { Line, StreamLine } from "./report.ts";
import { measureCalls } from "./rpc.ts";
import { median } from "./statistics.ts";
import type { WaitingKind } from "./waiting.ts";

const PARTS = ["tapes", "feed", "deep", "sweep", "peers", "workerd", "edge", "snapshot", "waiting", "calls"] as const;
type Part = (typeof PARTS)[number];

interface Effort {
  /** Processes for each stream, and measured repetitions of each. */
  readonly processes: number;
  readonly repetitions: number;
  readonly workerdRepetitions: number;
  /** Timed messages for peers, and repetitions. */
  readonly peerMessages: number;
  readonly peerRepetitions: number;
  readonly calls: { readonly rounds: number; readonly seconds: number };
}

const FULL: Effort = {
  processes: 5,
  repetitions: 7,
  workerdRepetitions: 15,
  peerMessages: 1_000_000,
  peerRepetitions: 3,
  calls: { rounds: 7, seconds: 1.5 },
};
const QUICK: Effort = {
  processes: 1,
  repetitions: 5,
  workerdRepetitions: 7,
  peerMessages: 100_000,
  peerRepetitions: 1,
  calls: { rounds: 2, seconds: 0.5 },
};

/** Orders in a deep book, by kind. */
const WAITING: readonly (readonly [WaitingKind, readonly number[]])[] = [
  ["gtc", [100_000]],
  ["day", [100_000]],
  ["reserve", [100_000]],
  ["gtd", [10_000, 100_000]],
  ["trailing_stop", [1_000, 10_000]],
];

class Bench {
  readonly #bundle: string;
  readonly #effort: Effort;
  readonly #flows: Readonly<Record<FlowKind, string>>;
  readonly #done: (line: Line) => void;
  readonly #tell: (text: string) => void;
  /** Results in Node by file, with which other results of the run are compared. */
  readonly #inNode = new Map<string, Pick<StreamLine, "messagesPerSecond" | "perCpuSecond">>();

  constructor(
    bundle: string,
    effort: Effort,
    flows: Readonly<Record<FlowKind, string>>,
    done: (line: Line) => void,
    tell: (text: string) => void,
  ) {
    this.#bundle = bundle;
    this.#effort = effort;
    this.#flows = flows;
    this.#done = done;
    this.#tell = tell;
  }

  async part(part: Part): Promise<void> {
    switch (part) {
      case "tapes":
        for (const { file, sha256 } of TAPES) await this.tape(file, sha256);
        return;
      case "feed":
      case "sweep":
        return this.#stream(part, this.#flows[part], null);
      case "deep":
        return this.#deep();
      case "peers":
        return this.#peers();
      case "workerd":
        return this.#inWorkerd();
      case "edge":
        return this.#edge();
      case "snapshot":
        return this.#snapshot();
      case "waiting":
        return this.#waiting();
      case "calls":
        return this.#calls();
    }
  }

  /** Measures a tape; throws when the hash of its reports differs from the published one. */
  async tape(file: string, sha256: string | null): Promise<void> {
    const line = await this.#measure(file, file, null);
    if (sha256 !== null && line.sha256 !== sha256)
      throw new Error(`the reports of ${file} have another hash than published`);
    this.#done(line);
  }

  async #stream(name: string, file: string, bytesPerRestingOrder: number | null): Promise<void> {
    this.#done(await this.#measure(name, file, bytesPerRestingOrder));
  }

  async #measure(tape: string, file: string, bytesPerRestingOrder: number | null): Promise<StreamLine> {
    const { processes, repetitions } = this.#effort;
    const bundle = this.#bundle;
    const runs = [];
    for (let nth = 1; nth <= processes; nth++) {
      this.#tell(`${tape}: process ${nth} of ${processes}`);
      runs.push(await perform({ task: "speed", file, bundle, repetitions }));
    }
    const latency = await perform({ task: "latency", file, bundle, repetitions });
    const [first] = runs;
    if (first === undefined || runs.some(({ sha256 }) => sha256 !== first.sha256))
      throw new Error(`${tape} ran differently`);
    const all = runs.flatMap(({ perSecond }) => perSecond);
    const messagesPerSecond = median(all);
    const perCpuSecond = Math.round(median(runs.flatMap((run) => run.perCpuSecond)));
    this.#inNode.set(file, { messagesPerSecond, perCpuSecond });
    return {
      tape,
      messages: first.messages,
      reports: first.reports,
      sha256: first.sha256,
      messagesPerSecond: Math.round(messagesPerSecond),
      worstPerSecond: Math.round(Math.min(...all)),
      perCpuSecond,
      repetitions: all.length,
      fillsPerSecond: Math.round((messagesPerSecond * first.trades) / first.timed),
      latency,
      bytesPerRestingOrder,
      heapBytesPerMillion: median(runs.map(({ allocatedPerMillion }) => allocatedPerMillion)),
      collectionsPerMillion: Math.max(...runs.map(({ collectionsPerMillion }) => collectionsPerMillion)),
    };
  }

  async #deep(): Promise<void> {
    const file = this.#flows.deep;
    await this.#stream("deep", file, await perform({ task: "memory", file, bundle: this.#bundle }));
  }

  async #peers(): Promise<void> {
    const file = this.#flows.feed;
    const { peerMessages: limit, peerRepetitions: repetitions } = this.#effort;
    const own = await this.#figureInNode(file);
    for (const peer of PEERS) {
      this.#tell(`${peer} on the feed`);
      const { timed, perSecond, perCpuSecond } = await perform({ task: "peer", file, peer, limit, repetitions });
      this.#done({
        peer,
        version: versionOf(peer),
        tape: "feed",
        messages: timed,
        messagesPerSecond: Math.round(median(perSecond)),
        behind: own.perCpuSecond / median(perCpuSecond),
      });
    }
  }

  async #inWorkerd(): Promise<void> {
    const streams = [["feed", this.#flows.feed], ...TAPES.map(({ file }) => [file, file])] as [string, string][];
    for (const [tape, file] of streams) {
      this.#tell(`${tape} in workerd`);
      const own = await this.#figureInNode(file);
      const { sha256, perSecond } = await measureInWorkerd(file, this.#effort.workerdRepetitions);
      const messagesPerSecond = Math.round(median(perSecond));
      const worstPerSecond = Math.round(Math.min(...perSecond));
      this.#done({
        runtime: "workerd",
        tape,
        sha256,
        messagesPerSecond,
        worstPerSecond,
        ofNode: messagesPerSecond / own.messagesPerSecond,
      });
    }
  }

  async #edge(): Promise<void> {
    const job = { file: this.#flows.feed, bundle: this.#bundle, repetitions: this.#effort.repetitions };
    const { orders, medianNs, worstNs } = await perform({ task: "edge", ...job });
    this.#done({ edge: "decode, validate, match, encode", orders, nanoseconds: medianNs, worstNanoseconds: worstNs });
  }

  async #snapshot(): Promise<void> {
    const job = { file: this.#flows.deep, bundle: this.#bundle, repetitions: this.#effort.repetitions };
    const { orders, ...times } = await perform({ task: "snapshot", ...job });
    this.#done({ snapshot: orders, ...times });
  }

  async #waiting(): Promise<void> {
    for (const [kind, sizes] of WAITING) {
      for (const orders of sizes) {
        this.#tell(`${orders} orders ${kind}`);
        this.#done(await perform({ task: "waiting", kind, orders }));
      }
    }
  }

  async #calls(): Promise<void> {
    this.#tell("calls of an OrderBook");
    const { rounds, seconds } = this.#effort.calls;
    const { one, many } = await measureCalls(rounds, seconds);
    const answerRatio = many.answerMs / one.answerMs;
    this.#done({ calls: [one, many], answerRatio, cpuRatio: many.cpuMs / one.cpuMs });
  }

  /** The result of this run; measured now when its part was left out. */
  async #figureInNode(file: string): Promise<Pick<StreamLine, "messagesPerSecond" | "perCpuSecond">> {
    return this.#inNode.get(file) ?? (await this.#measure(file, file, null));
  }
}

function versionOf(peer: string): string {
  const text = readFileSync(createRequire(import.meta.url).resolve(`${peer}/package.json`), "utf8");
  return z.object({ version: z.string() }).parse(JSON.parse(text)).version;
}

const USAGE = `npm run bench:matching -- [--json] [--quick] [--only PART]… [--tape FILE…]; parts: ${PARTS.join(", ")}`;

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      json: { type: "boolean" },
      quick: { type: "boolean" },
      only: { type: "string", multiple: true },
      tape: { type: "string", multiple: true },
    },
  });
  const tapes = [...(values.tape ?? []), ...positionals];
  if (positionals.length > 0 && values.tape === undefined) throw new Error(`what is ${positionals[0]}?`);
  const parts = z.array(z.enum(PARTS)).parse(values.only ?? PARTS);
  const json = values.json === true;
  const lines: Line[] = [];
  const done = (line: Line) => {
    lines.push(line);
    if (json) console.log(JSON.stringify(line));
  };
  const tell = (text: string) => {
    if (!json) console.error(text);
  };
  const [bundle] = await buildBundles([DURABLE_CONFIG]);
  if (bundle === undefined) throw new Error("no bundle");
  const dir = mkdtempSync(join(tmpdir(), "exchange-streams-"));
  try {
    const flows = tapes.length > 0 ? { feed: "", deep: "", sweep: "" } : writeFlows(dir);
    const bench = new Bench(bundle.module, values.quick === true ? QUICK : FULL, flows, done, tell);
    for (const tape of tapes) await bench.tape(tape, null);
    if (tapes.length === 0) for (const part of parts) await bench.part(part);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
  if (!json) printLines(machineText(), lines);
}

try {
  await main();
} catch (error) {
  console.error(`bench:matching: ${errorText(error)}\n${USAGE}`);
  process.exitCode = 1;
}
