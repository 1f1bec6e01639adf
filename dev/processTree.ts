import { execFileSync } from "node:child_process";

/**
 * Sends a signal to a process and all its descendants, parents first, because descendants may be in other process
 * groups. Processes that end meanwhile are ignored.
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
