/** What the runs of `npm run bench:fanout` share. */
import { fork } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { ClientsRequest, Received } from "./fanoutClients.ts";
import type { FanOutSystem } from "./fanoutSystems.ts";
import { cpuTime } from "./processCpu.ts";
import { SYMBOLS } from "./fanout/symbols.ts";

/** The subscribers' process. */
export function startClients(): { ask(request: ClientsRequest): Promise<Received>; stop(): void } {
  const child = fork(fileURLToPath(new URL("./fanoutClients.ts", import.meta.url)), { execArgv: ["--no-warnings"] });
  return {
    ask: (request) =>
      new Promise((resolve, reject) => {
        child.once("message", ({ answer, error }: { answer?: Received; error?: string }) => {
          if (answer === undefined) reject(new Error(error));
          else resolve(answer);
        });
        child.send(request);
      }),
    stop: () => void child.kill(),
  };
}

/** CPU time of the processes of a system. */
export const cpuMs = ({ pids }: FanOutSystem): number => pids.reduce((sum, pid) => sum + cpuTime(pid).totalMs, 0);

/** Their resident memory. */
export function residentKilobytes({ pids }: FanOutSystem): number {
  return pids.reduce(
    (sum, pid) => sum + Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]),
    0,
  );
}

/** `same`: every client subscribes to the same symbols. `own`: each to its own choice of the fifty. */
export interface Choice {
  readonly symbols: number;
  readonly choice: "same" | "own";
}

/** The symbols of each client. */
export function symbolsOf({ symbols, choice }: Choice, clients: number): string[][] {
  if (choice === "same") return Array.from({ length: clients }, () => SYMBOLS.slice(0, symbols));
  let seed = 1;
  // The generator of Lehmer.
  const random = (): number => (seed = (seed * 48_271) % 0x7fffffff) / 0x7fffffff;
  return Array.from({ length: clients }, () =>
    SYMBOLS.map((symbol) => ({ symbol, at: random() }))
      .sort((a, b) => a.at - b.at)
      .slice(0, symbols)
      .map(({ symbol }) => symbol),
  );
}
