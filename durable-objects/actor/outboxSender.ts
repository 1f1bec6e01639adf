import type { Log } from "../../protocol/log/events.ts";
import { BoundedCalls } from "./boundedCalls.ts";
import {
  ENVELOPE_TIMEOUT_MS,
  ENVELOPES_IN_FLIGHT_MAX,
  RESEND_FIRST_MS,
  RESEND_LONGEST_MS,
  PIGGYBACK_GRACE_MS,
} from "./limits.ts";
import { TimerWheel } from "./timerWheel.ts";

/** The outbox, one delivery to a receiver, and randomness. */
export interface OutboxSenderPorts {
  hasPending(to: string): boolean;
  /**
   * Sends the next envelope. Resolves once the reply has arrived and its acknowledgement is taken; what else the reply
   * has is committed later. Rejects when the receiver cannot be reached.
   */
  sendEnvelope(to: string): Promise<void>;
  /** The next envelope has all pending messages. True when the last one may have left out some that `to` lacks. */
  leaveNothingOut(to: string): boolean;
  lastSent(to: string): number;
  lastAcknowledged(to: string): number;
  /** The last sequence that `to` has acknowledged in an envelope whose messages are committed here. */
  answeredThrough(to: string): number;
  /** Sequence through which messages of `to` exist and are not applied yet, at most `through`; 0 when there are none. */
  unappliedThrough(to: string, through: number | null): number;
  random(): number;
  readonly log: Log;
}

interface Receiver {
  /** An envelope is in flight, or queued because too many are. */
  busy: boolean;
  /** Sequence through which messages are to be sent without a delay. */
  due: number;
  failures: number;
  /** The last envelope failed, and its timer runs. */
  isBackingOff: boolean;
  /** Sequence of the last piggybacked message that the timer waits for; null when the timer is not for such. */
  piggybacked: number | null;
  waiting: Waiter[];
}

interface Waiter {
  readonly to: string;
  readonly sequence: number;
  /** Last sequence of the receiver's own messages when it acknowledged; null before it has. */
  through: number | null;
  readonly resolve: (delivered: boolean) => void;
}

/**
 * Sends the messages of the outbox. At most one envelope is in flight to a receiver; messages that arrive meanwhile go
 * together in the next one. A failed envelope is sent again after exponential back-off with jitter. Messages that were
 * piggybacked on a reply are sent again only when they are not acknowledged in time.
 */
export class OutboxSender {
  readonly #ports: OutboxSenderPorts;
  readonly #receivers = new Map<string, Receiver>();
  #inFlight = 0;
  /** Receivers that wait because ENVELOPES_IN_FLIGHT_MAX envelopes are in flight. */
  readonly #queued = new Set<string>();
  /** Receivers with a delayed or repeated envelope. */
  readonly #timers: TimerWheel;
  /** Envelopes without a reply. */
  readonly #calls = new BoundedCalls();
  readonly #waiters: TimerWheel<Waiter>;

  constructor(ports: OutboxSenderPorts) {
    this.#ports = ports;
    this.#timers = new TimerWheel((to) => this.#onTimer(to));
    this.#waiters = new TimerWheel<Waiter>((waiter) => this.#expire(waiter));
  }

  /** Number of receivers in memory: those with an envelope in flight, a timer or a waiter. */
  get size(): number {
    return this.#receivers.size;
  }

  /** Sends the pending messages of `to` now, unless an envelope is in flight or in back-off. */
  send(to: string): void {
    const receiver = this.#receiver(to);
    if (!receiver.isBackingOff) this.#sendAll(to, receiver);
  }

  /** Sends the pending messages of `to`, unless an envelope is in flight or a timer is set. For the alarm. */
  resume(to: string): void {
    const receiver = this.#receiver(to);
    if (!receiver.busy && !this.#timers.has(to)) this.#drain(to, receiver);
  }

  /** Sends the pending messages of `to` now, also during back-off, unless an envelope is in flight. */
  flush(to: string): void {
    const receiver = this.#receiver(to);
    this.#timers.clear(to);
    receiver.isBackingOff = false;
    receiver.piggybacked = null;
    this.#sendAll(to, receiver);
  }

  /** Sends the pending messages of `to` within `waitMs`, with those that are added until then. */
  sendWithin(to: string, waitMs: number): void {
    const receiver = this.#receiver(to);
    // New messages do not shorten the back-off: the receiver is in trouble.
    if (receiver.isBackingOff) return;
    receiver.piggybacked = null;
    this.#timers.set(to, waitMs);
  }

  /** The pending messages of `to` are piggybacked on a reply: sends them only when they are not acknowledged in time. */
  sendAfterPiggyback(to: string): void {
    if (this.#timers.has(to)) return;
    const receiver = this.#receiver(to);
    receiver.piggybacked = this.#ports.lastSent(to);
    this.#timers.set(to, PIGGYBACK_GRACE_MS);
  }

  /** Whether anybody waits for a reply of `to`. */
  hasWaiters(to: string): boolean {
    const receiver = this.#receivers.get(to);
    return receiver !== undefined && receiver.waiting.length > 0;
  }

  /**
   * Resolves to true once `to` has acknowledged `sequence` and its messages of that moment are committed here, to false
   * after `waitMs`.
   */
  awaitReply(to: string, sequence: number, waitMs: number): Promise<boolean> {
    return new Promise((resolve) => {
      const waiter: Waiter = { to, sequence, through: null, resolve };
      if (this.#isAnswered(waiter)) return resolve(true);
      this.#receiver(to).waiting.push(waiter);
      this.#waiters.set(waiter, waitMs);
    });
  }

  /** Resolves the waiters of `to` whose condition holds now. Call after committing an envelope of `to`. */
  notifyWaiters(to: string): void {
    const receiver = this.#receivers.get(to);
    if (receiver === undefined || receiver.waiting.length === 0) return;
    let kept = 0;
    const { waiting } = receiver;
    for (const waiter of waiting) {
      if (!this.#isAnswered(waiter)) {
        waiting[kept++] = waiter;
        continue;
      }
      this.#waiters.clear(waiter);
      waiter.resolve(true);
    }
    waiting.length = kept;
    if (kept === 0) this.#forgetIfIdle(to, receiver);
  }

  #expire(waiter: Waiter): void {
    const receiver = this.#receiver(waiter.to);
    receiver.waiting = receiver.waiting.filter((other) => other !== waiter);
    this.#forgetIfIdle(waiter.to, receiver);
    waiter.resolve(false);
  }

  #isAnswered(waiter: Waiter): boolean {
    const { to } = waiter;
    if (waiter.sequence > this.#ports.answeredThrough(to)) return false;
    // Messages that it sends later do not count: a busy receiver would keep the waiter for ever.
    waiter.through ??= this.#ports.unappliedThrough(to, null);
    return this.#ports.unappliedThrough(to, waiter.through) === 0;
  }

  /** Sends what is pending now, after the envelope that is in flight. */
  #sendAll(to: string, receiver: Receiver): void {
    if (receiver.busy) receiver.due = this.#ports.lastSent(to);
    else this.#drain(to, receiver);
  }

  #drain(to: string, receiver: Receiver): void {
    receiver.busy = true;
    receiver.due = this.#ports.lastSent(to);
    if (this.#inFlight < ENVELOPES_IN_FLIGHT_MAX) void this.#run(to, receiver);
    else this.#queued.add(to);
  }

  async #run(to: string, receiver: Receiver): Promise<void> {
    this.#inFlight++;
    let failed = false;
    try {
      while (this.#isDue(to, receiver)) {
        const before = this.#ports.lastAcknowledged(to);
        await this.#sendEnvelope(to);
        if (this.#ports.lastAcknowledged(to) > before) receiver.failures = 0;
        else if (!this.#ports.leaveNothingOut(to)) throw new Error("nothing was acknowledged");
        // Gives way to queued receivers: one with many messages must not block them.
        if (this.#queued.size > 0) break;
      }
    } catch (error) {
      failed = true;
      this.#ports.leaveNothingOut(to);
      receiver.failures++;
      receiver.isBackingOff = true;
      receiver.piggybacked = null;
      // Messages that were to leave sooner wait, too: the receiver is in trouble.
      this.#timers.clear(to);
      this.#ports.log("outbox.undelivered", { to, failures: receiver.failures, error: String(error) });
      const wait = Math.min(RESEND_LONGEST_MS, RESEND_FIRST_MS * 2 ** Math.min(receiver.failures - 1, 10));
      this.#timers.set(to, wait * (0.5 + this.#ports.random()));
    } finally {
      this.#inFlight--;
      // After a failure its timer sends them. A timer of messages that were piggybacked is none for those that are due.
      if (!failed && this.#queued.size > 0 && this.#isDue(to, receiver)) this.#queued.add(to);
      else this.#rest(to, receiver);
      this.#startNext();
    }
  }

  /** Starts the next receiver in the queue that still has something to send. */
  #startNext(): void {
    for (const to of this.#queued) {
      this.#queued.delete(to);
      const receiver = this.#receiver(to);
      if (this.#isDue(to, receiver)) return void this.#run(to, receiver);
      this.#rest(to, receiver);
    }
  }

  #rest(to: string, receiver: Receiver): void {
    receiver.busy = false;
    this.#forgetIfIdle(to, receiver);
  }

  /** Sends one envelope. A receiver that does not reply within ENVELOPE_TIMEOUT_MS counts as unreachable. */
  #sendEnvelope(to: string): Promise<void> {
    return this.#calls.within(ENVELOPE_TIMEOUT_MS, "no reply in time", () => this.#ports.sendEnvelope(to));
  }

  #onTimer(to: string): void {
    const receiver = this.#receiver(to);
    const { piggybacked } = receiver;
    receiver.isBackingOff = false;
    receiver.piggybacked = null;
    if (!this.#ports.hasPending(to)) return this.#forgetIfIdle(to, receiver);
    // The messages of then were acknowledged by traffic; those of now were piggybacked since.
    if (piggybacked !== null && piggybacked <= this.#ports.lastAcknowledged(to)) this.sendAfterPiggyback(to);
    else this.#sendAll(to, receiver);
  }

  /** Messages are pending that wait for no timer. */
  #isDue(to: string, { due }: Receiver): boolean {
    return this.#ports.hasPending(to) && this.#ports.lastAcknowledged(to) < due;
  }

  /** Forgets idle receivers: a book has thousands of accounts over time. */
  #forgetIfIdle(to: string, receiver: Receiver): void {
    if (!receiver.busy && !this.#timers.has(to) && receiver.waiting.length === 0) this.#receivers.delete(to);
  }

  #receiver(to: string): Receiver {
    let receiver = this.#receivers.get(to);
    if (receiver === undefined) {
      receiver = { busy: false, due: 0, failures: 0, isBackingOff: false, piggybacked: null, waiting: [] };
      this.#receivers.set(to, receiver);
    }
    return receiver;
  }
}
