/**
 * Kills the children of a development run whose main process died without stopping them (kill -9, a crash). It runs in
 * a session of its own, reads the process groups from standard input, and kills them when that pipe closes.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { createInterface } from "node:readline";

const GRACE_MS = 5_000;
const POLL_MS = 50;
const groups = new Map<number, NodeJS.Signals>();

function signalGroup(group: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(-group, signal);
    return true;
  } catch {
    return false;
  }
}

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => {});

for await (const line of createInterface({ input: process.stdin })) {
  const [verb, group, signal] = line.split(" ");
  if (verb === "watch") groups.set(Number(group), signal === "SIGINT" ? "SIGINT" : "SIGTERM");
  if (verb === "forget") groups.delete(Number(group));
}

for (const [group, signal] of groups) signalGroup(group, signal);
const deadline = Date.now() + GRACE_MS;
while (Date.now() < deadline && [...groups.keys()].some((group) => signalGroup(group, 0))) await sleep(POLL_MS);
for (const group of groups.keys()) signalGroup(group, "SIGKILL");
