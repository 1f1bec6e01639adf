import { TimerWheel } from "./timerWheel.ts";

/** Bounds the time of calls to other objects: one that hangs neither answers nor fails. */
export class BoundedCalls {
  readonly #timers = new TimerWheel<() => void>((giveUp) => giveUp());

  /** The outcome of a call. Rejects with this message when there is none after `waitMs`. */
  async within<T>(waitMs: number, message: string, call: () => Promise<T>): Promise<T> {
    let giveUp = (): void => undefined;
    try {
      return await new Promise<T>((resolve, reject) => {
        giveUp = () => reject(new Error(message));
        this.#timers.set(giveUp, waitMs);
        call().then(resolve, reject);
      });
    } finally {
      this.#timers.clear(giveUp);
    }
  }
}
