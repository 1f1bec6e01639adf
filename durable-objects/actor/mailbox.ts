import type { Envelope } from "../../protocol/rpc.ts";
import { ENVELOPE_MESSAGES_MAX } from "./limits.ts";

/**
 * The numbered mail of one actor: what it has applied of each sender, and what it still owes each receiver. Pure state;
 * it is rebuilt by replaying the journal, like the rest of the actor.
 */
export class Mailbox<In, Out> {
  readonly #address: string;
  /** Last sequence applied of each sender. */
  readonly #applied = new Map<string, number>();
  readonly #outgoing = new Map<string, Outgoing<Out>>();
  /** Receivers with pending mail: a book knows thousands of accounts and owes few of them. */
  readonly #owed = new Set<string>();

  constructor(address: string) {
    this.#address = address;
  }

  /** Puts a message into the outbox of `to`. */
  send(to: string, message: Out): void {
    const queue = this.#outgoing.get(to);
    if (queue === undefined) this.#outgoing.set(to, { acknowledged: 0, pending: [message] });
    else queue.pending.push(message);
    this.#owed.add(to);
  }

  /**
   * What of an envelope is new, as the first sequence and the messages; null when nothing is. Messages after a gap are
   * not taken: the answer's `ack` tells the sender where to begin again.
   */
  fresh(envelope: Envelope<In>): { first: number; messages: readonly In[] } | null {
    const applied = this.#applied.get(envelope.from) ?? 0;
    if (envelope.first > applied + 1) return null;
    const messages = envelope.messages.slice(applied + 1 - envelope.first);
    return messages.length === 0 ? null : { first: applied + 1, messages };
  }

  /** Notes that messages of `from` have been applied through `sequence`. */
  markApplied(from: string, sequence: number): void {
    this.#applied.set(from, sequence);
  }

  /** The receiver has applied everything through `sequence`. Gives how many messages that settles. */
  acknowledge(to: string, sequence: number): number {
    const queue = this.#outgoing.get(to);
    if (queue === undefined || sequence <= queue.acknowledged) return 0;
    const settled = sequence - queue.acknowledged;
    if (settled > queue.pending.length) throw new Error(`${to} acknowledges ${sequence}, which was never sent`);
    queue.pending.splice(0, settled);
    queue.acknowledged = sequence;
    if (queue.pending.length === 0) this.#owed.delete(to);
    return settled;
  }

  /** The next envelope for `to`: its oldest pending messages, possibly none, and our acknowledgement. */
  envelope(to: string): Envelope<Out> {
    const queue = this.#outgoing.get(to);
    return {
      from: this.#address,
      first: (queue?.acknowledged ?? 0) + 1,
      messages: queue?.pending.slice(0, ENVELOPE_MESSAGES_MAX) ?? [],
      ack: this.#applied.get(to) ?? 0,
    };
  }

  hasPending(to: string): boolean {
    return this.#owed.has(to);
  }

  /** Whether anybody is owed anything. */
  get owing(): boolean {
    return this.#owed.size > 0;
  }

  /** Receivers that are owed something. */
  receivers(): string[] {
    return [...this.#owed];
  }

  /** Sequence of the last message put into the outbox of `to`, and of the last one acknowledged. */
  lastSent(to: string): number {
    const queue = this.#outgoing.get(to);
    return queue === undefined ? 0 : queue.acknowledged + queue.pending.length;
  }

  lastAcknowledged(to: string): number {
    return this.#outgoing.get(to)?.acknowledged ?? 0;
  }

  save(): SavedMailbox<Out> {
    return {
      applied: [...this.#applied],
      outgoing: [...this.#outgoing].map(([to, queue]) => [to, queue.acknowledged, queue.pending] as const),
    };
  }

  load(saved: SavedMailbox<Out>): void {
    for (const [from, sequence] of saved.applied) this.#applied.set(from, sequence);
    for (const [to, acknowledged, pending] of saved.outgoing) {
      this.#outgoing.set(to, { acknowledged, pending: [...pending] });
      if (pending.length > 0) this.#owed.add(to);
    }
  }
}

interface Outgoing<Out> {
  acknowledged: number;
  readonly pending: Out[];
}

export interface SavedMailbox<Out> {
  readonly applied: readonly (readonly [from: string, sequence: number])[];
  readonly outgoing: readonly (readonly [to: string, acknowledged: number, pending: readonly Out[]])[];
}
