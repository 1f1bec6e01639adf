/** Lets requests through while the exchange answers, and holds them all back while it does not. */
import { setTimeout as sleep } from "node:timers/promises";
import { NoAnswer } from "../http.ts";
import { Refused } from "../api.ts";
import { errorText } from "../failure.ts";

const WAIT_MS_MIN = 250;
const WAIT_MS_MAX = 5_000;

/** The makers are being stopped: thrown out of whatever waits. */
export class Stopped extends Error {
  override readonly name = "Stopped";
}

export interface GateDeps {
  /** Resolves when the exchange answers at all. */
  readonly probe: () => Promise<void>;
  readonly log: (line: string) => void;
  readonly now: () => number;
}

/** No answer, or one that says "later": the request may be sent again as it was. */
export function mayRepeat(error: unknown): boolean {
  return error instanceof NoAnswer || (error instanceof Refused && (error.status >= 500 || error.status === 429));
}

/** Runs requests, repeating each until it has a final answer. One log line when trouble begins, one when it is over. */
export class Gate {
  readonly #deps: GateDeps;
  readonly #stop: AbortSignal;
  #wait = WAIT_MS_MIN;
  #closed: Promise<void> | null = null;

  constructor(deps: GateDeps, stop: AbortSignal) {
    this.#deps = deps;
    this.#stop = stop;
  }

  /** Rejects with Stopped, or with the request's own error when repeating cannot help. */
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
          // Not yet.
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
