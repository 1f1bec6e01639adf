/** Sends requests while the exchange answers, and delays all of them while it does not. */
import { setTimeout as sleep } from "node:timers/promises";
import { NoAnswer } from "../http.ts";
import { Refused } from "../api.ts";
import { errorText } from "../failure.ts";

const WAIT_MS_MIN = 250;
const WAIT_MS_MAX = 5_000;

/** Thrown from every wait when the makers stop. */
export class Stopped extends Error {
  override readonly name = "Stopped";
}

export interface GateDeps {
  /** Resolves when the exchange answers a health check. */
  readonly probe: () => Promise<void>;
  readonly log: (line: string) => void;
  readonly now: () => number;
}

/** No answer, or a temporary error: the request may be repeated. */
export function mayRepeat(error: unknown): boolean {
  return error instanceof NoAnswer || (error instanceof Refused && (error.status >= 500 || error.status === 429));
}

/** Runs requests, and repeats each until it has a final answer. Logs the beginning and the end of an outage. */
export class Gate {
  readonly #deps: GateDeps;
  readonly #stop: AbortSignal;
  #wait = WAIT_MS_MIN;
  #closed: Promise<void> | null = null;

  constructor(deps: GateDeps, stop: AbortSignal) {
    this.#deps = deps;
    this.#stop = stop;
  }

  /** Rejects with Stopped, or with the request's error when it is final. */
  async run<T>(request: () => Promise<T>): Promise<T> {
    for (;;) {
      if (this.#closed !== null) await this.#closed;
      if (this.#stop.aborted) throw new Stopped();
      try {
        const answer = await request();
        if (this.#closed === null) this.#wait = WAIT_MS_MIN;
        return answer;
      } catch (error) {
        if (!mayRepeat(error)) throw error;
        this.#closed ??= this.#holdBack(error);
      }
    }
  }

  /** Waits until `ms` have passed; rejects with Stopped. */
  async pause(ms: number): Promise<void> {
    try {
      await sleep(ms, undefined, { signal: this.#stop });
    } catch {
      throw new Stopped();
    }
  }

  async #holdBack(reason: unknown): Promise<void> {
    const { probe, log, now } = this.#deps;
    const since = now();
    log(`the exchange does not answer (${errorText(reason)}): waiting`);
    try {
      for (;;) {
        await this.pause(this.#wait);
        this.#wait = Math.min(this.#wait * 2, WAIT_MS_MAX);
        try {
          await probe();
          break;
        } catch {
          // Still unreachable.
        }
      }
      log(`the exchange answers again after ${((now() - since) / 1000).toFixed(1)} s`);
    } catch (error) {
      if (!(error instanceof Stopped)) throw error;
    } finally {
      this.#closed = null;
    }
  }
}
