/** CPU profiles of the running workers, taken over workerd's inspector (Chrome DevTools Protocol). */
import { once } from "node:events";

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

interface Target {
  readonly id: string;
  readonly webSocketDebuggerUrl: string;
}

/** The requested interval between two samples. */
export const SAMPLE_MICROSECONDS = 500;

/** Profiles every worker while `work` runs. Returns a profile by worker name. */
export async function profileDuring(
  inspectorUrl: string,
  work: () => Promise<unknown>,
): Promise<Map<string, CpuProfile>> {
  const targets = (await (await fetch(`${inspectorUrl}/json`)).json()) as Target[];
  const sessions = await Promise.all(targets.map(openSession));
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

async function openSession(target: Target) {
  const socket = new WebSocket(target.webSocketDebuggerUrl);
  await once(socket, "open");
  const waiting = new Map<number, { resolve: (result: unknown) => void; reject: (error: Error) => void }>();
  let last = 0;
  socket.addEventListener("message", ({ data }) => {
    const reply = JSON.parse(String(data)) as { id?: number; result?: unknown; error?: { message: string } };
    const call = waiting.get(reply.id ?? 0);
    if (call === undefined) return;
    waiting.delete(reply.id ?? 0);
    if (reply.error === undefined) call.resolve(reply.result);
    else call.reject(new Error(`inspector of ${target.id}: ${reply.error.message}`));
  });
  socket.addEventListener("close", () => {
    for (const { reject } of waiting.values()) reject(new Error(`the inspector of ${target.id} hung up`));
  });
  const send = (method: string, params: Record<string, unknown> = {}): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const id = ++last;
      waiting.set(id, { resolve, reject });
      socket.send(JSON.stringify({ id, method, params }));
    });
  return { name: target.id, send, close: () => socket.close() };
}
