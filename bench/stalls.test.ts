import { expect, test } from "vitest";
import type { CpuProfile } from "./inspector.ts";
import { causesInAll, stallLines, stallsOf } from "./stalls.ts";
import type { Probe, ProfiledWorker } from "./stalls.ts";

/** A profile that begins at this millisecond, with a sample each half millisecond: names of functions, outermost. */
function worker(name: string, startMs: number, functions: readonly string[]): ProfiledWorker {
  const names = [...new Set(functions)];
  const callFrame = (functionName: string) => ({ functionName, url: "", lineNumber: 0, columnNumber: 0 });
  const profile: CpuProfile = {
    nodes: [
      { id: 1, callFrame: callFrame("(root)"), children: names.map((_, i) => i + 2) },
      ...names.map((each, i) => ({ id: i + 2, callFrame: callFrame(each) })),
    ],
    startTime: startMs * 1000,
    endTime: 0,
    samples: functions.map((each) => names.indexOf(each) + 2),
    timeDeltas: functions.map(() => 500),
  };
  return { name, profile, sourceOf: ({ functionName }) => functionName };
}

const GARBAGE = "(garbage collector)";
const times = (count: number, name: string): string[] => Array.from({ length: count }, () => name);
const probe = (fromMs: number, toMs: number, ranMs: number, waitedMs: number): Probe => {
  return { from: fromMs * 1000, to: toMs * 1000, ranMs, waitedMs };
};

test("a stall is explained by the samples meanwhile, the scheduler, and the disk", () => {
  const core = worker("exchange-core", 1000, [
    ...times(20, "durable-objects/account/machine.ts"),
    ...times(40, "durable-objects/audit/drain.ts"),
    ...times(20, GARBAGE),
  ]);
  const gateway = worker("exchange-gateway", 1000, [...times(60, "(idle)"), ...times(80, GARBAGE)]);
  const [stall, ...more] = stallsOf([probe(1000, 1005, 1, 0), probe(1010.1, 1080.1, 60, 6)], [core, gateway]);
  expect(more).toEqual([]);
  expect(stall?.ms).toBe(70);
  expect(stall?.at).toBeCloseTo(0.0101);
  const causes = Object.fromEntries(stall?.causes ?? []);
  expect(causes["garbage of exchange-gateway"]).toBe(40);
  expect(causes["garbage of exchange-core"]).toBe(10);
  expect(causes["audit"]).toBe(20);
  // Before the stall.
  expect(causes["account"]).toBeUndefined();
  expect(causes["other processes"]).toBe(6);
  expect(causes["disk"]).toBeCloseTo(4);
});

test("what ran outside of the isolates is the runtime", () => {
  const [stall] = stallsOf([probe(0, 50, 45, 0)], [worker("exchange-core", 0, times(40, GARBAGE))]);
  expect(stall?.causes.map(([cause, ms]) => [cause, Math.round(ms)])).toEqual([
    ["runtime", 25],
    ["garbage of exchange-core", 20],
    ["disk", 5],
  ]);
});

test("short probes are no stalls, and the longest stall is first", () => {
  const probes = [probe(0, 19, 1, 18), probe(20, 60, 1, 39), probe(70, 150, 1, 79)];
  const stalls = stallsOf(probes, []);
  expect(stalls.map(({ ms }) => ms)).toEqual([80, 40]);
  expect(causesInAll(stalls)[0]).toEqual(["other processes", 118]);
  expect(stallLines(stalls)).toHaveLength(3);
  expect(stallLines(stalls)[1]).toContain("80 ms at 0.1 s: other processes 79");
  expect(stallLines([])).toEqual(["  no stall of 20 ms"]);
});
