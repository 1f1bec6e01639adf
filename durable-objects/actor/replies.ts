import type { Envelope } from "../../protocol/rpc/envelope.ts";
import type { InboxOutbox } from "./inboxOutbox.ts";

type Sequences = Pick<InboxOutbox<unknown, unknown>, "lastSent" | "lastAcknowledged">;

/** The outbox and the commit queue, as replies use them. */
export interface RepliesPorts<In> {
  /** `from` has applied the messages through `ack`: they leave the outbox. */
  acknowledge(from: string, ack: number): void;
  /** A reply without messages was taken. */
  acknowledged(from: string): void;
  /** Queues a reply for the next commits; calls `refuse` at once when it cannot be queued. */
  queue(reply: Envelope<In>, refuse: (error: unknown) => void): void;
  /** Commits an envelope that contradicts the outbox, which raises an alert. Rejects. */
  refuse(reply: Envelope<In>): Promise<void>;
}

/**
 * Takes the replies to envelopes. What a reply acknowledges leaves the outbox at once, so that the next envelope may
 * leave: a crash before the commit only sends it again. The messages of the reply wait for a commit, and so does who
 * waits for the reply.
 */
export class Replies<In> {
  readonly #messages: Sequences;
  readonly #ports: RepliesPorts<In>;
  /** Peers with replies that wait for their commit: how many, and the last sequence acknowledged in a committed one. */
  readonly #waiting = new Map<string, { count: number; answered: number }>();

  constructor(messages: Sequences, ports: RepliesPorts<In>) {
    this.#messages = messages;
    this.#ports = ports;
  }

  /** Throws or rejects when the reply cannot be taken. */
  take(reply: Envelope<In>): Promise<void> | undefined {
    const { from, ack } = reply;
    if (ack > this.#messages.lastSent(from)) return this.#ports.refuse(reply);
    const waits = reply.messages.length > 0 || reply.last !== undefined || this.#waiting.has(from);
    if (waits) this.#queue(reply);
    this.#ports.acknowledge(from, ack);
    if (!waits) this.#ports.acknowledged(from);
    return undefined;
  }

  /** The last sequence that a peer has acknowledged in an envelope whose messages are committed. */
  answeredThrough(peer: string): number {
    return this.#waiting.get(peer)?.answered ?? this.#messages.lastAcknowledged(peer);
  }

  /** A reply that was queued is committed. */
  committed({ from, ack }: Envelope<In>): void {
    const waiting = this.#waiting.get(from);
    if (waiting === undefined) return;
    waiting.answered = Math.max(waiting.answered, ack);
    if (--waiting.count === 0) this.#waiting.delete(from);
  }

  #queue(reply: Envelope<In>): void {
    const { from } = reply;
    const waiting = this.#waiting.get(from);
    if (waiting === undefined) this.#waiting.set(from, { count: 1, answered: this.#messages.lastAcknowledged(from) });
    else waiting.count++;
    let refusal: unknown = null;
    this.#ports.queue(reply, (error) => (refusal = error));
    if (refusal === null) return;
    this.committed({ ...reply, ack: 0 });
    throw refusal as Error;
  }
}
