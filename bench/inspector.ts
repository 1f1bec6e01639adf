/** CPU profiles of the running workers, taken over workerd's inspector (Chrome DevTools Protocol). */
import { inspectorTargets, openInspector } from "../dev/inspector.ts";

export interface CallFrame {
  readonly functionName: string;
  readonly url: string;
  /** From 0. */
  readonly lineNumber: number;
  readonly columnNumber: number;
}

/** A profile of the Profiler domain; times in microseconds. */
export interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: CallFrame;
    readonly children?: readonly number[];
  }[];
  readonly startTime: number;
  readonly endTime: number;
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

/** The requested interval between two samples. */
export const SAMPLE_MICROSECONDS = 500;

/** Profiles every worker while `work` runs. Returns a profile by worker name. */
export async function profileDuring(
  inspectorUrl: string,
  work: () => Promise<unknown>,
): Promise<Map<string, CpuProfile>> {
  const targets = await inspectorTargets(inspectorUrl);
  const sessions = await Promise.all(targets.map(openInspector));
  try {
    for (const { send } of sessions) {
      await send("Profiler.enable");
      await send("Profiler.setSamplingInterval", { interval: SAMPLE_MICROSECONDS });
      await send("Profiler.start");
    }
    await work();
    const profiles = new Map<string, CpuProfile>();
    for (const { name, send } of sessions) {
      const { profile } = (await send("Profiler.stop")) as { profile: CpuProfile };
      profiles.set(name, profile);
    }
    return profiles;
  } finally {
    for (const { close } of sessions) close();
  }
}
