/** Sessions with the isolates of a workerd, over its inspector (Chrome DevTools Protocol). */
import { once } from "node:events";

/** One isolate: a worker, with all objects of its classes. */
export interface Target {
  readonly id: string;
  readonly webSocketDebuggerUrl: string;
}

export interface Inspector {
  /** The target's id. */
  readonly name: string;
  /** Calls a method. Rejects with the inspector's error, or when it hangs up. */
  send(method: string, params?: Record<string, unknown>): Promise<unknown>;
  close(): void;
}

/** The isolates behind an inspector's address, http://host:port. */
export async function inspectorTargets(inspectorUrl: string): Promise<Target[]> {
  return (await (await fetch(`${inspectorUrl}/json`)).json()) as Target[];
}

/** Opens a session. An isolate answers while it runs, so one without requests may not answer at all. */
export async function openInspector(target: Target): Promise<Inspector> {
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
