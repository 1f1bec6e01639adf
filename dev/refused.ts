import { setTimeout as sleep } from "node:timers/promises";

/** An answer that refuses the request: the API's code and text with its HTTP status. */
export class Refused extends Error {
  override readonly name = "Refused";
  readonly status: number;
  readonly code: number;

  constructor(status: number, code: number, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

const ATTEMPTS = 5;
const WAIT_MS = 1_000;

/**
 * Repeats work that does nothing twice while it is answered 503: wrangler restarts its workers when a file that it
 * watches was written, and what they were asked meanwhile may have had its effect.
 */
export async function untilAvailable<T>(work: () => Promise<T>, waitMs = WAIT_MS): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof Refused && error.status === 503) || attempt === ATTEMPTS) throw error;
      await sleep(waitMs);
    }
  }
}
