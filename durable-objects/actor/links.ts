import { EXCHANGE_TIMEOUT_MS, LINKS_BUSY_MAX, RESEND_FIRST_MS, RESEND_LONGEST_MS, RIDE_GRACE_MS } from "./limits.ts";
import { Waits } from "./waits.ts";

/** What the delivery policy needs: the outbox and one exchange with a receiver. */
export interface LinkEffects {
  hasPending(to: string): boolean;
  /** Sends the next envelope and applies the answer. Rejects when the receiver could not be reached. */
  exchange(to: string): Promise<void>;
  lastAcknowledged(to: string): number;
  /** Sequence through which mail of `to` is known to exist and is not applied yet; 0 when none is, or not through `through`. */
  missing(to: string, through: number | null): number;
  now(): number;
  random(): number;
  log(event: string, facts: Record<string, unknown>): void;
}

interface Link {
  /** An envelope is in flight, or waits its turn because too many are. */
  busy: boolean;
  failures: number;
  waiting: Waiter[];
}

interface Waiter {
  readonly sequence: number;
  /** Sequence of the receiver's own mail that it had written when it acknowledged; null before. */
  through: number | null;
  readonly resolve: (delivered: boolean) => void;
}

/**
 * When mail is sent: at most one envelope in flight to a receiver, so that what gathers meanwhile goes together; again
 * after a growing, jittered wait when it fails; and a little later when it may have ridden home on an answer.
 */
export class Links {
  readonly #effects: LinkEffects;
  readonly #links = new Map<string, Link>();
  #inFlight = 0;
  /** Receivers whose envelope waits for another's to land. */
  readonly #turns = new Set<string>();
  /** Receivers that are sent to later. */
  readonly #later: Waits;

  constructor(effects: LinkEffects) {
    this.#effects = effects;
    this.#later = new Waits(
      () => effects.now(),
      (to) => this.#ring(to),
    );
  }

  /** Links that are in use: those with mail on its way, a wait to be sent again, or somebody who waits for mail. */
  get size(): number {
    return this.#links.size;
  }

  /** Sends what is pending for `to` now, unless an envelope is on its way or a failed one waits. */
  send(to: string): void {
    const link = this.#link(to);
    if (!link.busy && !this.#isBackingOff(to, link)) this.#drain(to, link);
  }

  /** Sends what is pending for `to`, unless that is under way or will be soon: for an alarm, which rings in quiet times too. */
  resume(to: string): void {
    const link = this.#link(to);
    if (!link.busy && !this.#later.has(to)) this.#drain(to, link);
  }

  /** Sends what is pending for `to` now, unless an envelope is on its way: also when a failed one waits. */
  hurry(to: string): void {
    const link = this.#link(to);
    this.#later.clear(to);
    if (!link.busy) this.#drain(to, link);
  }

  /** Sends what is pending for `to` within `waitMs`: it gathers until then, unless something else is sent sooner. */
  sendWithin(to: string, waitMs: number): void {
    const link = this.#link(to);
    // A failed envelope waits its time: new mail must not hurry a receiver that is in trouble.
    if (!this.#isBackingOff(to, link)) this.#later.set(to, waitMs);
  }

  /** Mail for `to` rides home on an answer: sends it only if that turns out not to have been enough. */
  sendAfterRide(to: string): void {
    this.sendWithin(to, RIDE_GRACE_MS);
  }

  /**
   * Resolves true once `sequence` is acknowledged by `to` and all that `to` had to say by then is applied here, false
   * after `waitMs`.
   */
  settled(to: string, sequence: number, waitMs: number): Promise<boolean> {
    return new Promise((resolve) => {
      const waiter: Waiter = { sequence, through: null, resolve };
      if (this.#isSettled(to, waiter)) return resolve(true);
      const link = this.#link(to);
      const timer = setTimeout(() => {
        link.waiting = link.waiting.filter((other) => other !== told);
        this.#forgetIfIdle(to, link);
        resolve(false);
      }, waitMs);
      const told: Waiter = {
        ...waiter,
        resolve: (delivered) => {
          clearTimeout(timer);
          resolve(delivered);
        },
      };
      link.waiting.push(told);
    });
  }

  /** `to` has acknowledged mail, or its own was applied: tells those who wait for that. */
  acknowledged(to: string): void {
    const link = this.#links.get(to);
    if (link === undefined || link.waiting.length === 0) return;
    const settled = new Set(link.waiting.filter((waiter) => this.#isSettled(to, waiter)));
    if (settled.size === 0) return;
    link.waiting = link.waiting.filter((waiter) => !settled.has(waiter));
    for (const { resolve } of settled) resolve(true);
    this.#forgetIfIdle(to, link);
  }

  #isSettled(to: string, waiter: Waiter): boolean {
    if (waiter.sequence > this.#effects.lastAcknowledged(to)) return false;
    // What it goes on to say is no answer to this: somebody would wait for ever at a busy receiver.
    waiter.through ??= this.#effects.missing(to, null);
    return this.#effects.missing(to, waiter.through) === 0;
  }

  #drain(to: string, link: Link): void {
    link.busy = true;
    if (this.#inFlight < LINKS_BUSY_MAX) void this.#run(to, link);
    else this.#turns.add(to);
  }

  async #run(to: string, link: Link): Promise<void> {
    this.#inFlight++;
    try {
      while (this.#effects.hasPending(to)) {
        const before = this.#effects.lastAcknowledged(to);
        await this.#exchange(to);
        if (this.#effects.lastAcknowledged(to) === before) throw new Error("nothing was acknowledged");
        link.failures = 0;
        // A receiver with much mail must not keep its place for ever.
        if (this.#turns.size > 0) break;
      }
    } catch (error) {
      link.failures++;
      this.#effects.log("mail.undelivered", { to, failures: link.failures, error: String(error) });
      const wait = Math.min(RESEND_LONGEST_MS, RESEND_FIRST_MS * 2 ** Math.min(link.failures - 1, 10));
      this.#later.set(to, wait * (0.5 + this.#effects.random()));
    } finally {
      this.#inFlight--;
      if (this.#turns.size > 0 && this.#effects.hasPending(to) && !this.#later.has(to)) this.#turns.add(to);
      else {
        link.busy = false;
        this.#forgetIfIdle(to, link);
      }
      this.#nextTurn();
    }
  }

  #nextTurn(): void {
    for (const to of this.#turns) {
      this.#turns.delete(to);
      return void this.#run(to, this.#link(to));
    }
  }

  /** One exchange; a receiver that never answers is one that could not be reached. */
  async #exchange(to: string): Promise<void> {
    const late = Promise.withResolvers<never>();
    const timer = setTimeout(() => late.reject(new Error("no answer in time")), EXCHANGE_TIMEOUT_MS);
    try {
      await Promise.race([this.#effects.exchange(to), late.promise]);
    } finally {
      clearTimeout(timer);
    }
  }

  #ring(to: string): void {
    const link = this.#link(to);
    if (!link.busy && this.#effects.hasPending(to)) this.#drain(to, link);
    else this.#forgetIfIdle(to, link);
  }

  /** The last envelope failed, and the next try waits its time. */
  #isBackingOff(to: string, link: Link): boolean {
    return link.failures > 0 && this.#later.has(to);
  }

  /** A book meets every account once in a while: links with nothing to do must not pile up. */
  #forgetIfIdle(to: string, link: Link): void {
    if (!link.busy && !this.#later.has(to) && link.waiting.length === 0) this.#links.delete(to);
  }

  #link(to: string): Link {
    let link = this.#links.get(to);
    if (link === undefined) {
      link = { busy: false, failures: 0, waiting: [] };
      this.#links.set(to, link);
    }
    return link;
  }
}
