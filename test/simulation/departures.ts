import type { Envelope } from "../../protocol/rpc/envelope.ts";
import { ENVELOPES_IN_FLIGHT_MAX } from "../../durable-objects/actor/limits.ts";

/** What one instance of an actor sends its peers: which envelopes are in flight, and which messages have left. */
export class Departures {
  readonly #inFlight = new Set<string>();
  /** Envelopes that the sender may have given up. */
  #hanging = 0;
  /** By receiver: how many envelopes have left, and the last message, in an envelope or in a reply. */
  readonly #envelopes = new Map<string, number>();
  readonly #messages = new Map<string, number>();

  /** As many envelopes are in flight as may be, so that others wait. */
  get full(): boolean {
    return this.#inFlight.size + this.#hanging >= ENVELOPES_IN_FLIGHT_MAX;
  }

  /** An envelope leaves. False when another is in flight to that receiver. */
  sent(to: string, envelope: Envelope<unknown>): boolean {
    if (this.#inFlight.has(to)) return false;
    this.#inFlight.add(to);
    this.#envelopes.set(to, this.envelopes(to) + 1);
    this.replied(to, envelope);
    return true;
  }

  /** The flight of an envelope ends with its reply, or without one. */
  ended(to: string): void {
    this.#inFlight.delete(to);
  }

  /** The envelope in flight is not answered for so long that another may leave. Returns what ends its flight. */
  hangs(to: string): () => void {
    this.ended(to);
    this.#hanging++;
    return () => void this.#hanging--;
  }

  /** The reply to an envelope of `to` leaves. */
  replied(to: string, { first, messages }: Envelope<unknown>): void {
    this.acknowledged(to, first + messages.length - 1);
  }

  /** Messages that an earlier instance has sent have left, too. */
  acknowledged(to: string, through: number): void {
    this.#messages.set(to, Math.max(this.leftThrough(to), through));
  }

  envelopes(to: string): number {
    return this.#envelopes.get(to) ?? 0;
  }

  leftThrough(to: string): number {
    return this.#messages.get(to) ?? 0;
  }
}
