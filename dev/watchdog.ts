/** Health checks of a running exchange. */
import { setTimeout as sleep } from "node:timers/promises";
import { Refused, exchangeApi } from "./api.ts";

const PROBE_MS = 2_000;
/** A hung runtime is noticed within about 15 s. */
const ANSWER_MS = 5_000;
const PROBES_FAILED_MAX = 2;

/**
 * Resolves with a reason when several consecutive health checks had no answer, or when `stop` is signalled. An error
 * response counts as an answer: the runtime is alive, and a restart would close all sockets.
 */
export async function untilSilent(url: string, stop: AbortSignal, everyMs = PROBE_MS): Promise<string> {
  const api = exchangeApi(url, 1, ANSWER_MS);
  try {
    for (let failed = 0; failed < PROBES_FAILED_MAX;) {
      await sleep(everyMs, undefined, { signal: stop });
      try {
        await api.health();
        failed = 0;
      } catch (error) {
        failed = error instanceof Refused && error.status < 500 ? 0 : failed + 1;
      }
    }
    return "no answer to health checks";
  } catch {
    return "stopping";
  } finally {
    api.close();
  }
}
