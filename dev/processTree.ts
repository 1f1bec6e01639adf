import { execFileSync } from "node:child_process";

/**
 * Sends a signal to a process and all its descendants, parents first: a server's workers may be in groups of their own
 * and outlive it. Processes that end meanwhile are passed over.
 */
export function signalTree(pid: number, signal: NodeJS.Signals): void {
  const children = new Map<number, number[]>();
  for (const line of execFileSync("ps", ["-A", "-o", "pid=,ppid="], { encoding: "utf8" }).trim().split("\n")) {
    const [child = 0, parent = 0] = line.trim().split(/\s+/).map(Number);
    children.set(parent, [...(children.get(parent) ?? []), child]);
  }
  const tree = [pid];
  for (const member of tree) tree.push(...(children.get(member) ?? []));
  for (const member of tree) {
    try {
      process.kill(member, signal);
    } catch {
      // It has ended.
    }
  }
}
