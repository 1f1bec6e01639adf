/** Finds the inspector of a running exchange. */
import { setTimeout as sleep } from "node:timers/promises";
import { inspectorTargets } from "../../dev/inspector.ts";
import { isOurs } from "../../dev/isolates.ts";
import { listeningPorts } from "./processes.ts";

/** How long a port may take to answer. */
const ANSWER_MS = 5_000;

/** The inspector of the first of these processes that runs our workers; null when none has one. */
export async function findInspector(pids: readonly number[]): Promise<string | null> {
  for (const port of pids.flatMap(listeningPorts)) {
    const url = `http://127.0.0.1:${port}`;
    const targets = await Promise.race([inspectorTargets(url).catch(() => []), sleep(ANSWER_MS, [])]);
    if (Array.isArray(targets) && targets.some(isOurs)) return url;
  }
  return null;
}
