import type { Cursors } from "../../protocol/rpc/actor.ts";
import type { Envelope } from "../../protocol/rpc/envelope.ts";
import { ENVELOPE_CHARS_MAX, ENVELOPE_MESSAGES_MAX } from "./limits.ts";

/**
 * Inbox and outbox of one actor: the last message applied of each sender, and the messages that each receiver has not
 * acknowledged. Pure state, restored from snapshot and journal like the rest of the actor.
 *
 * No peer is ever forgotten: a message that arrives again, however late, must be recognised. A book therefore keeps an
 * entry for every account it ever exchanged a message with: 60 bytes in a snapshot, 200 in memory (PEER_BYTES_MAX).
 */
export class InboxOutbox<In, Out> {
  readonly #address: string;
  readonly #peers = new Map<string, Peer<Out>>();
  /** Receivers with pending messages: few of the thousands of accounts that a book knows. */
  readonly #withPending = new Set<string>();
  /** By sender: the last sequence it announced, when its last envelope did not hold all its messages. */
  readonly #announced = new Map<string, number>();
  /** By sender: the last message that has arrived and waits for its commit, with all before it. */
  readonly #received = new Map<string, number>();
  /** By receiver: the last message that was piggybacked on a reply to it and is not acknowledged. */
  readonly #piggybacked = new Map<string, number>();

  constructor(address: string) {
    this.#address = address;
  }

  /** Puts a message into the outbox of `to`. */
  send(to: string, message: Out): void {
    const peer = this.#peer(to);
    (peer.pending ??= new Pending()).add(message);
    this.#withPending.add(to);
  }

  /**
   * The messages of an envelope that were not applied yet, with the sequence of the first; null when there are none.
   * Messages after a gap are ignored: the `ack` of the reply tells the sender where to continue.
   */
  newMessages(envelope: Envelope<In>): { first: number; messages: readonly In[] } | null {
    const applied = this.#lastApplied(envelope.from);
    if (envelope.first > applied + 1) return null;
    const messages = envelope.messages.slice(applied + 1 - envelope.first);
    return messages.length === 0 ? null : { first: applied + 1, messages };
  }

  /** Records that the messages of `from` have been applied through `sequence`. */
  markApplied(from: string, sequence: number): void {
    this.#peer(from).applied = sequence;
    if ((this.#received.get(from) ?? 0) <= sequence) this.#received.delete(from);
  }

  /**
   * An envelope waits for its commit. After a gap its messages are not applied: those before them are in flight. Returns
   * the sequence through which messages had arrived before.
   */
  noteReceived({ from, first, messages }: Envelope<In>): number {
    const known = this.#received.get(from) ?? this.#lastApplied(from);
    const last = first + messages.length - 1;
    if (last <= known) return known;
    if (first <= known + 1) this.#received.set(from, last);
    else this.noteAnnounced(from, last);
    return known;
  }

  /** What has arrived from `from` after `sequence` will not be applied. */
  forgetReceived(from: string, sequence: number): void {
    if ((this.#received.get(from) ?? 0) <= sequence) return;
    if (sequence > this.#lastApplied(from)) this.#received.set(from, sequence);
    else this.#received.delete(from);
  }

  /** Records the last sequence in the outbox of `from`, which an envelope announces when it does not hold all messages. */
  noteAnnounced(from: string, last: number): void {
    if (last > this.#lastApplied(from)) this.#announced.set(from, Math.max(last, this.#announced.get(from) ?? 0));
    else if (this.unappliedThrough(from, this.#announced.get(from) ?? 0) === 0) this.#announced.delete(from);
  }

  /**
   * Sequence through which messages of `from` are known to exist and are not applied yet: they wait for their commit, or
   * have not arrived. 0 when there are none. `through` repeats the question for the sequence that an earlier call
   * returned.
   */
  unappliedThrough(from: string, through: number | null): number {
    const last = through ?? Math.max(this.#announced.get(from) ?? 0, this.#received.get(from) ?? 0);
    return last > this.#lastApplied(from) ? last : 0;
  }

  /** The receiver has applied everything through `sequence`. Returns the number of messages that this removes. */
  acknowledge(to: string, sequence: number): number {
    const peer = this.#peers.get(to);
    if (peer === undefined || sequence <= peer.acknowledged) return 0;
    const removed = sequence - peer.acknowledged;
    const pending = peer.pending?.messages.length ?? 0;
    if (removed > pending) throw new Error(`${to} acknowledges ${sequence}, which was never sent`);
    if ((this.#piggybacked.get(to) ?? sequence) <= sequence) this.#piggybacked.delete(to);
    if (removed === pending) {
      peer.pending = null;
      this.#withPending.delete(to);
    } else {
      peer.pending?.remove(removed);
    }
    peer.acknowledged = sequence;
    return removed;
  }

  /** The next envelope for `to`. It leaves out what was piggybacked on a reply, if there is more. */
  nextEnvelope(to: string): Envelope<Out> {
    const piggybacked = this.#piggybacked.get(to) ?? 0;
    return this.envelope(to, piggybacked < this.lastSent(to) ? piggybacked : 0);
  }

  /** The reply to an envelope of `to`, which has received the messages through `received`. */
  reply(to: string, received = 0): Envelope<Out> {
    const envelope = this.envelope(to, received);
    const last = envelope.first + envelope.messages.length - 1;
    if (envelope.messages.length > 0 && last > (this.#piggybacked.get(to) ?? 0)) this.#piggybacked.set(to, last);
    return envelope;
  }

  /** The next envelope for `to` leaves nothing out. True when the one before has, so that `to` may lack it. */
  leaveNothingOut(to: string): boolean {
    return this.#piggybacked.delete(to);
  }

  /**
   * An envelope for `to`: its oldest pending messages after `received`, if any, and the acknowledgement of its own
   * messages.
   */
  envelope(to: string, received = 0): Envelope<Out> {
    const pending = this.#peers.get(to)?.pending ?? null;
    const arrived = this.#arrived(to, received);
    const end = pending?.fitting(arrived) ?? 0;
    const envelope: { -readonly [K in keyof Envelope<Out>]: Envelope<Out>[K] } = {
      from: this.#address,
      first: this.lastAcknowledged(to) + 1 + arrived,
      messages: pending?.messages.slice(arrived, end) ?? [],
      ack: this.#lastApplied(to),
    };
    if (pending !== null && end < pending.messages.length) envelope.last = this.lastSent(to);
    const waiting = this.#received.get(to);
    if (waiting !== undefined) envelope.received = waiting;
    return envelope;
  }

  /** Whether all pending messages of `to` after `received` fit one envelope. */
  fitsEnvelope(to: string, received = 0): boolean {
    const pending = this.#peers.get(to)?.pending ?? null;
    return pending === null || pending.fitting(this.#arrived(to, received)) === pending.messages.length;
  }

  hasPending(to: string): boolean {
    return this.#withPending.has(to);
  }

  /** Number of messages that `to` has not acknowledged. */
  pendingCount(to: string): number {
    return this.#peers.get(to)?.pending?.messages.length ?? 0;
  }

  /** Whether any receiver has pending messages. */
  get hasPendingMessages(): boolean {
    return this.#withPending.size > 0;
  }

  /** Addresses with pending messages. */
  pendingReceivers(): string[] {
    return [...this.#withPending];
  }

  /** Sequence of the last message put into the outbox of `to`, and of the last one acknowledged. */
  lastSent(to: string): number {
    return this.lastAcknowledged(to) + this.pendingCount(to);
  }

  lastAcknowledged(to: string): number {
    return this.#peers.get(to)?.acknowledged ?? 0;
  }

  /** Sequences of the messages exchanged with `peer`. */
  cursors(peer: string): Cursors {
    const [sent, acknowledged] = [this.lastSent(peer), this.lastAcknowledged(peer)];
    return { sent, acknowledged, applied: this.#lastApplied(peer) };
  }

  /** All peers, those with pending messages first. */
  peers(): string[] {
    return [...new Set([...this.#withPending, ...this.#peers.keys()])];
  }

  save(): SavedPeers<Out> {
    return [...this.#peers].map(([peer, { applied, acknowledged, pending }]) =>
      pending === null
        ? ([peer, applied, acknowledged] as const)
        : ([peer, applied, acknowledged, pending.messages] as const),
    );
  }

  load(saved: SavedPeers<Out>): void {
    for (const [peer, applied, acknowledged, messages = []] of saved) {
      this.#peers.set(peer, { applied, acknowledged, pending: null });
      for (const message of messages) this.send(peer, message);
    }
  }

  /** Number of the oldest pending messages of `to` that have arrived there. */
  #arrived(to: string, received: number): number {
    return Math.min(this.pendingCount(to), Math.max(0, received - this.lastAcknowledged(to)));
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
  /** Sequence of the last message applied from it. */
  applied: number;
  acknowledged: number;
  /** Messages that it has not acknowledged; null instead of an empty list, because most peers have none. */
  pending: Pending<Out> | null;
}

/** Messages that wait for an acknowledgement, oldest first, and the length of each: an envelope is bounded by it. */
class Pending<Out> {
  readonly messages: Out[] = [];
  readonly #chars: number[] = [];
  #total = 0;

  add(message: Out): void {
    const chars = textLength(message);
    this.messages.push(message);
    this.#chars.push(chars);
    this.#total += chars;
  }

  /** Removes the oldest messages. */
  remove(count: number): void {
    this.messages.splice(0, count);
    for (const chars of this.#chars.splice(0, count)) this.#total -= chars;
  }

  /** Where an envelope that begins with message `start` ends: after at least one, if there is one. */
  fitting(start: number): number {
    const { length } = this.messages;
    if (length <= ENVELOPE_MESSAGES_MAX && this.#total <= ENVELOPE_CHARS_MAX) return length;
    let chars = 0;
    for (let at = start; at < length; at++) {
      chars += this.#chars[at] ?? 0;
      if (at - start === ENVELOPE_MESSAGES_MAX || (at > start && chars > ENVELOPE_CHARS_MAX)) return at;
    }
    return length;
  }
}

/** Persisted in snapshots. A peer without pending messages has no list. */
export type SavedPeers<Out> = readonly (readonly [
  peer: string,
  applied: number,
  acknowledged: number,
  pending?: readonly Out[],
])[];

/** Estimates the length of a value's JSON text without building it. */
function textLength(value: unknown): number {
  if (typeof value === "string") return value.length + 2;
  if (typeof value !== "object" || value === null) return 8;
  let chars = 2;
  // Without Object.entries, which makes an array for each field of each message.
  for (const key in value) chars += key.length + 4 + textLength((value as Record<string, unknown>)[key]);
  return chars;
}
