import { RESEND_FIRST_MS, RESEND_LONGEST_MS, RIDE_GRACE_MS } from "./limits.ts";

/** What the delivery policy needs: the outbox and one exchange with a receiver. */
export interface LinkEffects {
  hasPending(to: string): boolean;
  /** Sends the next envelope and applies the answer. Rejects when the receiver could not be reached. */
  exchange(to: string): Promise<void>;
  lastAcknowledged(to: string): number;
  now(): number;
  random(): number;
  log(event: string, facts: Record<string, unknown>): void;
}

interface Link {
  busy: boolean;
  failures: number;
  /** A scheduled send, and when it is due. */
  timer: { readonly handle: ReturnType<typeof setTimeout>; readonly due: number } | null;
  waiting: { readonly sequence: number; readonly resolve: (delivered: boolean) => void }[];
}

/**
 * When mail is sent: at most one envelope in flight to a receiver, so that what gathers meanwhile goes together; again
 * after a growing, jittered wait when it fails; and a little later when it may have ridden home on an answer.
 */
export class Links {
  readonly #effects: LinkEffects;
  readonly #links = new Map<string, Link>();

  constructor(effects: LinkEffects) {
    this.#effects = effects;
  }

  /** Links that are in use: those with mail on its way, a wait to be sent again, or somebody who waits for mail. */
  get size(): number {
    return this.#links.size;
  }

  /** Sends what is pending for `to` now, unless an envelope is on its way or a failed one waits. */
  send(to: string): void {
    const link = this.#link(to);
    if (!link.busy && !isBackingOff(link)) void this.#drain(to, link);
  }

  /** Sends what is pending for `to`, unless that is under way or will be soon: for an alarm, which rings in quiet times too. */
  resume(to: string): void {
    const link = this.#link(to);
    if (!link.busy && link.timer === null) void this.#drain(to, link);
  }

  /** Sends what is pending for `to` within `waitMs`: it gathers until then, unless something else is sent sooner. */
  sendWithin(to: string, waitMs: number): void {
    const link = this.#link(to);
    // A failed envelope waits its time: new mail must not hurry a receiver that is in trouble.
    if (!isBackingOff(link)) this.#later(to, link, waitMs);
  }

  /** Mail for `to` rides home on an answer: sends it only if that turns out not to have been enough. */
  sendAfterRide(to: string): void {
    this.sendWithin(to, RIDE_GRACE_MS);
  }

  /** Resolves true once `sequence` is acknowledged by `to`, false after `waitMs`. */
  settled(to: string, sequence: number, waitMs: number): Promise<boolean> {
    if (this.#effects.lastAcknowledged(to) >= sequence) return Promise.resolve(true);
    const link = this.#link(to);
    return new Promise((resolve) => {
      const waiter = {
        sequence,
        resolve: (delivered: boolean) => {
          clearTimeout(timer);
          resolve(delivered);
        },
      };
      const timer = setTimeout(() => {
        link.waiting = link.waiting.filter((other) => other !== waiter);
        this.#forgetIfIdle(to, link);
        resolve(false);
      }, waitMs);
      link.waiting.push(waiter);
    });
  }

  /** `to` has acknowledged mail: tells those who wait for it. */
  acknowledged(to: string): void {
    const link = this.#links.get(to);
    if (link === undefined) return;
    const last = this.#effects.lastAcknowledged(to);
    const settled = link.waiting.filter(({ sequence }) => sequence <= last);
    if (settled.length === 0) return;
    link.waiting = link.waiting.filter(({ sequence }) => sequence > last);
    for (const { resolve } of settled) resolve(true);
    this.#forgetIfIdle(to, link);
  }

  async #drain(to: string, link: Link): Promise<void> {
    link.busy = true;
    try {
      while (this.#effects.hasPending(to)) {
        const before = this.#effects.lastAcknowledged(to);
        await this.#effects.exchange(to);
        if (this.#effects.lastAcknowledged(to) === before) throw new Error("nothing was acknowledged");
        link.failures = 0;
      }
    } catch (error) {
      link.failures++;
      this.#effects.log("mail.undelivered", { to, failures: link.failures, error: String(error) });
      const wait = Math.min(RESEND_LONGEST_MS, RESEND_FIRST_MS * 2 ** Math.min(link.failures - 1, 10));
      this.#later(to, link, wait * (0.5 + this.#effects.random()));
    } finally {
      link.busy = false;
      this.#forgetIfIdle(to, link);
    }
  }

  #later(to: string, link: Link, waitMs: number): void {
    const due = this.#effects.now() + waitMs;
    if (link.timer !== null) {
      if (link.timer.due <= due) return;
      clearTimeout(link.timer.handle);
    }
    const handle = setTimeout(() => {
      link.timer = null;
      if (!link.busy && this.#effects.hasPending(to)) void this.#drain(to, link);
      else this.#forgetIfIdle(to, link);
    }, waitMs);
    link.timer = { handle, due };
  }

  /** A book meets every account once in a while: links with nothing to do must not pile up. */
  #forgetIfIdle(to: string, link: Link): void {
    if (!link.busy && link.timer === null && link.waiting.length === 0) this.#links.delete(to);
  }

  #link(to: string): Link {
    let link = this.#links.get(to);
    if (link === undefined) {
      link = { busy: false, failures: 0, timer: null, waiting: [] };
      this.#links.set(to, link);
    }
    return link;
  }
}

/** The last envelope failed, and the next try waits its time. */
function isBackingOff(link: Link): boolean {
  return link.failures > 0 && link.timer !== null;
}
