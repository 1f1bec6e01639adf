import {
  ENVELOPE_TIMEOUT_MS,
  ENVELOPES_IN_FLIGHT_MAX,
  RESEND_FIRST_MS,
  RESEND_LONGEST_MS,
  PIGGYBACK_GRACE_MS,
} from "./limits.ts";
import { TimerWheel } from "./timerWheel.ts";

/** What the delivery policy needs: the outbox and one exchange with a receiver. */
export interface OutboxSenderPorts {
  hasPending(to: string): boolean;
  /** Sends the next envelope and applies the answer. Rejects when the receiver could not be reached. */
  sendEnvelope(to: string): Promise<void>;
  lastAcknowledged(to: string): number;
  /** Sequence through which mail of `to` is known to exist and is not applied yet; 0 when none is, or not through `through`. */
  unappliedThrough(to: string, through: number | null): number;
  now(): number;
  random(): number;
  log(event: string, facts: Record<string, unknown>): void;
}

interface Receiver {
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
export class OutboxSender {
  readonly #ports: OutboxSenderPorts;
  readonly #receivers = new Map<string, Receiver>();
  #inFlight = 0;
  /** Receivers whose envelope waits for another's to land. */
  readonly #queued = new Set<string>();
  /** Receivers that are sent to later. */
  readonly #timers: TimerWheel;

  constructor(ports: OutboxSenderPorts) {
    this.#ports = ports;
    this.#timers = new TimerWheel(
      () => ports.now(),
      (to) => this.#onTimer(to),
    );
  }

  /** Links that are in use: those with mail on its way, a wait to be sent again, or somebody who waits for mail. */
  get size(): number {
    return this.#receivers.size;
  }

  /** Sends what is pending for `to` now, unless an envelope is on its way or a failed one waits. */
  send(to: string): void {
    const receiver = this.#receiver(to);
    if (!receiver.busy && !this.#isBackingOff(to, receiver)) this.#drain(to, receiver);
  }

  /** Sends what is pending for `to`, unless that is under way or will be soon: for an alarm, which rings in quiet times too. */
  resume(to: string): void {
    const receiver = this.#receiver(to);
    if (!receiver.busy && !this.#timers.has(to)) this.#drain(to, receiver);
  }

  /** Sends what is pending for `to` now, unless an envelope is on its way: also when a failed one waits. */
  flush(to: string): void {
    const receiver = this.#receiver(to);
    this.#timers.clear(to);
    if (!receiver.busy) this.#drain(to, receiver);
  }

  /** Sends what is pending for `to` within `waitMs`: it gathers until then, unless something else is sent sooner. */
  sendWithin(to: string, waitMs: number): void {
    const receiver = this.#receiver(to);
    // A failed envelope waits its time: new mail must not hurry a receiver that is in trouble.
    if (!this.#isBackingOff(to, receiver)) this.#timers.set(to, waitMs);
  }

  /** Mail for `to` rides home on an answer: sends it only if that turns out not to have been enough. */
  sendAfterPiggyback(to: string): void {
    this.sendWithin(to, PIGGYBACK_GRACE_MS);
  }

  /**
   * Resolves true once `sequence` is acknowledged by `to` and all that `to` had to say by then is applied here, false
   * after `waitMs`.
   */
  awaitReply(to: string, sequence: number, waitMs: number): Promise<boolean> {
    return new Promise((resolve) => {
      const waiter: Waiter = { sequence, through: null, resolve };
      if (this.#isAnswered(to, waiter)) return resolve(true);
      const receiver = this.#receiver(to);
      const timer = setTimeout(() => {
        receiver.waiting = receiver.waiting.filter((other) => other !== told);
        this.#forgetIfIdle(to, receiver);
        resolve(false);
      }, waitMs);
      const told: Waiter = {
        ...waiter,
        resolve: (delivered) => {
          clearTimeout(timer);
          resolve(delivered);
        },
      };
      receiver.waiting.push(told);
    });
  }

  /** `to` has acknowledged mail, or its own was applied: tells those who wait for that. */
  notifyWaiters(to: string): void {
    const receiver = this.#receivers.get(to);
    if (receiver === undefined || receiver.waiting.length === 0) return;
    const settled = new Set(receiver.waiting.filter((waiter) => this.#isAnswered(to, waiter)));
    if (settled.size === 0) return;
    receiver.waiting = receiver.waiting.filter((waiter) => !settled.has(waiter));
    for (const { resolve } of settled) resolve(true);
    this.#forgetIfIdle(to, receiver);
  }

  #isAnswered(to: string, waiter: Waiter): boolean {
    if (waiter.sequence > this.#ports.lastAcknowledged(to)) return false;
    // What it goes on to say is no answer to this: somebody would wait for ever at a busy receiver.
    waiter.through ??= this.#ports.unappliedThrough(to, null);
    return this.#ports.unappliedThrough(to, waiter.through) === 0;
  }

  #drain(to: string, receiver: Receiver): void {
    receiver.busy = true;
    if (this.#inFlight < ENVELOPES_IN_FLIGHT_MAX) void this.#run(to, receiver);
    else this.#queued.add(to);
  }

  async #run(to: string, receiver: Receiver): Promise<void> {
    this.#inFlight++;
    try {
      while (this.#ports.hasPending(to)) {
        const before = this.#ports.lastAcknowledged(to);
        await this.#sendEnvelope(to);
        if (this.#ports.lastAcknowledged(to) === before) throw new Error("nothing was acknowledged");
        receiver.failures = 0;
        // A receiver with much mail must not keep its place for ever.
        if (this.#queued.size > 0) break;
      }
    } catch (error) {
      receiver.failures++;
      this.#ports.log("outbox.undelivered", { to, failures: receiver.failures, error: String(error) });
      const wait = Math.min(RESEND_LONGEST_MS, RESEND_FIRST_MS * 2 ** Math.min(receiver.failures - 1, 10));
      this.#timers.set(to, wait * (0.5 + this.#ports.random()));
    } finally {
      this.#inFlight--;
      if (this.#queued.size > 0 && this.#ports.hasPending(to) && !this.#timers.has(to)) this.#queued.add(to);
      else {
        receiver.busy = false;
        this.#forgetIfIdle(to, receiver);
      }
      this.#startNext();
    }
  }

  #startNext(): void {
    for (const to of this.#queued) {
      this.#queued.delete(to);
      return void this.#run(to, this.#receiver(to));
    }
  }

  /** One exchange; a receiver that never answers is one that could not be reached. */
  async #sendEnvelope(to: string): Promise<void> {
    const late = Promise.withResolvers<never>();
    const timer = setTimeout(() => late.reject(new Error("no answer in time")), ENVELOPE_TIMEOUT_MS);
    try {
      await Promise.race([this.#ports.sendEnvelope(to), late.promise]);
    } finally {
      clearTimeout(timer);
    }
  }

  #onTimer(to: string): void {
    const receiver = this.#receiver(to);
    if (!receiver.busy && this.#ports.hasPending(to)) this.#drain(to, receiver);
    else this.#forgetIfIdle(to, receiver);
  }

  /** The last envelope failed, and the next try waits its time. */
  #isBackingOff(to: string, receiver: Receiver): boolean {
    return receiver.failures > 0 && this.#timers.has(to);
  }

  /** A book meets every account once in a while: links with nothing to do must not pile up. */
  #forgetIfIdle(to: string, receiver: Receiver): void {
    if (!receiver.busy && !this.#timers.has(to) && receiver.waiting.length === 0) this.#receivers.delete(to);
  }

  #receiver(to: string): Receiver {
    let receiver = this.#receivers.get(to);
    if (receiver === undefined) {
      receiver = { busy: false, failures: 0, waiting: [] };
      this.#receivers.set(to, receiver);
    }
    return receiver;
  }
}
