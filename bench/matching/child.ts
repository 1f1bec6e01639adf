/**
 * One measurement in a process of its own, so that the compiler's optimisations for one workload do not affect the
 * next: `node --expose-gc child.ts <job as JSON>` prints its result as JSON.
 */
import { registerHooks } from "node:module";
import { pathToFileURL } from "node:url";
import { errorText } from "../../dev/failure.ts";
import { measureEdge } from "./edge.ts";
import { loadStream } from "./files.ts";
import type { Job } from "./job.ts";
import { measurePeer } from "./peers.ts";
import { measureLatency, measureMemory, measureSpeed } from "./speed.ts";
import type { Measured } from "./speed.ts";
import { median } from "./statistics.ts";
import { measureWaiting } from "./waiting.ts";

async function perform(job: Job): Promise<unknown> {
  if (job.task === "waiting") return await measureWaiting(job.kind, job.orders);
  const stream = loadStream(job.file);
  if (job.task === "peer") return measurePeer(job.peer, stream, job.limit, job.repetitions);
  const measured = await bundleOf(job.bundle);
  switch (job.task) {
    case "speed":
      return measureSpeed(measured, stream, job.repetitions);
    case "latency":
      return measureLatency(measured, stream, job.repetitions);
    case "memory":
      return measureMemory(measured, stream);
    case "edge":
      return measureEdge(measured, stream, job.repetitions);
    case "snapshot": {
      const { engine } = new measured.Runner(stream).start();
      const times = Array.from({ length: job.repetitions }, () => measured.roundTrip(engine));
      const middle = (of: (time: (typeof times)[number]) => number) => median(times.map(of));
      return {
        ...times[0],
        writeMs: middle(({ writeMs }) => writeMs),
        readMs: middle(({ readMs }) => readMs),
        checksumMs: middle(({ checksumMs }) => checksumMs),
      };
    }
  }
}

/** The bundle that runs in workerd. From the platform it imports only a base class, which is not used here. */
async function bundleOf(file: string): Promise<Measured> {
  registerHooks({
    resolve: (specifier, context, next) =>
      specifier === "cloudflare:workers"
        ? { url: "data:text/javascript,export class DurableObject {}", format: "module", shortCircuit: true }
        : next(specifier, context),
  });
  return (await import(pathToFileURL(file).href)) as Measured;
}

try {
  console.log(JSON.stringify(await perform(JSON.parse(process.argv[2] ?? "") as Job)));
} catch (error) {
  console.error(errorText(error));
  process.exitCode = 1;
}
