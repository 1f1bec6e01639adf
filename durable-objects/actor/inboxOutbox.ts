import type { Cursors } from "../../protocol/rpc/actor.ts";
import type { Envelope } from "../../protocol/rpc/envelope.ts";
import { ENVELOPE_CHARS_MAX, ENVELOPE_MESSAGES_MAX } from "./limits.ts";

/**
 * The numbered mail of one actor: what it has applied of each sender, and what it still owes each receiver. Pure state;
 * it is rebuilt by replaying the journal, like the rest of the actor.
 *
 * Nobody is ever forgotten, because a repeated message must be known for one however late it comes: a book keeps an
 * entry for every account it ever met. One costs about 60 bytes of a snapshot and 200 of memory (PEER_BYTES_MAX).
 */
export class InboxOutbox<In, Out> {
  readonly #address: string;
  readonly #peers = new Map<string, Peer<Out>>();
  /** Receivers with pending mail: a book knows thousands of accounts and owes few of them. */
  readonly #withPending = new Set<string>();
  /** Senders that have more for us than they could put into their last envelope, and its last sequence. */
  readonly #announced = new Map<string, number>();

  constructor(address: string) {
    this.#address = address;
  }

  /** Puts a message into the outbox of `to`. */
  send(to: string, message: Out): void {
    const peer = this.#peer(to);
    if (peer.pending === null) peer.pending = [message];
    else peer.pending.push(message);
    this.#withPending.add(to);
  }

  /**
   * What of an envelope is new, as the first sequence and the messages; null when nothing is. Messages after a gap are
   * not taken: the answer's `ack` tells the sender where to begin again.
   */
  newMessages(envelope: Envelope<In>): { first: number; messages: readonly In[] } | null {
    const applied = this.#lastApplied(envelope.from);
    if (envelope.first > applied + 1) return null;
    const messages = envelope.messages.slice(applied + 1 - envelope.first);
    return messages.length === 0 ? null : { first: applied + 1, messages };
  }

  /** Notes that messages of `from` have been applied through `sequence`. */
  markApplied(from: string, sequence: number): void {
    this.#peer(from).applied = sequence;
  }

  /** Notes what an envelope says about `from`: the last sequence of its outbox, if that was not in the envelope. */
  noteAnnounced(from: string, last: number): void {
    if (last > this.#lastApplied(from)) this.#announced.set(from, Math.max(last, this.#announced.get(from) ?? 0));
    else if (this.unappliedThrough(from, this.#announced.get(from) ?? 0) === 0) this.#announced.delete(from);
  }

  /**
   * Sequence through which mail of `from` must still be applied to know all that it had to say by now, or by an earlier
   * answer of this method; 0 when nothing is missing.
   */
  unappliedThrough(from: string, through: number | null): number {
    const last = through ?? this.#announced.get(from) ?? 0;
    return last > this.#lastApplied(from) ? last : 0;
  }

  /** The receiver has applied everything through `sequence`. Gives how many messages that settles. */
  acknowledge(to: string, sequence: number): number {
    const peer = this.#peers.get(to);
    if (peer === undefined || sequence <= peer.acknowledged) return 0;
    const settled = sequence - peer.acknowledged;
    if (settled > (peer.pending?.length ?? 0)) throw new Error(`${to} acknowledges ${sequence}, which was never sent`);
    if (settled === peer.pending?.length) {
      peer.pending = null;
      this.#withPending.delete(to);
    } else {
      peer.pending?.splice(0, settled);
    }
    peer.acknowledged = sequence;
    return settled;
  }

  /** The next envelope for `to`: its oldest pending messages, possibly none, and our acknowledgement. */
  envelope(to: string): Envelope<Out> {
    const pending = this.#peers.get(to)?.pending ?? [];
    const count = fitting(pending);
    return {
      from: this.#address,
      first: this.lastAcknowledged(to) + 1,
      messages: pending.slice(0, count),
      ack: this.#lastApplied(to),
      ...(count < pending.length ? { last: this.lastSent(to) } : {}),
    };
  }

  /** Whether all that is pending for `to` goes into one envelope. */
  fitsEnvelope(to: string): boolean {
    const pending = this.#peers.get(to)?.pending ?? [];
    return fitting(pending) === pending.length;
  }

  hasPending(to: string): boolean {
    return this.#withPending.has(to);
  }

  /** How many messages `to` is owed. */
  pending(to: string): number {
    return this.#peers.get(to)?.pending?.length ?? 0;
  }

  /** Whether anybody is owed anything. */
  get hasPendingMessages(): boolean {
    return this.#withPending.size > 0;
  }

  /** Receivers that are owed something. */
  pendingReceivers(): string[] {
    return [...this.#withPending];
  }

  /** Sequence of the last message put into the outbox of `to`, and of the last one acknowledged. */
  lastSent(to: string): number {
    return this.lastAcknowledged(to) + this.pending(to);
  }

  lastAcknowledged(to: string): number {
    return this.#peers.get(to)?.acknowledged ?? 0;
  }

  /** How far the mail with `peer` is. */
  cursors(peer: string): Cursors {
    const [sent, acknowledged] = [this.lastSent(peer), this.lastAcknowledged(peer)];
    return { sent, acknowledged, applied: this.#lastApplied(peer) };
  }

  /** Everybody mail was ever exchanged with, those who are owed some first. */
  peers(): string[] {
    return [...new Set([...this.#withPending, ...this.#peers.keys()])];
  }

  save(): SavedPeers<Out> {
    return [...this.#peers].map(([peer, { applied, acknowledged, pending }]) =>
      pending === null ? ([peer, applied, acknowledged] as const) : ([peer, applied, acknowledged, pending] as const),
    );
  }

  load(saved: SavedPeers<Out>): void {
    for (const [peer, applied, acknowledged, pending = []] of saved) {
      this.#peers.set(peer, { applied, acknowledged, pending: pending.length === 0 ? null : [...pending] });
      if (pending.length > 0) this.#withPending.add(peer);
    }
  }

  #lastApplied(from: string): number {
    return this.#peers.get(from)?.applied ?? 0;
  }

  #peer(address: string): Peer<Out> {
    let peer = this.#peers.get(address);
    if (peer === undefined) this.#peers.set(address, (peer = { applied: 0, acknowledged: 0, pending: null }));
    return peer;
  }
}

interface Peer<Out> {
  /** Last sequence applied of its mail. */
  applied: number;
  acknowledged: number;
  /** What it has not acknowledged; null instead of an empty list, because most peers are owed nothing. */
  pending: Out[] | null;
}

/** A peer that is owed nothing has no list. */
export type SavedPeers<Out> = readonly (readonly [
  peer: string,
  applied: number,
  acknowledged: number,
  pending?: readonly Out[],
])[];

/** How many of the oldest messages go into one envelope: at least one, if there is one. */
function fitting(pending: readonly unknown[]): number {
  let chars = 0;
  for (let count = 0; count < pending.length; count++) {
    chars += textLength(pending[count]);
    if (count === ENVELOPE_MESSAGES_MAX || (count > 0 && chars > ENVELOPE_CHARS_MAX)) return count;
  }
  return pending.length;
}

/** About the characters of a value's JSON text, without making it. */
function textLength(value: unknown): number {
  if (typeof value === "string") return value.length + 2;
  if (typeof value !== "object" || value === null) return 8;
  let chars = 2;
  for (const [key, inner] of Object.entries(value)) chars += key.length + 4 + textLength(inner);
  return chars;
}
