/**
 * One measurement in a process of its own, so that what one workload taught the compiler neither helps nor hurts the next:
 * `node --expose-gc child.ts <job as JSON>` prints its result as JSON.
 */
import { errorText } from "../../dev/failure.ts";
import { measurePeer } from "./peers.ts";
import { measureLatency, measureMemory, measureSpeed } from "./speed.ts";
import { loadStream } from "./files.ts";
import type { Job } from "./job.ts";

function perform(job: Job): unknown {
  switch (job.task) {
    case "speed":
      return measureSpeed(loadStream(job.file), job.repetitions);
    case "latency":
      return measureLatency(loadStream(job.file), job.repetitions);
    case "memory":
      return measureMemory(loadStream(job.file));
    case "peer":
      return measurePeer(job.peer, loadStream(job.file), job.limit, job.repetitions);
  }
}

try {
  console.log(JSON.stringify(await perform(JSON.parse(process.argv[2] ?? "") as Job)));
} catch (error) {
  console.error(errorText(error));
  process.exitCode = 1;
}
