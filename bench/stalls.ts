/** What stops the one thread of workerd: probes it from outside, and explains the stalls by the isolates' profiles. */
import { existsSync, readFileSync } from "node:fs";
import { Agent, request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { samplingInterval, timeByHop } from "./attribution.ts";
import type { SourceOf } from "./attribution.ts";
import type { CpuProfile } from "./inspector.ts";

/** A request that needs no object, in microseconds of the monotonic clock, which profiles use too. */
export interface Probe {
  readonly from: number;
  readonly to: number;
  /** Milliseconds that the thread ran meanwhile, and that it was ready while other processes had the processors. */
  readonly ranMs: number;
  readonly waitedMs: number;
}

/** The thread answered nothing for this time. Causes in milliseconds, the largest first. */
export interface Stall {
  /** Seconds since the first probe. */
  readonly at: number;
  readonly ms: number;
  readonly causes: readonly (readonly [cause: string, ms: number])[];
}

export interface ProfiledWorker {
  readonly name: string;
  readonly profile: CpuProfile;
  readonly sourceOf: SourceOf;
}

export const STALL_MS = 20;
const PAUSE_MS = 5;
const GARBAGE = "(garbage collector)";

/** Probes while `work` runs. `pid`: of workerd, whose first thread runs the workers. */
export async function probeDuring<T>(
  url: string,
  pid: number,
  work: () => Promise<T>,
): Promise<{ result: T; probes: Probe[] }> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const probes: Probe[] = [];
  let working = true;
  const probing = (async () => {
    while (working) {
      const [from, before] = [nowMicroseconds(), schedule(pid)];
      await get(`${url}/v1/health`, agent);
      const [to, after] = [nowMicroseconds(), schedule(pid)];
      probes.push({ from, to, ranMs: after.ranMs - before.ranMs, waitedMs: after.waitedMs - before.waitedMs });
      await sleep(PAUSE_MS);
    }
  })();
  try {
    return { result: await work(), probes };
  } finally {
    working = false;
    await probing;
    agent.destroy();
  }
}

/** The probes that took STALL_MS and more, longest first, each with what the thread did meanwhile. */
export function stallsOf(probes: readonly Probe[], workers: readonly ProfiledWorker[]): Stall[] {
  const start = probes[0]?.from ?? 0;
  return probes
    .filter(({ from, to }) => (to - from) / 1000 >= STALL_MS)
    .map((probe) => ({
      at: (probe.from - start) / 1e6,
      ms: (probe.to - probe.from) / 1000,
      causes: causesOf(probe, workers),
    }))
    .sort((a, b) => b.ms - a.ms);
}

/** Milliseconds of all stalls by cause, the largest first. */
export function causesInAll(stalls: readonly Stall[]): [cause: string, ms: number][] {
  const sums = new Map<string, number>();
  for (const [cause, ms] of stalls.flatMap(({ causes }) => causes)) sums.set(cause, (sums.get(cause) ?? 0) + ms);
  return [...sums].sort(([, a], [, b]) => b - a);
}

/** Lines for the report. */
export function stallLines(stalls: readonly Stall[], shown = 5): string[] {
  if (stalls.length === 0) return [`  no stall of ${STALL_MS} ms`];
  const total = stalls.reduce((sum, { ms }) => sum + ms, 0);
  const text = (causes: Stall["causes"]): string => {
    return causes.flatMap(([cause, ms]) => (ms < 1 ? [] : [`${cause} ${ms.toFixed(0)}`])).join(", ");
  };
  return [
    `  ${stalls.length} stalls of ${STALL_MS} ms and more, ${total.toFixed(0)} ms: ${text(causesInAll(stalls))}`,
    ...stalls
      .slice(0, shown)
      .map(({ at, ms, causes }) => `  ${ms.toFixed(0).padStart(5)} ms at ${at.toFixed(1)} s: ${text(causes)}`),
  ];
}

function causesOf(probe: Probe, workers: readonly ProfiledWorker[]): [string, number][] {
  const causes = new Map<string, number>();
  const add = (cause: string, ms: number): void => void causes.set(cause, (causes.get(cause) ?? 0) + ms);
  for (const { name, profile, sourceOf } of workers) {
    const part = between(profile, probe.from, probe.to);
    const garbage = garbageMs(part);
    add(`garbage of ${name}`, garbage);
    for (const [hop, ms] of timeByHop(name, part, sourceOf)) {
      // Garbage counts for the gateway as a whole, and for the engine of the objects.
      add(hop, hop === name.replace("exchange-", "") || hop === "engine" ? ms - garbage : ms);
    }
  }
  const seen = [...causes.values()].reduce((sum, ms) => sum + ms, 0);
  add("runtime", Math.max(0, probe.ranMs - seen));
  add("other processes", probe.waitedMs);
  add("disk", Math.max(0, (probe.to - probe.from) / 1000 - probe.ranMs - probe.waitedMs));
  return [...causes].filter(([, ms]) => ms > 0).sort(([, a], [, b]) => b - a);
}

/** The samples of a profile between two times. */
function between(profile: CpuProfile, from: number, to: number): CpuProfile {
  const samples: number[] = [];
  let at = profile.startTime;
  for (const [index, sample] of profile.samples.entries()) {
    at += profile.timeDeltas[index] ?? 0;
    if (at >= from && at <= to) samples.push(sample);
  }
  // All gaps are kept: the sampling interval is computed from them.
  return { ...profile, samples };
}

function garbageMs(profile: CpuProfile): number {
  const nodes = new Set(
    profile.nodes.filter(({ callFrame }) => callFrame.functionName === GARBAGE).map(({ id }) => id),
  );
  return (profile.samples.filter((sample) => nodes.has(sample)).length * samplingInterval(profile)) / 1000;
}

/** Microseconds of the monotonic clock. */
function nowMicroseconds(): number {
  return Number(process.hrtime.bigint() / 1000n);
}

/** How long the first thread of a process ran, and waited for a processor; zeros without /proc. */
function schedule(pid: number): { ranMs: number; waitedMs: number } {
  const file = `/proc/${pid}/schedstat`;
  if (!existsSync(file)) return { ranMs: 0, waitedMs: 0 };
  const [ran = 0, waited = 0] = readFileSync(file, "utf8").split(" ").map(Number);
  return { ranMs: ran / 1e6, waitedMs: waited / 1e6 };
}

function get(url: string, agent: Agent): Promise<void> {
  return new Promise((resolve, reject) => {
    request(url, { agent }, (incoming) => {
      incoming.resume();
      incoming.on("end", resolve);
      incoming.on("error", reject);
    })
      .on("error", reject)
      .end();
  });
}
